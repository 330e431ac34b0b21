"""What settings and cloud take off the guard's lists, from the words that both write it in."""

from collections.abc import Iterable

from contract.identity import check_stop
from edge.obd.guard import Stops


def stops(entries: Iterable[str]) -> Stops:
    """Return what `entries` keep back: `22` a service, `7A0` and `17FC007B` request ids; raise `ContractError`."""
    checked = [check_stop(entry) for entry in entries]
    return Stops(
        frozenset(int(entry, 16) for entry in checked if len(entry) == 2),
        frozenset((int(entry, 16), len(entry) == 8) for entry in checked if len(entry) > 2),
    )
