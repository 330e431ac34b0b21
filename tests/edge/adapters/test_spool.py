"""The law of the spool port, held by every spool: on disk, in memory, and the one that falls back between them."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from contract.errors import ContractError
from edge.adapters.spool_memory import MemorySpool
from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.spool_steady import SteadySpool
from edge.ports import LANES, Draft, Kind, Lane, Record, Spool, Unsealed
from tests.edge.fakes import FakeWitness, draft

EVER = -(1 << 62)
MAX_BYTES = 10_000
Make = Callable[[Path, int], Spool]


def on_disk(folder: Path, max_bytes: int) -> Spool:
    return SqliteSpool(folder / "spool.sqlite", max_bytes, FakeWitness())


def in_memory(_: Path, max_bytes: int) -> Spool:
    return MemorySpool(max_bytes)


def steady(folder: Path, max_bytes: int) -> Spool:
    return SteadySpool(SqliteSpool(folder / "spool.sqlite", max_bytes, FakeWitness()), max_bytes, lambda: 0.0)


def steady_without_disk(folder: Path, max_bytes: int) -> Spool:
    (folder / "file").write_text("no folder")
    disk = SqliteSpool(folder / "file" / "spool.sqlite", max_bytes, FakeWitness())
    return SteadySpool(disk, max_bytes, lambda: 0.0)


SPOOLS: list[Make] = [on_disk, in_memory, steady, steady_without_disk]


@pytest.fixture(params=SPOOLS, ids=lambda make: make.__name__)
def spool(request: pytest.FixtureRequest, tmp_path: Path) -> Spool:
    make: Make = request.param
    return make(tmp_path, MAX_BYTES)


def waiting(spool: Spool, lane: Lane, limit: int = 100) -> list[Record]:
    return spool.waiting(lane, after=EVER, limit=limit, skip=frozenset())


def places(records: list[Record]) -> list[tuple[str, int]]:
    return [(record.stream, record.seq) for record in records]


def test_a_stream_is_128_random_bits_and_its_lane(spool: Spool) -> None:
    urgent, telemetry, codes = spool.put([draft("urgent"), draft("telemetry"), draft("dtc")])

    assert re.fullmatch(r"[0-9a-f]{32}-u", urgent.stream)
    assert re.fullmatch(r"[0-9a-f]{32}-t", telemetry.stream)
    assert codes.stream == urgent.stream
    assert urgent.stream[:32] == telemetry.stream[:32]


def test_seq_is_dense_from_one_in_each_stream(spool: Spool) -> None:
    kinds: list[Kind] = ["telemetry", "urgent", "telemetry", "dtc", "telemetry"]

    first = spool.put([draft(kind) for kind in kinds])
    second = spool.put([draft("telemetry"), draft("urgent")])

    assert [record.seq for record in first + second if LANES[record.kind] == "t"] == [1, 2, 3, 4]
    assert [record.seq for record in first + second if LANES[record.kind] == "u"] == [1, 2, 3]


def test_a_record_holds_the_payload_that_was_sealed_for_its_place(spool: Spool) -> None:
    (record,) = spool.put([draft("urgent", samples=7, wall_ms=99)])

    assert record.payload.startswith(f"{record.stream} {record.seq}".encode())
    assert waiting(spool, "u") == [record]
    assert (record.samples, record.wall_ms) == (7, 99)


def test_a_group_with_a_bad_member_is_kept_not_at_all_and_uses_up_no_seq(spool: Spool) -> None:
    def refuse(stream: str, seq: int) -> bytes:
        raise ContractError("too large")

    with pytest.raises(ContractError):
        spool.put([draft(), Draft("telemetry", refuse, 1, 0)])

    assert waiting(spool, "t") == []
    assert spool.put([draft()])[0].seq == 1


def test_waiting_gives_one_lane_oldest_first_from_a_time_on_without_the_skipped(spool: Spool) -> None:
    records = spool.put([draft(wall_ms=at_ms) for at_ms in (10, 20, 30, 40)] + [draft("urgent", wall_ms=15)])

    assert waiting(spool, "t") == records[:4]
    assert waiting(spool, "t", limit=2) == records[:2]
    assert spool.waiting("t", after=25, limit=9, skip=frozenset()) == records[2:4]
    skip = frozenset({(records[0].stream, records[0].seq), (records[2].stream, records[2].seq)})
    assert spool.waiting("t", after=EVER, limit=1, skip=skip) == [records[1]]
    assert spool.waiting("t", after=EVER, limit=9, skip=skip) == [records[1], records[3]]


def test_forgetting_goes_by_identity_and_twice_is_once(spool: Spool) -> None:
    records = spool.put([draft() for _ in range(6)])
    stream = records[0].stream

    assert spool.forget(stream, [(1, 2), (5, 5)]) == 3
    assert spool.forget(stream, [(1, 2), (5, 5)]) == 0
    assert spool.forget("0" * 32 + "-t", [(1, 1 << 53)]) == 0

    assert places(waiting(spool, "t")) == [(stream, 3), (stream, 4), (stream, 6)]


def test_a_seq_is_never_used_twice_even_when_all_is_forgotten(spool: Spool) -> None:
    (record,) = spool.put([draft()])
    spool.forget(record.stream, [(1, 1)])

    assert spool.put([draft()])[0].seq == 2


def test_depth_counts_messages_and_bytes(spool: Spool) -> None:
    records = spool.put([draft(size=100), draft("urgent", size=50)])
    assert spool.depth() == (2, sum(len(record.payload) for record in records))

    spool.forget(records[0].stream, [(1, 1)])

    assert spool.depth() == (1, len(records[1].payload))


def test_a_full_spool_gives_up_the_oldest_telemetry_and_says_what_it_was(spool: Spool) -> None:
    urgent = spool.put([draft("urgent", size=200), draft("dtc", size=200)])
    for n in range(30):
        spool.put([draft(size=500, samples=3, wall_ms=1_000 + n)])

    kept = waiting(spool, "t")
    (gap,) = spool.gaps()

    assert waiting(spool, "u") == urgent
    assert spool.depth()[1] <= MAX_BYTES
    assert kept[-1].seq == 30
    assert (gap.stream, gap.first_seq, gap.last_seq) == (kept[0].stream, 1, kept[0].seq - 1)
    assert gap.last_seq is not None
    assert (gap.messages, gap.samples, gap.reason) == (gap.last_seq, 3 * gap.last_seq, "full")
    assert (gap.from_ms, gap.to_ms) == (1_000, 1_000 + gap.last_seq - 1)


def test_fault_reports_go_before_urgent_events_when_no_telemetry_is_left(spool: Spool) -> None:
    spool.put([draft("dtc", size=1_000), draft("urgent", size=1_000), draft(size=1_000)])

    for _ in range(9):
        spool.put([draft("urgent", size=900)])

    assert waiting(spool, "t") == []
    assert {record.kind for record in waiting(spool, "u")} == {"urgent"}
    assert [record.seq for record in waiting(spool, "u")] == list(range(2, 12))


def test_a_gap_stays_until_it_was_told_of(spool: Spool) -> None:
    for _ in range(30):
        spool.put([draft(size=500)])
    (gap,) = spool.gaps()

    spool.put([draft("urgent")], told=[gap.number])

    assert spool.gaps() == []


def test_what_an_unsure_clock_has_sealed_can_be_found_and_amended_in_its_place(spool: Spool) -> None:
    sure, unsure, other = spool.put([draft(wall_ms=5), draft(is_sure=False), draft("urgent", is_sure=False)])
    assert spool.unsure(10) == [unsure, other]
    assert spool.unsure(1) == [unsure]
    assert not unsure.is_sure

    amended = unsure._replace(payload=b"at another time", wall_ms=99, is_sure=True)
    spool.amend([amended, other._replace(seq=7, is_sure=True)])

    assert spool.unsure(10) == [other]
    assert waiting(spool, "t") == [sure, amended]
    assert spool.depth() == (3, len(sure.payload) + len(amended.payload) + len(other.payload))


def test_held_samples_are_no_records_and_telemetry_takes_their_place(spool: Spool) -> None:
    spool.hold(Unsealed("boot-1", 1, 2, "unset", 3, b"columns"))
    assert spool.depth() == (0, 0)

    spool.put([draft()])

    assert spool.held() == []


class SpoolMachine(RuleBasedStateMachine):
    """Any sequence of puts and receipts, against a dictionary."""

    placed = Bundle("placed")

    def __init__(self) -> None:
        super().__init__()
        self.spool: Spool = MemorySpool(1 << 20)
        self.held: dict[tuple[str, int], Record] = {}
        self.seen: set[tuple[str, int]] = set()

    @rule(target=placed, kinds=st.lists(st.sampled_from(["telemetry", "urgent", "dtc"]), max_size=4))
    def put(self, kinds: list[Kind]) -> list[tuple[str, int]]:
        records = self.spool.put([draft(kind) for kind in kinds])
        assert [record.kind for record in records] == kinds
        assert not self.seen & set(places(records))
        self.seen |= set(places(records))
        self.held.update(((record.stream, record.seq), record) for record in records)
        return places(records)

    @rule(group=placed)
    def forget(self, group: list[tuple[str, int]]) -> None:
        for stream, seq in group:
            gone = self.spool.forget(stream, [(seq, seq)])
            assert gone == (1 if self.held.pop((stream, seq), None) else 0)

    @invariant()
    def holds_what_was_not_forgotten(self) -> None:
        found = waiting(self.spool, "u", 1_000) + waiting(self.spool, "t", 1_000)
        assert {(record.stream, record.seq): record for record in found} == self.held
        assert self.spool.depth()[0] == len(self.held)


class SqliteSpoolMachine(SpoolMachine):
    """The same on disk, closed and opened in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "spool.sqlite"
        self.spool = SqliteSpool(self.path, 1 << 20, FakeWitness())

    @rule()
    def reopen(self) -> None:
        self.spool.close()
        self.spool = SqliteSpool(self.path, 1 << 20, FakeWitness())

    def teardown(self) -> None:
        self.spool.close()
        self.folder.cleanup()


TestMemorySpool = SpoolMachine.TestCase
TestSqliteSpool = SqliteSpoolMachine.TestCase
TestSqliteSpool.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
