"""The supply wire, second by second: what it tells the session, the alarm, the record and the device's own switch."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import structlog

from contract.signals import CRANKING_CAPTURED, CRANKING_VOLTAGE, NIGHT_OBSERVED, Signal
from edge.cranking import Cranking, CrankWatch
from edge.night import NightWatch
from edge.ports import PowerSwitch, Supply
from edge.power import Power, PowerWatch
from edge.power_off import CutOff, LowSupply
from edge.protection import LowVoltage
from edge.session import Session, State

Facts = dict[str, float | str]
MILLIVOLTS: Final = 3

log = structlog.get_logger()


class Noticed(NamedTuple):
    """What was read, what is to be recorded now, and the facts of a low-voltage alarm that has just begun."""

    voltage_v: float | None
    samples: tuple[tuple[Signal, float], ...]
    low: Facts | None


class SupplyWatch:
    """`now_s` is real monotonic time. Without a `supply` nothing is measured, and every rest is one nobody watched.

    `must_stop` becomes true when the device is to be switched off; the caller gives everything to the disk first.
    """

    def __init__(
        self,
        supply: Supply | None,
        session: Session,
        now_s: Callable[[], float],
        switch: PowerSwitch,
        *,
        off_below_v: float = 0.0,
    ) -> None:
        self._supply = supply
        self._session = session
        self._now_s = now_s
        self._switch = switch
        self._cut_off = LowSupply(off_below_v, was_asked=switch.was_asked())
        self._low_voltage = LowVoltage()
        self._power = PowerWatch()
        self._night = NightWatch()
        self._cranks = CrankWatch()
        self.must_stop = False

    @property
    def power(self) -> Power:
        """What the low-voltage system is doing."""
        return self._power.state

    @property
    def is_there(self) -> bool:
        """Whether there is a wire at all."""
        return self._supply is not None

    def voltage_v(self) -> float | None:
        """Read the supply now."""
        return None if self._supply is None else self._supply.voltage_v()

    def listen(self) -> tuple[tuple[Signal, float], ...]:
        """Take what a fast wire has read since the last call; call it at every turn."""
        if self._supply is None:
            return ()
        levels = self._session.levels
        found = (self._cranks.read(at_s, volts, levels) for at_s, volts in self._supply.recent())
        return _sampled(cranking for cranking in found if cranking is not None)

    def watch(self, domain_s: float) -> Noticed:
        """Read the supply once; call it about every second."""
        voltage_v, session = self.voltage_v(), self._session
        if self._supply is not None:
            session.supply(voltage_v, domain_s)
        is_asleep = session.state is State.ASLEEP
        before = self._power.state
        state = self._power.read(
            voltage_v,
            domain_s,
            session.levels,
            is_asleep=is_asleep,
            is_running=session.is_running(self._now_s()),
            is_charged=session.is_charged,
        )
        if state is not before:
            log.info("power", state=state.value, before=before.value, voltage_v=voltage_v)
        samples = self._met_by_polling(voltage_v)
        observed = self._night.read(voltage_v, domain_s, is_asleep=is_asleep)
        if observed is not None:
            samples += ((NIGHT_OBSERVED, float(observed)),)
        self._protect(voltage_v, domain_s)
        return Noticed(voltage_v, samples, self._alarm(voltage_v, domain_s, is_resting=state is Power.RESTING))

    def _met_by_polling(self, voltage_v: float | None) -> tuple[tuple[Signal, float], ...]:
        """Where nothing reads fast, a start is what one of these readings met of it."""
        if voltage_v is None or self._supply is None or self._supply.is_fast:
            return ()
        cranking = self._cranks.read(self._now_s(), voltage_v, self._session.levels)
        return () if cranking is None else _sampled([cranking])

    def _alarm(self, voltage_v: float | None, domain_s: float, *, is_resting: bool) -> Facts | None:
        factor = self._session.levels.factor
        if voltage_v is None or not self._low_voltage.read(voltage_v / factor, domain_s, is_resting=is_resting):
            return None
        reference_v = factor * self._low_voltage.reference_v
        return {"voltage_v": round(voltage_v, MILLIVOLTS), "reference_v": round(reference_v, MILLIVOLTS)}

    def _protect(self, voltage_v: float | None, domain_s: float) -> None:
        of_12_v = None if voltage_v is None else voltage_v / self._session.levels.factor
        match self._cut_off.read(of_12_v, domain_s):
            case CutOff.OFF:
                log.error("power_off", voltage_v=voltage_v, reason="the supply stayed low; the car must still start")
                self.must_stop = True
            case CutOff.RECOVERED:
                log.info("power_recovered", voltage_v=voltage_v)
                self._switch.recovered()
            case CutOff.NOTHING:
                pass


def _sampled(crankings: Iterable[Cranking]) -> tuple[tuple[Signal, float], ...]:
    return tuple(
        sample
        for cranking in crankings
        for sample in ((CRANKING_VOLTAGE, cranking.low_v), (CRANKING_CAPTURED, float(cranking.is_captured)))
    )
