"""What overheard DM1 messages say of the car, as one round of codes of all its ECUs: pure.

DM2 lists what was active once; that is no state of the car now, so it is no part of the round.
"""

from typing import Final

from contract.messages import DtcSet, Fault, Lamp, LampState
from edge.obd.codes import CodeRound
from edge.obd.dtc import Dtc, j1939_code
from edge.obd.passive.j1939 import DiagnosticMessage, Flash, LampStates
from edge.obd.passive.j1939 import Lamp as LampBits

_NOT_COUNTED: Final = 127
_FLASHING: Final[dict[Flash, LampState]] = {"slow": "slow_flash", "fast": "fast_flash"}
_GRADES: Final[tuple[LampState, ...]] = ("off", "on", "slow_flash", "fast_flash")


class ActiveFaults:
    """The last DM1 of every ECU; at most 256 of them, as many as J1939 has addresses."""

    def __init__(self) -> None:
        self._said: dict[int, DiagnosticMessage] = {}

    def take(self, message: DiagnosticMessage) -> CodeRound | None:
        """Return the round that this message makes, or None where it is none about the present."""
        if not message.is_active:
            return None
        self._said[message.source] = message
        ecus = [(f"{source:02X}", said, _codes(said)) for source, said in sorted(self._said.items())]
        lamps = _lamps([said.lamps for _, said, _ in ecus])
        mil = lamps.get("mil")
        return CodeRound(
            sets=tuple(
                DtcSet(ecu=ecu, status="confirmed", codes=tuple(code.text for code in codes)) for ecu, _, codes in ecus
            ),
            mil_on=None if mil is None else mil != "off",
            faults=tuple(
                Fault(ecu=ecu, code=code.text, occurrences=code.occurrences) for ecu, _, codes in ecus for code in codes
            ),
            lamps=tuple(sorted(lamps.items())),
        )


def _codes(said: DiagnosticMessage) -> list[Dtc]:
    return [
        j1939_code(code.spn, code.fmi, _NOT_COUNTED if code.occurrences is None else code.occurrences)
        for code in said.codes
    ]


def _lamps(said: list[LampStates]) -> dict[Lamp, LampState]:
    """Return each lamp that an ECU speaks of, as the driver sees it: lit when any ECU lights it."""
    found: dict[Lamp, LampState] = {}
    for lamps in said:
        each: tuple[tuple[Lamp, LampBits, Flash], ...] = (
            ("mil", lamps.malfunction, lamps.malfunction_flash),
            ("red_stop", lamps.red_stop, lamps.red_stop_flash),
            ("amber_warning", lamps.amber_warning, lamps.amber_warning_flash),
            ("protect", lamps.protect, lamps.protect_flash),
        )
        for lamp, bits, flash in each:
            if bits not in ("on", "off"):
                continue
            state = "off" if bits == "off" else _FLASHING.get(flash, "on")
            found[lamp] = max(found.get(lamp, "off"), state, key=_GRADES.index)
    return found
