"""Trouble codes: the open codes of a vehicle, and what the worst of them means for the next days.

p by severity is an uncalibrated table (docs/adr/0043). A pending code counts one less; an unknown code is judged by its
letter and the lamp; a burst of codes from several control units is one event, of supply voltage or bus.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np

from cloud.scoring.finding import Finding, abstain, bounded
from cloud.scoring.layout import CODE_BYTES, ECU_BYTES, Rows
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason
from contract.dtc import Meaning, base, meaning
from contract.messages import DtcReport

MODEL: Final = "dtc-severity-2"

GONE: Final = -1  # cleared within the week: remembered, and no longer open
PENDING: Final = 0
CONFIRMED: Final = 1
PERMANENT: Final = 2
STATUS: Final = {"pending": PENDING, "confirmed": CONFIRMED, "permanent": PERMANENT}
STATUS_ZH: Final = ("待确认", "已确认", "永久")
STATUS_EN: Final = ("pending", "confirmed", "permanent")

P_OF_SEVERITY: Final = (
    (0.0010, 0.0020, 0.0040),
    (0.0020, 0.0050, 0.0100),
    (0.0100, 0.0300, 0.0600),
    (0.0600, 0.1400, 0.2500),
    (0.3000, 0.5000, 0.6500),
    (0.8000, 0.9000, 0.9500),
)
SEVERITY_ZH: Final = ("仅供参考", "与排放有关", "请尽快检修", "行驶受限", "可能抛锚", "请立即停车")
SEVERITY_EN: Final = (
    "for information", "emissions only", "service soon", "limited driving", "may strand the car", "stop now"
)  # fmt: skip
MOST_SEVERE: Final = 5
LAMP_SEVERITY: Final = 1
# J1939-73 lamps: what one asks of the driver, steady and flashing.
LAMPS: Final = {"mil": (1, 4), "amber_warning": (2, 2), "protect": (3, 3), "red_stop": (4, 5)}

# Of the on-board charger, its plug, port and mains: the car will not charge.
CHARGING_CODES: Final = frozenset(
    {"P0CA6", "P0D3D", "P0D3F", "P0D40", "P0D4C", "P0D51", "P0D56", "P0D57", "P0D58", "P0D59", "P0D5C"}
)
GONE_MS: Final = 7 * 86_400_000
MOST_BY_RETURN: Final = 4  # a code that comes back is worse, but not for that a reason to stop
BURST_MS: Final = 120_000
BURST_CODES: Final = 5
BURST_ECUS: Final = 3
BURST_SEVERITY: Final = 4
FLAT_BATTERY_V: Final = 11.0


class Open(NamedTuple):
    """One open code and its severity as it counts now."""

    code: str
    ecu: str
    first_ms: int
    status: int
    seen: int
    again: int
    meaning: Meaning
    severity: int


def note(codes: Rows, report: DtcReport) -> int:
    """Bring a vehicle's table (DTC_SLOTS,) up to date with `report`; return how many codes found no place in it.

    A set replaces what its control unit had said in that status; an empty one clears it. A code that goes from pending
    to confirmed keeps the time it was first seen. What is cleared is remembered for a week: a code that comes back in
    it is intermittent. When the table is full the most severe codes stay, those that are gone last.
    """
    known = {(bytes(row["ecu"]), bytes(row["code"])): row.copy() for row in codes if row["code"]}
    before = {key: row for key, row in known.items() if row["status"] != GONE}
    told = {(entry.ecu.encode()[:ECU_BYTES], STATUS[entry.status]) for entry in report.sets}
    kept = [row for row in before.values() if (bytes(row["ecu"]), int(row["status"])) not in told]
    fresh: dict[tuple[bytes, bytes], Any] = {(bytes(row["ecu"]), bytes(row["code"])): row for row in kept}
    for entry in report.sets:
        ecu, status = entry.ecu.encode()[:ECU_BYTES], STATUS[entry.status]
        for text in entry.codes:
            key = (ecu, text.encode()[:CODE_BYTES])
            old, there = before.get(key), fresh.get(key)
            row = codes[:1].copy()[0]
            row["ecu"], row["code"] = key
            row["first_ms"] = report.wall_ms if old is None else old["first_ms"]
            row["last_ms"] = report.wall_ms
            row["status"] = status if there is None else max(status, int(there["status"]))
            row["again"] = _returns(known.get(key), report.wall_ms)
            row["seen"] = 1 if old is None else old["seen"] + (1 if old["last_ms"] != report.wall_ms else 0)
            fresh[key] = row
    gone = [_gone(row, report.wall_ms) for key, row in known.items() if key not in fresh]
    return _keep(codes, list(fresh.values()), [row for row in gone if report.wall_ms - int(row["last_ms"]) <= GONE_MS])


def _returns(row: Any | None, wall_ms: int) -> int:
    """Return how often a code has come back, now that it is told of again; what is long gone is forgotten."""
    if row is None or row["status"] != GONE:
        return 0 if row is None else int(row["again"])
    return int(row["again"]) + 1 if wall_ms - int(row["last_ms"]) <= GONE_MS else 0


def clear(codes: Rows, wall_ms: int) -> None:
    """Note that all codes of a table (DTC_SLOTS,) were cleared."""
    gone = [_gone(row.copy(), wall_ms) for row in codes if row["code"]]
    _keep(codes, [], [row for row in gone if wall_ms - int(row["last_ms"]) <= GONE_MS])


def _gone(row: Any, wall_ms: int) -> Any:
    if row["status"] != GONE:
        row["status"], row["last_ms"] = GONE, wall_ms
    return row


def _keep(codes: Rows, listed: list[Any], gone: list[Any]) -> int:
    """Write what is open, then what is gone, into a table; return how many open codes found no place."""
    ordered = sorted(listed, key=_order) + sorted(gone, key=_order)
    codes[:] = np.zeros((), codes.dtype)
    for slot, row in enumerate(ordered[: len(codes)]):
        codes[slot] = row
    return max(0, len(listed) - len(codes))


def _order(row: Any) -> tuple[int, bytes, bytes]:
    return -_severity(row), bytes(row["ecu"]), bytes(row["code"])


def lamp_of(report: DtcReport) -> int | None:
    """Return how severe the lamps are that are lit, 0 where all are off, None where nobody said."""
    lit = [] if report.mil_on is None else [int(report.mil_on)]
    for lamp, state in report.lamps.items():
        steady, flashing = LAMPS[lamp]
        lit.append({"off": 0, "on": steady}.get(state, flashing))
    return max(lit, default=None)


def assess(codes: Rows, asked: int, lamp: int, last_v: float) -> Finding:
    """Return the finding for one vehicle's table.

    Args:
        codes: (DTC_SLOTS,) of CODE. asked: control units that ever answered; 0 means nobody was asked.
        lamp: severity of the worst lamp (the MIL is 1), 0 all off, -1 not known.
        last_v: the latest 12 V reading, NaN where there was none.
    """
    if asked == 0:
        return abstain("no_codes_read")
    found = _found(codes)
    if not found:
        told = reason("no_codes"), reason("codes_asked", ecus=asked), _lamp(lamp)
        severity = lamp if lamp > LAMP_SEVERITY else 0
        p = bounded(P_OF_SEVERITY[severity])
        return Finding(p=p, reasons=told, quality=1.0, severity=severity, service="mobile_mechanic")
    burst = _burst(found)
    if burst:
        return _of_burst(burst, found, lamp, last_v)
    worst = max(found, key=lambda one: (one.severity, one.status, -one.first_ms, one.code))
    severity = max(worst.severity, lamp)
    return Finding(
        p=bounded(P_OF_SEVERITY[severity]),
        reasons=_reasons(worst, severity, found, lamp),
        quality=1.0,
        severity=severity,
        service=worst.meaning.service,
    )


def worst_charging(codes: Rows) -> Open | None:
    """Return the worst open code of charge port or charger in a table (DTC_SLOTS,), None where there is none."""
    found = [one for one in _found(codes) if base(one.code) in CHARGING_CODES]
    return max(found, key=lambda one: (one.severity, one.status, one.code), default=None)


def _severity(row: Any) -> int:
    severity = meaning(bytes(row["code"]).decode()).severity
    severity = max(0, severity - 1) if row["status"] == PENDING else severity
    return severity if row["again"] == 0 else max(severity, min(severity + 1, MOST_BY_RETURN))


def _found(codes: Rows) -> list[Open]:
    return [_open(row) for row in codes if row["code"] and row["status"] != GONE]


def _open(row: Any) -> Open:
    code = bytes(row["code"]).decode()
    return Open(
        code, bytes(row["ecu"]).decode(errors="replace"), int(row["first_ms"]), int(row["status"]), int(row["seen"]),
        int(row["again"]), meaning(code), _severity(row),
    )  # fmt: skip


def _burst(found: list[Open]) -> list[Open]:
    """Return the codes that came within two minutes of the newest one, when they are a burst; else nothing."""
    newest = max(one.first_ms for one in found)
    close = [one for one in found if newest - one.first_ms <= BURST_MS]
    wide = len(close) >= BURST_CODES and len({one.ecu for one in close}) >= BURST_ECUS
    return close if wide else []


def _of_burst(burst: list[Open], found: list[Open], lamp: int, last_v: float) -> Finding:
    flat = math.isfinite(last_v) and last_v < FLAT_BATTERY_V
    others = [one for one in found if one not in burst]
    severity = max([BURST_SEVERITY, *(one.severity for one in others)])
    ecus = len({one.ecu for one in burst})
    second = reason("last_voltage", volts=last_v) if math.isfinite(last_v) else _count(found)
    return Finding(
        p=bounded(P_OF_SEVERITY[severity]),
        reasons=(reason("burst", minutes=BURST_MS / 60_000, ecus=ecus, codes=len(burst)), second, _lamp(lamp)),
        quality=0.8,
        severity=severity,
        service="jump_start" if flat else "mobile_mechanic",
    )


def _reasons(worst: Open, severity: int, found: list[Open], lamp: int) -> tuple[Reason, ...]:
    first = reason(
        "code",
        ecu=worst.ecu,
        code=worst.code,
        status_zh=STATUS_ZH[worst.status],
        status_en=STATUS_EN[worst.status],
        text_zh=worst.meaning.zh,
        text_en=worst.meaning.en,
    )
    meant = {"meaning_zh": SEVERITY_ZH[severity], "meaning_en": SEVERITY_EN[severity]}
    second = reason("code_severity", severity=severity, most=MOST_SEVERE, **meant)
    if worst.again > 0:
        return first, second, reason("code_returns", times=worst.again)
    if len(found) > 1:
        return first, second, _count(found)
    words = _lamp_words(lamp)
    return first, second, reason("code_seen", times=worst.seen, **words)


def _count(found: list[Open]) -> Reason:
    return reason("code_count", codes=len(found), ecus=len({one.ecu for one in found}))


def _lamp(lamp: int) -> Reason:
    return reason("lamp", **_lamp_words(lamp))


def _lamp_words(lamp: int) -> dict[str, str]:
    zh, en = {-1: ("状态未知", "not known"), 0: ("未亮", "off")}.get(lamp, ("亮起", "on"))
    return {"lamp_zh": zh, "lamp_en": en}
