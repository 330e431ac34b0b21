"""The job state machine against a model that is written the other way round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.rescue import jobs
from cloud.rescue.jobs import State, Step
from cloud.store.errors import RefusedError

# Every legal step, written out: the table of the code is by state, this one is by step.
LEGAL: dict[Step, dict[State, State]] = {
    "offer": {"proposed": "offered"},
    "decline": {"offered": "proposed"},
    "expire": {"offered": "proposed"},
    "accept": {"offered": "accepted"},
    "en_route": {"accepted": "en_route"},
    "arrive": {"en_route": "on_site"},
    "tow": {"on_site": "towing"},
    "at_destination": {"towing": "at_destination"},
    "complete": {"on_site": "completed", "at_destination": "completed"},
    "unsuccessful": {
        "accepted": "unsuccessful",
        "en_route": "unsuccessful",
        "on_site": "unsuccessful",
        "towing": "unsuccessful",
        "at_destination": "unsuccessful",
    },
    "gone": {"on_site": "gone_on_arrival"},
    "cancel": {
        "proposed": "cancelled",
        "offered": "cancelled",
        "accepted": "cancelled",
        "en_route": "cancelled",
        "on_site": "cancelled",
        "towing": "cancelled",
        "at_destination": "cancelled",
    },
}
STATES: tuple[State, ...] = (
    "proposed",
    "offered",
    "accepted",
    "en_route",
    "on_site",
    "towing",
    "at_destination",
    "completed",
    "cancelled",
    "gone_on_arrival",
    "unsuccessful",
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", LEGAL)
def test_each_step_from_each_state_leads_on_or_is_refused(state: State, step: Step) -> None:
    after = LEGAL[step].get(state)

    if after is None:
        with pytest.raises(RefusedError) as refused:
            jobs.advance(state, step)
        assert refused.value.code == ("closed" if state in jobs.TERMINAL else "illegal_step")
    else:
        assert jobs.advance(state, step) == after
        assert step in jobs.steps(state)
        assert after in jobs.reached(step)


@given(st.lists(st.sampled_from(sorted(LEGAL)), max_size=200))
def test_no_walk_leaves_an_end_or_skips_the_way_to_it(walk: list[Step]) -> None:
    state: State = "proposed"
    seen: list[State] = [state]
    for step in walk:
        try:
            state = jobs.advance(state, step)
        except RefusedError:
            continue
        seen.append(state)

    ends = [state for state in seen if state in jobs.TERMINAL]
    assert len(ends) <= 1
    assert not ends or seen[-1] == ends[0]
    if "completed" in seen:
        assert {"offered", "accepted", "en_route", "on_site"} <= set(seen)
