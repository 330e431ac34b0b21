"""What a batch of assessments stands on, read at once for all its vehicles, and written back at once."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, func, select, update

from cloud.cases.alarm import Alarm
from cloud.decision.level import Level
from cloud.scoring.types import Assessment
from cloud.store.feed import note
from cloud.store.once import upsert_all
from cloud.store.tables import alarms, cases, risk_history, risks, vehicle_state, vehicles

Key = tuple[str, str]  # vehicle, cause
_HISTORY_MS = 3_600_000


class Memory(NamedTuple):
    """One alarm, when the driver was last asked for its cause, and how often running it called for a workshop."""

    alarm: Alarm = Alarm()
    asked_ms: int | None = None
    planned: int = 0


def evidence_of(assessment: Assessment) -> dict[str, Any]:
    """Return the columns of an assessment that risks and cases share."""
    found = assessment.risks
    return {
        "risks": None if found is None else [[risk.horizon_h, risk.p] for risk in found],
        "calibrated": assessment.calibrated,
        "time_to_threshold_h": assessment.time_to_threshold_h,
        "ttt_low_h": assessment.ttt_low_h,
        "ttt_high_h": assessment.ttt_high_h,
        "reasons": [
            {"code": why.code, "numbers": why.numbers, "zh": why.zh, "en": why.en} for why in assessment.reasons
        ],
        "quality": assessment.quality,
        "severity": assessment.severity,
        "service": assessment.service,
        "abstained": assessment.abstained,
        "model": assessment.model,
    }


class Sheet:
    """The rows of a batch's vehicles; `close` writes what changed."""

    def __init__(self, connection: Connection, vehicle_ids: Collection[str]) -> None:
        """Read what is known of these vehicles."""
        self._connection = connection
        ids = sorted(set(vehicle_ids))
        named = select(vehicles).where(vehicles.c.id.in_(ids))
        self.cars: dict[str, RowMapping] = {row["id"]: row for row in connection.execute(named).mappings()}
        self.memory: dict[Key, Memory] = {}
        for row in connection.execute(select(alarms).where(alarms.c.vehicle_id.in_(ids))).mappings():
            alarm = Alarm(*(row[field] for field in Alarm._fields))
            self.memory[row["vehicle_id"], row["cause"]] = Memory(alarm, row["asked_ms"], row["planned"])
        self.cases: dict[Key, RowMapping] = {}
        standing = select(cases).where(cases.c.vehicle_id.in_(ids), cases.c.state != "resolved")
        for row in connection.execute(standing).mappings():
            self.cases[row["vehicle_id"], row["cause"]] = row
        known = select(risks.c.vehicle_id, risks.c.cause, risks.c.as_of_ms, risks.c.level, risks.c.risks)
        self._known = {
            (row["vehicle_id"], row["cause"]): row
            for row in connection.execute(known.where(risks.c.vehicle_id.in_(ids))).mappings()
        }
        self._remembered: set[Key] = set()
        self._risks: dict[Key, dict[str, Any]] = {}
        self._states: dict[str, str] = {}

    def memory_of(self, key: Key) -> Memory:
        """Return what is remembered of a cause."""
        return self.memory.get(key, Memory())

    def remember(self, key: Key, memory: Memory) -> None:
        """Keep `memory`, if it differs from what was known."""
        if self.memory.get(key) != memory:
            self.memory[key] = memory
            self._remembered.add(key)

    def driver_asked_ms(self, vehicle_id: str) -> int | None:
        """Return when this vehicle's driver was last asked or sent anything, for any cause."""
        asked = [m.asked_ms for key, m in self.memory.items() if key[0] == vehicle_id and m.asked_ms is not None]
        return max(asked, default=None)

    def note_risk(self, assessment: Assessment, level: Level, urgency: float) -> None:
        """Keep `assessment` as the present one, unless a newer one is known."""
        key = (assessment.vehicle, assessment.cause)
        known = self._risks.get(key) or self._known.get(key)
        if known is not None and (known["as_of_ms"] or 0) > assessment.as_of_ms:
            return
        self._states[assessment.vehicle] = assessment.state
        self._risks[key] = {
            "vehicle_id": assessment.vehicle,
            "cause": assessment.cause,
            "as_of_ms": assessment.as_of_ms,
            "received_ms": assessment.received_ms,
            "level": level,
            "urgency": urgency,
            **evidence_of(assessment),
        }

    def forget_case(self, key: Key) -> None:
        """The case of `key` was closed."""
        self.cases.pop(key, None)

    def reread_case(self, key: Key) -> RowMapping | None:
        """Return the open case of `key` as it is now."""
        query = select(cases).where(cases.c.vehicle_id == key[0], cases.c.cause == key[1])
        row = self._connection.execute(query.where(cases.c.state != "resolved")).mappings().one_or_none()
        self.cases.pop(key, None)
        if row is not None:
            self.cases[key] = row
        return row

    def close(self, now_ms: int) -> None:
        """Write what changed."""
        remembered = []
        for key in sorted(self._remembered):
            memory = self.memory[key]
            row = {"vehicle_id": key[0], "cause": key[1], **memory.alarm._asdict()}
            remembered.append(row | {"asked_ms": memory.asked_ms, "planned": memory.planned})
        upsert_all(self._connection, alarms, remembered)
        fresh = sorted(self._risks.items())
        upsert_all(self._connection, risks, [risk for _, risk in fresh])
        upsert_all(self._connection, vehicle_state, self._vehicle_states())
        news = [(key, risk) for key, risk in fresh if self._is_news(key, risk)]
        points = [_point(risk) for key, risk in fresh if self._is_news(key, risk) or self._is_new_hour(key, risk)]
        if points:
            self._connection.execute(risk_history.insert(), points)
        for vehicle_id in sorted({key[0] for key, _ in news}):
            note(self._connection, "vehicle", vehicle_id, now_ms)

    def _vehicle_states(self) -> list[dict[str, Any]]:
        worst = select(risks.c.vehicle_id, func.max(risks.c.urgency)).group_by(risks.c.vehicle_id)
        found = self._connection.execute(worst.where(risks.c.vehicle_id.in_(self._states))).all()
        return [
            {"vehicle_id": vehicle_id, "state": self._states[vehicle_id], "urgency": urgency}
            for vehicle_id, urgency in found
        ]

    def _is_news(self, key: Key, risk: Mapping[str, Any]) -> bool:
        known = self._known.get(key)
        if known is None or known["level"] != risk["level"]:
            return True
        return _rounded(known["risks"]) != _rounded(risk["risks"])

    def _is_new_hour(self, key: Key, risk: Mapping[str, Any]) -> bool:
        known = self._known.get(key)
        return known is None or (known["as_of_ms"] or 0) // _HISTORY_MS != risk["as_of_ms"] // _HISTORY_MS


def _point(risk: Mapping[str, Any]) -> dict[str, Any]:
    names = ("vehicle_id", "cause", "risks", "quality", "level")
    return {"at_ms": risk["as_of_ms"], **{name: risk[name] for name in names}}


def _rounded(found: Any) -> list[float] | None:
    return None if found is None else [round(p, 2) for _, p in found]


def refresh_case(connection: Connection, row: RowMapping, assessment: Assessment, now_ms: int) -> None:
    """Put the assessment's evidence on its open case; a severity, once reached, stays."""
    evidence = evidence_of(assessment)
    evidence["severity"] = max(evidence["severity"], row["severity"])
    evidence["service"] = evidence["service"] or row["service"]
    connection.execute(
        update(cases).where(cases.c.id == row["id"]).values(**evidence, as_of_ms=assessment.as_of_ms, updated_ms=now_ms)
    )
