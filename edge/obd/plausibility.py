"""Readings held against each other: what is a number, and yet cannot be. Pure; its state does not grow with time.

Each answer by itself was in range. Here state of charge is held against time and the pack's voltage, the four tyres
against each other, and speed against distance. What contradicts the rest becomes `INVALID`, keeps its number in `raw`
as text, and is counted by why. Nothing that a breakdown could cause is doubted: a tyre may fall, a car may stop.
"""

from collections import Counter
from collections.abc import Sequence
from math import exp, inf, nan
from typing import Final

from contract.signals import DISTANCE, PACK_VOLTAGE, SOC, SOC_DISPLAYED, SPEED, TYRES
from contract.validity import Validity
from edge.obd.decode import Reading

CONFIRM: Final = 5  # readings in a row that agree with each other make a new level, however they came to it
FORGET_S: Final = 600.0  # domain: after so long without a reading anything may have happened
MAX_SOURCES: Final = 64  # (signal, ECU) that are followed; what comes later is believed

SOC_PER_S: Final = 0.3  # points: ten times what the fastest chargers do
SOC_SLACK: Final = 3.0
SOC_SPAN: Final = 10.0  # points after which voltage must have gone the same way
VOLTAGE_TAU_S: Final = 120.0  # longer than any overtaking, so that loads average out
AGAINST: Final = 0.08  # of the voltage: more than load and temperature do to its mean

TYRE_RISE_KPA_PER_S: Final = 3.0  # a compressor
TYRE_SLACK_KPA: Final = 20.0
ABOVE_PARTNER: Final = 1.5  # laden vans differ so much between axles, but never on one
ABOVE_OTHERS: Final = 1.35
FALL: Final = 0.7
TOGETHER: Final = 3  # so many tyres do not lose a third of their air at once
TOGETHER_S: Final = 120.0
TYRE_FRESH_S: Final = 3_600.0

SPEED_RISE_KMH_PER_S: Final = 36.0  # 1 g, about what tyres can; braking and crashes are not doubted
SPEED_SLACK_KMH: Final = 10.0
FASTEST_KMH: Final = 300.0
ODOMETER_SLACK_KM: Final = 2.0
SPEED_GAP_S: Final = 10.0  # between two speeds that are joined into a distance
SPAN_KM: Final = 5.0  # distance after which speed and odometer are compared
FACTOR: Final = 2.0  # more than miles for kilometres, wheel size and rounding make together
ROUNDING_KM: Final = 1.1

_TYRES: Final = {tyre.path: wheel for wheel, tyre in enumerate(TYRES)}
_PARTNER: Final = (1, 0, 3, 2)


class _Level:
    """Follows one number and doubts what it cannot have become since, until it stays there."""

    def __init__(self, up_per_s: float, down_per_s: float, slack: float, forget_s: float = FORGET_S) -> None:
        self._up_per_s, self._down_per_s, self._slack = up_per_s, down_per_s, slack
        self._forget_s = forget_s
        self.value = nan
        self.at_s = -inf
        self._other = nan
        self._other_at_s = -inf
        self._agreeing = 0

    def takes(self, value: float, at_s: float) -> bool:
        """Say whether `value` can follow what was taken before; it then is the level."""
        is_new = self.at_s == -inf or at_s - self.at_s > self._forget_s
        if is_new or self._can_follow(value - self.value, at_s - self.at_s):
            self._take(value, at_s)
            return True
        agrees = self._can_follow(value - self._other, at_s - self._other_at_s)
        self._agreeing = self._agreeing + 1 if agrees else 1
        self._other, self._other_at_s = value, at_s
        if self._agreeing < CONFIRM:
            return False
        self._take(value, at_s)
        return True

    def _can_follow(self, step: float, lasting_s: float) -> bool:
        lasting_s = max(0.0, lasting_s)
        falls = self._down_per_s == inf or -step <= self._slack + self._down_per_s * lasting_s
        return falls and step <= self._slack + self._up_per_s * lasting_s

    def _take(self, value: float, at_s: float) -> None:
        self.value, self.at_s = value, at_s
        self._other, self._agreeing = nan, 0


