"""What is worth reporting of fault codes: every change at once, the same again now and then, and a car wiped clean."""

from typing import Final

from contract.messages import DtcSet
from contract.signals import DISTANCE_SINCE_CLEAR, TIME_SINCE_CLEAR
from contract.validity import Validity
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading

REPORT_S: Final = 3_600.0  # domain: unchanged codes are reported this often
_SINCE_CLEAR: Final = (DISTANCE_SINCE_CLEAR.path, TIME_SINCE_CLEAR.path)

Facts = dict[str, float | str]


class CodeWatch:
    """Pure; `domain_s` is the domain's monotonic time."""

    def __init__(self) -> None:
        self._reported: tuple[frozenset[DtcSet], bool | None] | None = None
        self._report_at_s = float("-inf")
        self._since_clear: dict[tuple[str, str], float] = {}

    def is_news(self, codes: CodeRound, domain_s: float) -> bool:
        """Say whether this round is to be reported now."""
        seen = (frozenset(_sorted(reported) for reported in codes.sets), codes.mil_on)
        if seen == self._reported and domain_s < self._report_at_s:
            return False
        self._reported, self._report_at_s = seen, domain_s + REPORT_S
        return True

    def cleared(self, reading: Reading) -> Facts | None:
        """Return the facts when a counter since clearing ran backwards: codes were cleared, or the 12 V was away."""
        if reading.signal not in _SINCE_CLEAR or reading.validity is not Validity.VALUE:
            return None
        key = (reading.signal, reading.ecu)
        before = self._since_clear.get(key, reading.value)
        self._since_clear[key] = reading.value
        if reading.value >= before:
            return None
        return {"ecu": reading.ecu, "counter": reading.signal, "before": before, "after": reading.value}


def _sorted(codes: DtcSet) -> DtcSet:
    return DtcSet(ecu=codes.ecu, status=codes.status, codes=tuple(sorted(codes.codes)))
