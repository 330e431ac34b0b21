"""What is worth reporting of fault codes: every change at once, the same again now and then, and a car wiped clean."""

from typing import Final, Literal

from contract.messages import DtcSet
from contract.signals import DISTANCE_SINCE_CLEAR, TIME_SINCE_CLEAR
from contract.validity import Validity
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading
from edge.obd.dtc import CONFIRMED, PENDING, WARNING_INDICATOR

REPORT_S: Final = 3_600.0  # domain: unchanged codes are reported this often
ONCE_S: Final = 300.0  # domain: several ECUs and both counters tell of one and the same clearing
LOST_V: Final = 5.0  # no ECU keeps its memory below; a starter motor leaves more
BLIND_S: Final = 60.0  # domain: so long without a reading of the supply, and nobody knows what it did meanwhile
_SINCE_CLEAR: Final = (DISTANCE_SINCE_CLEAR.path, TIME_SINCE_CLEAR.path)
_TELLING: Final = PENDING | CONFIRMED | WARNING_INDICATOR  # the other bits come and go with every driving cycle

Facts = dict[str, float | str]
Why = Literal["codes_cleared", "supply_lost", "unknown"]


class CodeWatch:
    """Pure; `domain_s` is the domain's monotonic time."""

    def __init__(self) -> None:
        self._reported: object = None
        self._report_at_s = float("-inf")

    def is_news(self, codes: CodeRound, domain_s: float) -> bool:
        """Say whether this round is to be reported now."""
        faults = frozenset((one.ecu, one.code, (one.status or 0) & _TELLING, len(one.extended)) for one in codes.faults)
        sets = frozenset(_sorted(reported) for reported in codes.sets)
        seen = (sets, codes.mil_on, faults, frozenset(codes.ecus), codes.lamps)
        if seen == self._reported and domain_s < self._report_at_s:
            return False
        self._reported, self._report_at_s = seen, domain_s + REPORT_S
        return True


class ClearWatch:
    """Sees a counter since clearing run backwards, and tells a tester's clearing from a lost 12 V supply.

    Both wipe what the ECUs remember. Only who has watched the supply all the while can tell: below `LOST_V` it was the
    supply, above it was a tester, and without readings it stays unknown.
    """

    def __init__(self) -> None:
        self._counters: dict[tuple[str, str], tuple[float, float]] = {}
        self._lost_at_s = float("-inf")
        self._blind_until_s = float("inf")
        self._supply_at_s: float | None = None
        self._told_at_s = float("-inf")

    def supply(self, voltage_v: float | None, domain_s: float) -> None:
        """The supply wire was read; None: nothing could be measured."""
        if voltage_v is None:
            return
        if self._supply_at_s is None or domain_s - self._supply_at_s > BLIND_S:
            self._blind_until_s = domain_s
        self._supply_at_s = domain_s
        if voltage_v < LOST_V:
            self._lost_at_s = domain_s

    def cleared(self, reading: Reading, domain_s: float) -> Facts | None:
        """Return the facts when `reading` is a counter that ran backwards; once for all ECUs and counters."""
        if reading.signal not in _SINCE_CLEAR or reading.validity is not Validity.VALUE:
            return None
        key = (reading.signal, reading.ecu)
        before, since_s = self._counters.get(key, (reading.value, domain_s))
        self._counters[key] = (reading.value, domain_s)
        if reading.value >= before or domain_s - self._told_at_s < ONCE_S:
            return None
        self._told_at_s = domain_s
        return {
            "ecu": reading.ecu,
            "counter": reading.signal,
            "before": before,
            "after": reading.value,
            "why": self._why(since_s, domain_s),
        }

    def _why(self, since_s: float, domain_s: float) -> Why:
        """Say why a counter fell between `since_s` and now."""
        if self._lost_at_s >= since_s:
            return "supply_lost"
        watched = self._supply_at_s is not None and domain_s - self._supply_at_s <= BLIND_S
        return "codes_cleared" if watched and self._blind_until_s <= since_s else "unknown"


def _sorted(codes: DtcSet) -> DtcSet:
    return DtcSet(ecu=codes.ecu, status=codes.status, codes=tuple(sorted(codes.codes)))
