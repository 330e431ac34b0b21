"""What may happen to a job, step by step; a step that may not is refused, never ignored.

proposed -> offered -> accepted -> en_route -> on_site -> (towing -> at_destination) -> completed; an offer ends by
decline or expiry and the job is proposed again; a job ends early as cancelled, gone_on_arrival or unsuccessful.
"""

from typing import Final, Literal

from cloud.store.errors import RefusedError

State = Literal[
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
]
Step = Literal[
    "offer",
    "decline",
    "expire",
    "accept",
    "en_route",
    "arrive",
    "tow",
    "at_destination",
    "complete",
    "unsuccessful",
    "gone",
    "cancel",
]

TERMINAL: Final[frozenset[State]] = frozenset({"completed", "cancelled", "gone_on_arrival", "unsuccessful"})
WAITING: Final[frozenset[State]] = frozenset({"proposed", "offered"})
COMING: Final[frozenset[State]] = frozenset({"accepted", "en_route"})

_TRANSITIONS: Final[dict[State, dict[Step, State]]] = {
    "proposed": {"offer": "offered", "cancel": "cancelled"},
    "offered": {"accept": "accepted", "decline": "proposed", "expire": "proposed", "cancel": "cancelled"},
    "accepted": {"en_route": "en_route", "unsuccessful": "unsuccessful", "cancel": "cancelled"},
    "en_route": {"arrive": "on_site", "unsuccessful": "unsuccessful", "cancel": "cancelled"},
    "on_site": {
        "tow": "towing",
        "complete": "completed",
        "unsuccessful": "unsuccessful",
        "gone": "gone_on_arrival",
        "cancel": "cancelled",
    },
    "towing": {"at_destination": "at_destination", "unsuccessful": "unsuccessful", "cancel": "cancelled"},
    "at_destination": {"complete": "completed", "unsuccessful": "unsuccessful", "cancel": "cancelled"},
    "completed": {},
    "cancelled": {},
    "gone_on_arrival": {},
    "unsuccessful": {},
}


def advance(state: State, step: Step) -> State:
    """Return the state after `step`, or raise `RefusedError` with the code `illegal_step` (or `closed`)."""
    try:
        return _TRANSITIONS[state][step]
    except KeyError:
        code = "closed" if state in TERMINAL else "illegal_step"
        raise RefusedError(code, f"a job that is {state} cannot {step}") from None


def reached(step: Step) -> frozenset[State]:
    """Return the states that `step` leads to: a job there has had it already."""
    return frozenset(after[step] for after in _TRANSITIONS.values() if step in after)


def steps(state: State) -> frozenset[Step]:
    """Return what may happen to a job in `state`."""
    return frozenset(_TRANSITIONS[state])
