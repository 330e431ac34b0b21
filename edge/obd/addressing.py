"""Who answers whom: ISO 15765-4 identifiers, and pairs of them outside that range."""

from collections.abc import Iterable
from typing import Final, NamedTuple

TESTER: Final = 0xF1


class Link(NamedTuple):
    """A tester's request id and the response id of the one ECU that listens to it.

    Under ISO 15765-2 extended addressing every frame starts with an address byte: `request_address` on the way out,
    `response_address` on the way back. Under normal addressing both are None. `extended` is about the id: 29 bits.
    """

    request_id: int
    response_id: int
    extended: bool = False
    request_address: int | None = None
    response_address: int | None = None

    @property
    def ecu(self) -> str:
        """The ECU's name: its response id as it is written in a log."""
        return f"{self.response_id:08X}" if self.extended else f"{self.response_id:03X}"


class Functional(NamedTuple):
    """A request id that every emission-related ECU of one id width listens to."""

    request_id: int
    extended: bool

    def reaches(self, link: Link) -> bool:
        """Say whether `link` is one of the ECUs that listen; a platform's own are not."""
        return link.extended == self.extended and link in _STANDARD


FUNCTIONAL_11BIT: Final = Functional(0x7DF, False)
FUNCTIONAL_29BIT: Final = Functional(0x18DB33F1, True)

LINKS_11BIT: Final = tuple(Link(0x7E0 + n, 0x7E8 + n) for n in range(8))
LINKS_29BIT: Final = tuple(
    Link(0x18DA0000 | ecu << 8 | TESTER, 0x18DA0000 | TESTER << 8 | ecu, True) for ecu in range(256) if ecu != TESTER
)
LINKS: Final = LINKS_11BIT + LINKS_29BIT
_STANDARD: Final = frozenset(LINKS)


def by_response(links: Iterable[Link]) -> dict[tuple[int, bool], Link]:
    """Return `links` keyed by what their answers carry: response id and id width."""
    return {(link.response_id, link.extended): link for link in links}
