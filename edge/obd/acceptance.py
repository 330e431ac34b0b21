"""Which frames the agent cannot do without, as the id and mask of acceptance filters."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, LINKS_29BIT, Link

MOST: Final = 512  # what Linux takes for one socket (CAN_RAW_FILTER_MAX)
_ALL_11BIT: Final = 0x7FF
_ALL_29BIT: Final = 0x1FFFFFFF
_FIXED: Final = frozenset(LINKS_29BIT)


class Acceptance(NamedTuple):
    """A frame passes when its id width is this one and its id agrees with `can_id` where `mask` has ones."""

    can_id: int
    mask: int
    extended: bool

    def takes(self, can_id: int, extended: bool) -> bool:
        """Say whether a frame passes."""
        return extended == self.extended and (can_id ^ self.can_id) & self.mask == 0


# ISO 15765-4 normal fixed addressing: answers to the tester F1, and what is asked in its name.
_ANSWERS: Final = Acceptance(0x18DAF100, 0x1FFFFF00, True)
_REQUESTS: Final = Acceptance(0x18DA00F1, 0x1FFF00FF, True)


def accepted(links: Iterable[Link], heard: Iterable[tuple[int, bool]]) -> tuple[Acceptance, ...]:
    """Return filters for the answers of `links`, for requests to them by whomever (another tester must be seen), and
    for the ids in `heard`; () where they are too many for the kernel, which then has to let everything through."""
    ids = [FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, *heard]
    found: dict[Acceptance, None] = {}
    for link in links:
        if link in _FIXED:
            found |= {_ANSWERS: None, _REQUESTS: None}
        else:
            ids += [(link.response_id, link.extended), (link.request_id, link.extended)]
    for can_id, extended in ids:
        found[Acceptance(can_id, _ALL_29BIT if extended else _ALL_11BIT, extended)] = None
    return tuple(found) if len(found) <= MOST else ()