class Plausibility:
    """Hand it the readings of one answer, in the order of time; `domain_s` is the domain's monotonic time."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._levels: dict[tuple[str, str], _Level] = {}
        self._voltage = _Mean(VOLTAGE_TAU_S)
        self._soc_anchor: tuple[float, float] | None = None
        self._soc_against = 0
        self._tyres: list[tuple[float, float]] = [(nan, -inf)] * len(TYRES)
        self._fell_s = [-inf] * len(TYRES)
        self._fallen_together = 0
        self._way = _Way()

    def judge(self, readings: Sequence[Reading], domain_s: float) -> list[Reading]:
        """Return `readings` with those that cannot be made invalid; what is no value already passes as it is."""
        together = self._fall_together(readings, domain_s)
        return [self._judged(reading, domain_s, together) for reading in readings]

    def _judged(self, reading: Reading, domain_s: float, together: bool) -> Reading:
        if reading.validity is not Validity.VALUE:
            return reading
        why = self._doubt(reading, domain_s, together)
        if why is None:
            return reading
        self.counts[why] += 1
        return reading._replace(value=nan, validity=Validity.INVALID, raw=f"{reading.value:.6g}".encode())

    def _doubt(self, reading: Reading, at_s: float, together: bool) -> str | None:
        match reading.signal:
            case SOC.path | SOC_DISPLAYED.path:
                return self._doubt_soc(reading, at_s)
            case PACK_VOLTAGE.path:
                self._voltage.add(reading.value, at_s)
                return None
            case SPEED.path:
                level = self._level(reading, SPEED_RISE_KMH_PER_S, inf, SPEED_SLACK_KMH)
                if level is not None and not level.takes(reading.value, at_s):
                    return "speed_jump"
                self._way.drive(reading.ecu, reading.value, at_s)
                return None
            case DISTANCE.path:
                return self._doubt_distance(reading, at_s)
            case path if path in _TYRES:
                return self._doubt_tyre(reading, at_s, together)
        return None

    def _level(
        self, reading: Reading, up_per_s: float, down_per_s: float, slack: float, forget_s: float = FORGET_S
    ) -> _Level | None:
        key = (reading.signal, reading.ecu)
        if key not in self._levels and len(self._levels) < MAX_SOURCES:
            self._levels[key] = _Level(up_per_s, down_per_s, slack, forget_s)
        return self._levels.get(key)

    def _doubt_soc(self, reading: Reading, at_s: float) -> str | None:
        level = self._level(reading, SOC_PER_S, SOC_PER_S, SOC_SLACK)
        if level is not None and not level.takes(reading.value, at_s):
            return "soc_jump"
        volts = self._voltage.value(at_s)
        if reading.signal != SOC.path or volts is None:
            return None
        if self._soc_anchor is None:
            self._soc_anchor = (reading.value, volts)
            return None
        soc, was_v = self._soc_anchor
        moved = reading.value - soc
        if abs(moved) < SOC_SPAN:
            return None
        against = (volts - was_v) / was_v * (-1.0 if moved > 0 else 1.0) > AGAINST
        self._soc_against = self._soc_against + 1 if against else 0
        if not against or self._soc_against >= CONFIRM:
            self._soc_anchor, self._soc_against = (reading.value, volts), 0
        return "soc_against_voltage" if against else None

    def _fall_together(self, readings: Sequence[Reading], at_s: float) -> bool:
        """Say whether this answer has most tyres lose a third at once; after `CONFIRM` such answers they have."""
        falling = 0
        for reading in readings:
            wheel = _TYRES.get(reading.signal)
            if wheel is None or reading.validity is not Validity.VALUE:
                continue
            before, before_s = self._tyres[wheel]
            if at_s - before_s <= FORGET_S and reading.value < FALL * before:
                self._fell_s[wheel] = at_s
                falling += 1
        if not falling:
            return False
        recent = sum(at_s - fell_s <= TOGETHER_S for fell_s in self._fell_s)
        self._fallen_together = self._fallen_together + 1 if recent >= TOGETHER else 0
        return 0 < self._fallen_together < CONFIRM

    def _doubt_tyre(self, reading: Reading, at_s: float, together: bool) -> str | None:
        wheel = _TYRES[reading.signal]
        before, _ = self._tyres[wheel]
        if together and reading.value < FALL * before:
            return "tyres_fell_together"
        others = [kpa for n, (kpa, told_s) in enumerate(self._tyres) if n != wheel and at_s - told_s <= TYRE_FRESH_S]
        partner = self._tyres[_PARTNER[wheel]][0]
        if len(others) == len(TYRES) - 1 and reading.value > max(ABOVE_PARTNER * partner, ABOVE_OTHERS * max(others)):
            return "tyre_above_others"
        level = self._level(reading, TYRE_RISE_KPA_PER_S, inf, TYRE_SLACK_KPA)
        if level is not None and not level.takes(reading.value, at_s):
            return "tyre_jump"
        self._tyres[wheel] = (reading.value, at_s)
        return None

    def _doubt_distance(self, reading: Reading, at_s: float) -> str | None:
        # However long the car slept, an odometer does not run backwards.
        level = self._level(reading, FASTEST_KMH / 3600.0, 0.0, ODOMETER_SLACK_KM, forget_s=inf)
        if level is None:
            return None
        before = level.value
        if not level.takes(reading.value, at_s):
            return "odometer_back" if reading.value < before else "odometer_jump"
        return self._way.compare(reading.ecu, reading.value, at_s)


class _Mean:
    """A mean that forgets, by time and not by count."""

    def __init__(self, tau_s: float) -> None:
        self._tau_s = tau_s
        self._mean = nan
        self._first_s = self._at_s = -inf

    def add(self, value: float, at_s: float) -> None:
        """Take one value; after a gap as long as the memory it begins anew."""
        lasting_s = max(0.0, at_s - self._at_s)
        if lasting_s > self._tau_s:
            self._mean, self._first_s = value, at_s
        else:
            fading = exp(-lasting_s / self._tau_s)
            self._mean = fading * self._mean + (1.0 - fading) * value
        self._at_s = at_s

    def value(self, at_s: float) -> float | None:
        """Return the mean, None where it is not one yet or no more."""
        is_fresh, is_mean = at_s - self._at_s <= self._tau_s, self._at_s - self._first_s >= 2.0 * self._tau_s
        return self._mean if is_fresh and is_mean else None


class _Way:
    """Joins speeds into a distance, and holds an odometer against it while no gap is in between."""

    def __init__(self) -> None:
        self._ecu = ""
        self._speed_kmh = nan
        self._at_s = -inf
        self._driven_km = 0.0
        self._is_whole = False
        self._odometer: tuple[str, float] | None = None

    def drive(self, ecu: str, speed_kmh: float, at_s: float) -> None:
        """Take one speed; of several ECUs the one that was heard first counts, while it is heard."""
        lasting_s = at_s - self._at_s
        if ecu != self._ecu and lasting_s <= SPEED_GAP_S:
            return
        if ecu != self._ecu or lasting_s > SPEED_GAP_S:
            self._is_whole = False
        else:
            self._driven_km += max(0.0, lasting_s) / 3600.0 * (speed_kmh + self._speed_kmh) / 2.0
        self._ecu, self._speed_kmh, self._at_s = ecu, speed_kmh, at_s

    def compare(self, ecu: str, odometer_km: float, at_s: float) -> str | None:
        """Say what is wrong with an odometer since it was last held against the speed, None where nothing is."""
        is_driving = at_s - self._at_s <= SPEED_GAP_S
        if self._odometer is None or self._odometer[0] != ecu or not (self._is_whole and is_driving):
            self._restart(ecu, odometer_km, is_whole=is_driving)
            return None
        moved_km = odometer_km - self._odometer[1]
        if max(moved_km, self._driven_km) < SPAN_KM:
            return None
        driven_km = self._driven_km
        self._restart(ecu, odometer_km, is_whole=True)
        if moved_km + ROUNDING_KM < driven_km / FACTOR:
            return "speed_without_distance"
        if moved_km > FACTOR * driven_km + ROUNDING_KM:
            return "distance_without_speed"
        return None

    def _restart(self, ecu: str, odometer_km: float, *, is_whole: bool) -> None:
        self._odometer, self._driven_km, self._is_whole = (ecu, odometer_km), 0.0, is_whole
