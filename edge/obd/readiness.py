"""Which emission monitors a car has and which of them are complete: PID 01 (since clearing) and 41 (this cycle)."""

from typing import Final, Literal

from contract.messages import Readiness
from edge.errors import ServiceError

Scope = Literal["since_clear", "this_cycle"]
SCOPES: Final[dict[int, Scope]] = {0x01: "since_clear", 0x41: "this_cycle"}
LENGTHS: Final = dict.fromkeys(SCOPES, 4)

# SAE J1979 PID 01: B0-B2 with their incomplete bits B4-B6; C and D bit by bit, by the kind of ignition (B3).
_CONTINUOUS: Final = ("misfire", "fuel_system", "comprehensive_component")
_SPARK: Final = (
    "catalyst",
    "heated_catalyst",
    "evaporative_system",
    "secondary_air",
    "air_conditioning",
    "oxygen_sensor",
    "oxygen_sensor_heater",
    "egr_or_vvt",
)
_COMPRESSION: Final = (
    "nmhc_catalyst",
    "nox_aftertreatment",
    "reserved_2",
    "boost_pressure",
    "reserved_4",
    "exhaust_gas_sensor",
    "particulate_filter",
    "egr_or_vvt",
)
_IS_COMPRESSION: Final = 0x08


def readiness(ecu: str, pid: int, data: bytes) -> Readiness:
    """Return the monitors in the data of PID 01 or 41; a monitor that the ECU does not have is in neither list."""
    if pid not in SCOPES or len(data) != LENGTHS[pid]:
        raise ServiceError(f"PID {pid:02X} with {len(data)} bytes says nothing of monitors")
    _, b, c, d = data
    names = _COMPRESSION if b & _IS_COMPRESSION else _SPARK
    monitors = [(name, b >> n & 1, b >> (n + 4) & 1) for n, name in enumerate(_CONTINUOUS)]
    monitors += [(name, c >> n & 1, d >> n & 1) for n, name in enumerate(names)]
    return Readiness(
        ecu=ecu,
        scope=SCOPES[pid],
        complete=tuple(name for name, has, open_ in monitors if has and not open_),
        incomplete=tuple(name for name, has, open_ in monitors if has and open_),
    )
