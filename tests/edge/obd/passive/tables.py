"""Small tables for tests, and DBC text with everything that a DBC can say."""

from typing import Any

from edge.obd.passive.table import Message, Read, Signal, Table

SPEED = "Vehicle.Speed"
TYRE = "Vehicle.Chassis.Axle.Row1.Wheel.{}.Tire.Pressure"


def message(*signals: Signal, reads: tuple[Read, ...] = (), **more: Any) -> Message:
    given: dict[str, Any] = {"id": 0x100, "extended": False, "name": "M", "length": 8} | more
    return Message(**given, signals=signals, reads=reads)


def table(*messages: Message) -> Table:
    return Table(name="t", source="made for a test", messages=messages)


def signal(name: str = "S", start: int = 0, bits: int = 8, **more: Any) -> Signal:
    return Signal(name=name, start=start, bits=bits, **more)


DBC = """\
VERSION ""
NS_ :
BS_:
BU_: ECU
BO_ 256 Plain: 8 ECU
 SG_ Speed : 0|16@1+ (0.01,0) [0|300] "km/h" ECU
 SG_ Torque : 23|12@0- (0.5,-10) [0|0] "Nm" ECU
 SG_ Lamp : 40|2@1+ (1,0) [0|3] "" ECU
BO_ 2566844926 Engine: 8 ECU
 SG_ WheelSpeed : 8|16@1+ (0.00390625,0) [0|250.996] "km/h" ECU
BO_ 258 Tyres: 5 ECU
 SG_ Index M : 0|2@1+ (1,0) [0|3] "" ECU
 SG_ PressureA m0 : 8|8@1+ (0.025,0) [0|6.35] "bar" ECU
 SG_ PressureB m1 : 8|8@1+ (0.025,0) [0|6.35] "bar" ECU
 SG_ Place : 32|3@1+ (1,0) [0|4] "" ECU
BO_ 259 Broken: 1 ECU
 SG_ Outside : 8|8@1+ (1,0) [0|0] "" ECU
BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
BA_DEF_DEF_ "VFrameFormat" "StandardCAN";
BA_ "VFrameFormat" BO_ 2566844926 3;
VAL_ 256 Lamp 3 "SNA" 2 "ERROR" 1 "ON" 0 "OFF" ;
VAL_ 258 PressureA 255 "SNA" ;
VAL_ 258 PressureB 255 "SNA" ;
"""
