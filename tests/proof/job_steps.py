"""`python -m tests.proof.job_steps N [--json]`: partners, operators and the clock do anything, in any order, N times.

The walk plays against a second telling of the rules, written as the order of a rescue and not as a table: what the
machine lets pass must be a move of that order, what it refuses must be none, and an end stays an end.
"""

import json
import random
import sys
from collections import Counter
from typing import Final, NamedTuple, get_args

from cloud.rescue.jobs import TERMINAL, State, Step, advance
from cloud.store.errors import RefusedError

_ALONG: Final = ("accepted", "en_route", "on_site", "towing", "at_destination")
_LEADS: Final[dict[str, tuple[str, ...]]] = {
    "offer": ("proposed", "offered"),
    "decline": ("offered", "proposed"),
    "expire": ("offered", "proposed"),
    "accept": ("offered", "accepted"),
    "en_route": ("accepted", "en_route"),
    "arrive": ("en_route", "on_site"),
    "tow": ("on_site", "towing"),
    "at_destination": ("towing", "at_destination"),
    "gone": ("on_site", "gone_on_arrival"),
}


class Walked(NamedTuple):
    """How many steps were tried, taken and refused, how many jobs came to each end, and what was illegal."""

    steps: int
    taken: int
    refused: int
    ends: dict[str, int]
    illegal: list[str]


def expected(state: str, step: str) -> str | None:
    """Return where `step` leads from `state` by the order of a rescue, None where it may not be."""
    if state in TERMINAL:
        return None
    if step == "cancel":
        return "cancelled"
    if step == "unsuccessful":
        return "unsuccessful" if state in _ALONG else None
    if step == "complete":
        return "completed" if state in ("on_site", "at_destination") else None
    before, after = _LEADS[step]
    return after if state == before else None


def walk(steps: int, seed: int = 1) -> Walked:
    """Take `steps` random steps on one job after the other."""
    draw = random.Random(seed)
    every: tuple[Step, ...] = get_args(Step)
    state: State = "proposed"
    taken, after_end, ends, illegal = 0, 0, Counter[str](), list[str]()
    for _ in range(steps):
        # Cancels are rarer than in a fair draw, else hardly a job would come to its end.
        step = draw.choice(every)
        if step == "cancel" and draw.random() < 0.9:
            step = "accept"
        due = expected(state, step)
        try:
            reached: State | None = advance(state, step)
        except RefusedError as error:
            reached = None
            if error.code != ("closed" if state in TERMINAL else "illegal_step"):
                illegal.append(f"{state} {step}: refused as {error.code}")
        if reached != due:
            illegal.append(f"{state} {step}: {reached} and not {due}")
        if reached is not None:
            state, taken = reached, taken + 1
        if state in TERMINAL:
            after_end += 1
            if after_end > len(every):  # late and repeated callbacks after the end, then the next job
                ends[state] += 1
                state, after_end = "proposed", 0
    return Walked(steps, taken, steps - taken, dict(ends), illegal)


def main() -> int:
    """Walk and print; 1 when a transition was illegal."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    found = walk(int(words[0]) if words else 1_000_000)
    print(json.dumps(found._asdict()) if "--json" in sys.argv else found)
    return 1 if found.illegal else 0


if __name__ == "__main__":
    sys.exit(main())
