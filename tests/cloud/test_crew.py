"""Parts stop together, and none dies in silence."""

from collections.abc import Iterator
from threading import Event

import pytest

from cloud.crew import Crew


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew()
    yield made
    made.end()


def test_all_parts_stop_when_asked_and_what_they_stood_on_is_closed_after_them(crew: Crew) -> None:
    order: list[str] = []

    def work(stop: Event) -> None:
        stop.wait()
        order.append("part")

    crew.closing.callback(order.append, "closed first")
    crew.closing.callback(order.append, "closed last-opened")
    crew.sign_on("a", work)
    crew.sign_on("b", work)

    assert crew.end() == 0
    assert order == ["part", "part", "closed last-opened", "closed first"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_part_that_fails_stops_the_others_and_the_process_says_so(crew: Crew) -> None:
    stopped = Event()

    def fail(_stop: Event) -> None:
        raise ValueError("a fault of ours")

    def work(stop: Event) -> None:
        stop.wait()
        stopped.set()

    crew.sign_on("steady", work)
    crew.sign_on("failing", fail)

    assert crew.wait_for_the_end() == 1
    assert stopped.is_set()
