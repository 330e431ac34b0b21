"""What an older version refused can be stored by a newer one; what is still wrong stays where it is."""

from cloud.ingest.second_look import look_again
from cloud.log.adapters.memory import MemoryLog
from cloud.log.ports import DeadLetter, Record
from tests.cloud.ingest.fakes import up
from tests.support import made


def refused(log: MemoryLog, *letters: tuple[str, bytes]) -> list[DeadLetter]:
    log.append([], [DeadLetter(5, topic, "version 2", payload) for topic, payload in letters])
    return log.dead_letters(100)[::-1]


def test_what_can_be_read_by_now_is_stored_as_of_then_and_its_letter_is_gone() -> None:
    log = MemoryLog()

    (looked,) = look_again(log, refused(log, (up("telemetry"), made.telemetry(1, 1.0))))

    assert looked.stored
    assert [(entry.seq, entry.received_ms) for entry in log.read(0, 10)] == [(1, 5)]
    assert log.dead_letters(10) == []


def test_what_is_stored_already_is_not_stored_twice() -> None:
    log = MemoryLog()
    payload = made.telemetry(1, 1.0)
    log.append([Record("car-1", made.stream(), 1, "telemetry", 5, payload)])

    (looked,) = look_again(log, refused(log, (up("telemetry"), payload)))

    assert looked.stored
    assert len(log.read(0, 10)) == 1
    assert log.dead_letters(10) == []


def test_what_is_still_wrong_stays_with_its_reason() -> None:
    log = MemoryLog()
    log.append([Record("car-1", made.stream(), 1, "telemetry", 5, made.telemetry(1, 1.0))])
    letters = refused(
        log,
        (up("telemetry"), b"rubbish"),
        (up("telemetry", "car-2"), made.telemetry(2, 1.0)),
        (up("telemetry"), made.telemetry(1, 2.0)),
        (up("status"), made.status()),
    )

    looked = look_again(log, letters)

    assert [one.stored for one in looked] == [False] * 4
    assert "car-2" in looked[1].reason
    assert "discard" in looked[3].reason
    assert len(log.dead_letters(10)) == 4
    assert len(log.read(0, 10)) == 1
