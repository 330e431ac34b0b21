"""What cannot wait for scoring, seen in the car itself: a possible collision, a thermal event, a reason to stop. Pure.

Each watch says its event once when it begins, and again only after the danger was gone for a while.
"""

from typing import Final, NamedTuple

from contract.messages import UrgentKind
from contract.signals import COOLANT_TEMPERATURE, PACK_TEMPERATURE_MAX, SPEED
from contract.validity import Validity
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading

Facts = dict[str, float | str]

# By OBD speed alone: so much lost, faster than tyres can brake (1 g is 35 km/h a second), and then standing.
CRASH_DROP_KMH: Final = 25.0
CRASH_KMH_PER_S: Final = 36.0
CRASH_WITHIN_S: Final = 1.5
STANDING_KMH: Final = 2.0
STANDING_S: Final = 30.0
# GB 38031 and GTR 20 speak of 1 °C a second held for 3 s; above 55 °C any rise at all counts.
RUNAWAY_C_PER_S: Final = 1.0
RUNAWAY_S: Final = 3.0
HOT_PACK_DEGC: Final = 55.0
# Where makers switch from "check" to "stop": 121 °C for 5 s.
HOT_COOLANT_DEGC: Final = 121.0
HOT_COOLANT_S: Final = 5.0
QUIET_S: Final = 600.0  # domain: so long without the danger, and the next one is news
# SAE J2012 codes whose only safe answer is to stop: engine or transmission too hot, no oil pressure, a pack too hot.
STOP_NOW: Final = frozenset({"P0217", "P0218", "P0524", "P0A7E"})


class Danger(NamedTuple):
    """One urgent event with its facts."""

    event: UrgentKind
    facts: Facts


class DangerWatch:
    """Tell it every reading and every round of codes; `domain_s` is the domain's monotonic time."""

    def __init__(self) -> None:
        self._speed: tuple[float, float] | None = None
        self._crash: tuple[float, float] | None = None
        self._pack: tuple[float, float] | None = None
        self._rising_since_s: float | None = None
        self._hot_since_s: float | None = None
        self._last_s: dict[str, float] = {}

    def read(self, reading: Reading, domain_s: float) -> Danger | None:
        """Take one reading; a reading that is no value says nothing."""
        if reading.validity is not Validity.VALUE:
            return None
        if reading.signal == SPEED.path:
            return self._speed_of(reading.value, domain_s)
        if reading.signal == PACK_TEMPERATURE_MAX.path:
            return self._pack_of(reading.value, domain_s)
        if reading.signal == COOLANT_TEMPERATURE.path:
            return self._coolant_of(reading.value, domain_s)
        return None

    def codes(self, codes: CodeRound, domain_s: float) -> Danger | None:
        """Take one round of codes: a confirmed code of the list is a reason to stop now, and so is the lamp."""
        if dict(codes.lamps).get("red_stop", "off") != "off":
            return self._news("red_lamp", {"lamp": "red_stop"}, "lamp", domain_s)
        sets = (reported for reported in codes.sets if reported.status == "confirmed")
        found = {code[:5] for reported in sets for code in reported.codes}  # without the failure type of UDS
        if not (stop := sorted(found & STOP_NOW)):
            return None
        return self._news("red_lamp", {"codes": " ".join(stop)}, f"codes {stop}", domain_s)

    def _speed_of(self, kmh: float, domain_s: float) -> Danger | None:
        before, self._speed = self._speed, (domain_s, kmh)
        if before is not None and _is_crash(domain_s - before[0], before[1] - kmh):
            self._crash = (domain_s, before[1])
        if self._crash is None:
            return None
        at_s, from_kmh = self._crash
        if kmh > STANDING_KMH and domain_s - at_s > CRASH_WITHIN_S:
            self._crash = None  # it drives on
        elif kmh <= STANDING_KMH and domain_s - at_s >= STANDING_S:
            self._crash = None
            return self._news("collision", {"speed_before_kmh": from_kmh}, "collision", domain_s)
        return None

    def _pack_of(self, degc: float, domain_s: float) -> Danger | None:
        before, self._pack = self._pack, (domain_s, degc)
        if before is None or domain_s <= before[0]:
            return None
        rate = (degc - before[1]) / (domain_s - before[0])
        if rate < RUNAWAY_C_PER_S:
            self._rising_since_s = None
        elif self._rising_since_s is None:
            self._rising_since_s = before[0]
        runs_away = self._rising_since_s is not None and domain_s - self._rising_since_s >= RUNAWAY_S
        if not (runs_away or (degc > HOT_PACK_DEGC and degc > before[1])):
            return None
        return self._news("thermal_event", {"pack_degc": degc, "rise_c_per_s": round(rate, 3)}, "thermal", domain_s)

    def _coolant_of(self, degc: float, domain_s: float) -> Danger | None:
        if degc < HOT_COOLANT_DEGC:
            self._hot_since_s = None
            return None
        if self._hot_since_s is None:
            self._hot_since_s = domain_s
        if domain_s - self._hot_since_s < HOT_COOLANT_S:
            return None
        return self._news("red_lamp", {"coolant_degc": degc}, "coolant", domain_s)

    def _news(self, event: UrgentKind, facts: Facts, key: str, domain_s: float) -> Danger | None:
        last_s, self._last_s[key] = self._last_s.get(key), domain_s
        return None if last_s is not None and domain_s - last_s < QUIET_S else Danger(event, facts)


def _is_crash(lasting_s: float, drop_kmh: float) -> bool:
    least_kmh = max(CRASH_DROP_KMH, CRASH_KMH_PER_S * lasting_s)
    return 0.0 < lasting_s <= CRASH_WITHIN_S and drop_kmh >= least_kmh
