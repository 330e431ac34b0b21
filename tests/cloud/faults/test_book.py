"""Fault codes as they are kept: through the log, in order of time, with all that came with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cloud.act import projection
from cloud.decision.policy import Policy
from cloud.faults import queries
from cloud.faults.book import MOST_CONTROL_UNITS, MOST_FRAMES
from cloud.faults.lifecycle import MOST_CODES
from cloud.faults.views import FaultCodeView
from cloud.log.ports import LogEntry
from cloud.store import fleet
from cloud.store.engine import Store, open_store
from cloud.store.errors import MissingError
from cloud.store.tables import freeze_frames
from contract import codec
from contract.messages import (
    AnyRecorded,
    DtcReport,
    DtcSet,
    EcuInfo,
    Fault,
    FreezeFrame,
    Readiness,
    UrgentEvent,
)
from tests.cloud.acting import T0_MS, fleet_file, partner, vehicle

MINUTE_MS = 60_000
STREAM = "0" * 32 + "-u"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    with opened.write() as connection:
        parsed = fleet.parse(fleet_file([vehicle("car-1"), vehicle("car-2")], [partner("near")]))
        fleet.import_fleet(connection, parsed, T0_MS)
    yield opened
    opened.close()


def sealed(minute: int) -> dict[str, Any]:
    return {
        "vehicle": "car-1",
        "stream": STREAM,
        "seq": minute + 1,
        "boot_id": "boot",
        "mono_ms": minute * MINUTE_MS,
        "wall_ms": T0_MS + minute * MINUTE_MS,
        "clock_quality": "synchronised",
    }


def report(minute: int, confirmed: tuple[str, ...], **more: Any) -> DtcReport:
    sets = (DtcSet(ecu="7E8", status="confirmed", codes=confirmed), DtcSet(ecu="7E8", status="pending", codes=()))
    return DtcReport(**sealed(minute), sets=sets, **more)


def tell(store: Store, *messages: AnyRecorded) -> None:
    """Let the messages come through the log."""
    for message in messages:
        kind = "urgent" if isinstance(message, UrgentEvent) else "dtc"
        entry = LogEntry(message.seq, "car-1", STREAM, message.seq, kind, message.wall_ms + 500, codec.encode(message))
        with store.write() as connection:
            projection.project(connection, [entry], message.wall_ms + 600, Policy())


def faults(store: Store, *, cleared: bool = False) -> list[FaultCodeView]:
    with store.read() as connection:
        return queries.faults(connection, "car-1", cleared=cleared)


def test_a_code_comes_with_its_words_its_status_and_its_freeze_frame(store: Store) -> None:
    tell(
        store,
        report(0, ("P0420", "P0335"), faults=(Fault(ecu="7E8", code="P0335-1A", status=0x8D),)),
        DtcReport(
            **sealed(1),
            sets=(),
            freeze_frames=(FreezeFrame(ecu="7E8", code="P0335", values={"Vehicle.Speed": 61.0}, raw={0x06: b"\x80"}),),
        ),
    )

    worst, other = faults(store)
    assert (worst.code, worst.state, worst.severity, worst.service) == ("P0335", "confirmed", 4, "mobile_mechanic")
    assert "曲轴" in worst.zh
    assert (worst.failure_type, worst.status, worst.source) == (0x1A, 0x8D, "outrider")
    (frame,) = worst.freeze_frames
    assert (frame.readings, frame.raw) == ({"Vehicle.Speed": 61.0}, {"06": "80"})
    assert (other.code, other.freeze_frames) == ("P0420", [])


def test_a_clearing_is_told_with_its_reason_and_what_is_cleared_is_shown_on_request(store: Store) -> None:
    tell(
        store,
        report(0, ("P0335",)),
        UrgentEvent(**sealed(1), event="codes_cleared", facts={"why": "supply_lost", "before": 90.0, "after": 0.0}),
        report(2, ()),
    )

    assert faults(store) == []
    (code,) = faults(store, cleared=True)
    assert (code.state, code.cleared_by, code.cleared_ms) == ("cleared", "supply_lost", T0_MS + MINUTE_MS)


def test_an_event_without_a_reason_leaves_it_unknown(store: Store) -> None:
    tell(store, report(0, ("P0335",)), UrgentEvent(**sealed(1), event="codes_cleared"))

    assert faults(store, cleared=True)[0].cleared_by == "unknown"


def test_an_older_report_changes_no_code_and_brings_its_freeze_frame(store: Store) -> None:
    frame = FreezeFrame(ecu="7E8", code="P0335", values={"Vehicle.Speed": 61.0})
    tell(store, report(5, ("P0335",)), report(2, (), freeze_frames=(frame,)))

    (code,) = faults(store)
    assert code.state == "confirmed"
    assert len(code.freeze_frames) == 1


def test_control_units_say_who_they_are_and_which_monitors_are_complete(store: Store) -> None:
    about = EcuInfo(ecu="7E8", protocol="j1979", name="ECM-EngineControl", calibrations=("CAL-1",), cvns=("1791BC82",))
    ready = Readiness(ecu="7E8", scope="since_clear", complete=("misfire",), incomplete=("catalyst",))
    tell(store, report(0, (), ecus=(about,), readiness=(ready,)))

    with store.read() as connection:
        (unit,) = queries.control_units_of(connection, "car-1")
    assert (unit.name, unit.calibrations, unit.cvns) == ("ECM-EngineControl", ["CAL-1"], ["1791BC82"])
    assert unit.readiness == {"since_clear": {"complete": ["misfire"], "incomplete": ["catalyst"]}}


def test_a_car_that_nobody_asked_has_no_codes_and_a_car_that_nobody_knows_is_missing(store: Store) -> None:
    with store.read() as connection:
        assert queries.faults(connection, "car-2") == []
        for read in (queries.faults, queries.control_units_of):
            with pytest.raises(MissingError):
                read(connection, "car-9")


def test_a_car_that_lists_ever_other_codes_fills_no_store(store: Store) -> None:
    first, second = (tuple(f"P{start + n:04X}" for n in range(MOST_CODES - 6)) for start in (0x0000, 0x1000))
    frames = tuple(FreezeFrame(ecu="7E8", code="P0335", number=n % 256, values={}) for n in range(256))
    others = tuple(FreezeFrame(ecu="7E9", code="P0335", number=n, values={}) for n in range(10))
    units = tuple(EcuInfo(ecu=f"{n:03X}") for n in range(MOST_CONTROL_UNITS + 5))
    tell(
        store,
        report(0, first, freeze_frames=frames),
        report(1, second, freeze_frames=others, ecus=units),
    )

    codes = faults(store, cleared=True)
    assert len(codes) == MOST_CODES
    assert {code.code for code in codes if code.state == "confirmed"} == set(second)
    with store.read() as connection:
        kept = connection.execute(select(freeze_frames.c.ecu)).scalars().all()
        assert len(queries.control_units_of(connection, "car-1")) == MOST_CONTROL_UNITS
    assert len(kept) == MOST_FRAMES
    assert kept.count("7E9") == len(others)
