"""What a broker's reason code asks of us: how long to stay away, and what a person should do. Pure.

Codes are MQTT 5's (OASIS, 2.4) and, below 6, the return codes of a 3.1.1 CONNACK.
"""

from typing import Final, NamedTuple

UNSUPPORTED_VERSION: Final = frozenset({1, 132})
TAKEN_OVER: Final = 142
CREDENTIALS: Final = frozenset({4, 5, 134, 135, 138, 140})


class Refusal(NamedTuple):
    """Stay away for at least `at_least_s` real seconds; `advice` is for a person."""

    at_least_s: float
    advice: str


_ACCOUNT: Final = "see this vehicle's password or certificate and the broker's access rules"
_ELSEWHERE: Final = "the broker has moved: set mqtt.host; a redirection is not followed, whoever asks for it"
_SPARE: Final = "the broker is in need; it is spared for a while"
_REFUSALS: Final = {
    **dict.fromkeys(CREDENTIALS, Refusal(60.0, _ACCOUNT)),
    133: Refusal(60.0, "the broker does not take this vehicle's id as client id"),
    TAKEN_OVER: Refusal(15.0, "somebody else is connected as this vehicle: a second dongle, or a copied key"),
    **dict.fromkeys((3, 136, 137, 151, 159), Refusal(10.0, _SPARE)),
    **dict.fromkeys((156, 157), Refusal(60.0, _ELSEWHERE)),
    **dict.fromkeys((147, 149, 150), Refusal(10.0, "the broker's limits are below what this agent sends")),
    152: Refusal(60.0, "somebody at the broker ended the connection on purpose"),
}


def refusal(code: int | None) -> Refusal | None:
    """Return what `code` asks of us, or None where it asks nothing beyond the usual back-off."""
    return None if code is None else _REFUSALS.get(code)
