"""May the car be asked anything now? Pure: supply voltage, traffic and answers go in, a state comes out.

Real seconds (`now_s`) measure what the bus does, domain seconds (`domain_s`) what the car does. The rule above all: a
sleeping car hears nothing from us. It is awake when its own bus begins to talk, when its alternator or converter has
lifted the supply, or when it is seen to run; what we send, and what that brings about, never counts as a sign of life.
"""

from enum import Enum
from math import inf
from typing import Final

from edge.levels import Levels, Nominal, levels
from edge.traffic import Traffic

WAKE_DWELL_S: Final = 3.0  # domain
SLEEP_DWELL_S: Final = 240.0  # domain
SILENCE_S: Final = 2.0  # real: asked all that time, nobody answered
FEWEST_UNANSWERED: Final = 3
DOUBT_S: Final = 3.0  # real: the charge is gone, and nothing has been seen to run for so long since
SPIN_DOWN_S: Final = 1.5  # real: an engine that was switched off still turns, a pack's contactors still close
PATIENCE_S: Final = 120.0  # real: a car that woke by itself and then neither runs nor charges is left alone
PROOF_S: Final = 20.0  # real: the same for one that we woke, or may have woken
AFTER_RUN_S: Final = 900.0  # real: traffic that outlasts every after-run belongs to a car that is on
RUNS_S: Final = 30.0  # real: how long a sign that the car runs is believed
FIRST_PROBE_S: Final = 30.0  # domain
LONGEST_PROBE_S: Final = 3_600.0
BLIND_PROBE_S: Final = 900.0  # domain: how rarely a dongle without a supply wire knocks, where that was allowed
LONGEST_BLIND_S: Final = 14_400.0


class State(Enum):
    """What the agent may do."""

    ASLEEP = "asleep"  # watch the supply, listen; send nothing
    DISCOVERING = "discovering"  # the car seems awake: ask who is there
    AWAKE = "awake"  # ECUs answer: poll


class _Since:
    """Since when something has been so without a break."""

    def __init__(self) -> None:
        self.since_s: float | None = None

    def note(self, is_so: bool, at_s: float) -> None:
        if not is_so:
            self.since_s = None
        elif self.since_s is None:
            self.since_s = at_s

    def lasts(self, at_s: float, dwell_s: float) -> bool:
        return self.since_s is not None and at_s - self.since_s >= dwell_s


class Session:
    """Starts asleep. Tell it what happens, then read `state`; `reason` says why it last changed.

    Without a supply wire only the car's own traffic wakes it. `may_knock` is for cars whose socket shows no traffic:
    it then asks now and then into the dark, and may meet a car that sleeps. `ignition_first` is for platforms that take
    being asked while parked for tampering: nothing is sent before the car was seen to run.
    """

    def __init__(
        self, *, has_supply: bool, may_knock: bool = False, ignition_first: bool = False, nominal_v: float = 0.0
    ) -> None:
        self.state = State.ASLEEP
        self.reason = "start"
        self.self_caused = 0
        self.nominal = Nominal(nominal_v)
        self._levels = levels(self.nominal.nominal_v, None)
        self._degc: float | None = None
        self._has_supply = has_supply
        self._may_knock = may_knock and not ignition_first
        self._ignition_first = ignition_first
        self._is_locked = False
        self._supply_v: float | None = None
        self._level_v = -inf  # the highest while ECUs answered, or the last at which the car ran
        self._rested_v = -inf  # the lowest since a charge was seen to end
        self._charged = _Since()
        self._low = _Since()
        self._is_protecting = False
        self._has_risen = False
        self._traffic = Traffic()
        self._ran_s = -inf
        self._unanswered = 0
        self._asking = _Since()
        self._fallen = _Since()
        self._lifeless = _Since()
        self._patience_s = PATIENCE_S
        self._probe_at_s: float | None = None
        self._probe_after_s = FIRST_PROBE_S
        self._blind_after_s = BLIND_PROBE_S

    def supply(self, voltage_v: float | None, domain_s: float) -> None:
        """The supply wire was read; None: nothing could be measured."""
        self.nominal.read(voltage_v, domain_s)
        self._levels = levels(self.nominal.nominal_v, self._degc)
        self._supply_v = None if self.nominal.is_in_doubt else voltage_v
        volts = self._supply_v
        # Some batteries rest above the usual threshold: then a charge is what lifts them off their own level.
        is_charged = volts is not None and volts >= max(self._levels.wake_v, self._rested_v + self._levels.fall_v)
        self._charged.note(is_charged, domain_s)
        self._low.note(volts is not None and volts < self._levels.sleep_v, domain_s)
        if volts is not None and not is_charged:
            self._has_risen = True  # from here on, a charge is one that has just begun
            if self._has_supply and self.state is State.ASLEEP:
                self._probe_at_s, self._probe_after_s = None, FIRST_PROBE_S
                self._rested_v = min(self._rested_v, volts)
        if is_charged:
            self._is_protecting = False
        elif self._low.lasts(domain_s, SLEEP_DWELL_S):
            self._is_protecting = True

    def temperature(self, degc: float) -> None:
        """The outside temperature was told: a cold battery rests lower."""
        self._degc = degc

    def locked(self, is_locked: bool) -> None:
        """The car was locked or unlocked, as far as it says so."""
        self._is_locked = is_locked

    def frame(self, now_s: float) -> None:
        """A frame came that is no answer: the car's own traffic."""
        was_ours = self._traffic.is_ours
        self._traffic.note(now_s)
        if self._traffic.is_ours and not was_ours and self.state is not State.AWAKE:
            self.self_caused += 1

    def asked(self, now_s: float) -> None:
        """A request was put on the bus."""
        self._traffic.asked(now_s)
        self._unanswered += 1
        self._asking.note(True, now_s)

    def answered(self, now_s: float) -> None:
        """An ECU answered."""
        self._unanswered = 0
        self._asking.note(False, now_s)
        if self._supply_v is not None:
            self._level_v = max(self._level_v, self._supply_v)

    def runs(self, now_s: float) -> None:
        """Something shows that the car is in use: it moves, its engine turns, current flows through its pack."""
        self._ran_s = now_s
        self._rested_v = -inf
        self._probe_after_s, self._blind_after_s = FIRST_PROBE_S, BLIND_PROBE_S
        if self._supply_v is not None and (self._fallen.lasts(now_s, SPIN_DOWN_S) or not self._has_fallen()):
            self._level_v = self._supply_v  # it runs at this level: so it shows no end of charging

    def discovered(self, has_ecus: bool, domain_s: float) -> None:
        """Discovery has come to its end."""
        if self.state is State.DISCOVERING:
            if has_ecus:
                self._become(State.AWAKE, "ECUs answer")
            else:
                self._fall_asleep("nobody answers", domain_s)

    def bus_lost(self, domain_s: float) -> None:
        """The CAN interface is gone: ask again from the start once it is back."""
        self._fall_asleep("bus lost", domain_s)
        self._traffic.forget()

    @property
    def levels(self) -> Levels:
        """The thresholds of this car's system at its temperature."""
        return self._levels

    @property
    def is_charged(self) -> bool:
        """Whether something lifts the supply."""
        return self._charged.since_s is not None

    def is_running(self, now_s: float) -> bool:
        """Say whether the car was seen in use just now."""
        return now_s - self._ran_s < RUNS_S

    def doubts(self, now_s: float) -> bool:
        """Say whether the next answer decides if the car is still on: then it should not be waited for long."""
        return self.state is State.AWAKE and self._fallen.lasts(now_s, SPIN_DOWN_S)

    def check(self, now_s: float, domain_s: float) -> State:
        """Draw the conclusion; call it after whatever was told, and as time passes."""
        if self.state is State.ASLEEP:
            self._wake_up(now_s, domain_s)
            return self.state
        if ended := self._end(now_s):
            if ended == "we woke it":
                self.self_caused += 1
                self._blind_after_s = min(2.0 * self._blind_after_s, LONGEST_BLIND_S)
            self._traffic.grow_old(now_s)
            self._fall_asleep(ended, domain_s)
        return self.state

    def _end(self, now_s: float) -> str:
        """Return why nothing more may be asked, or nothing."""
        is_alive = self._is_alive(now_s)
        self._lifeless.note(not is_alive, now_s)
        self._fallen.note(self._has_fallen(), now_s)
        if self._is_protecting:
            return "supply low"
        if self._asking.lasts(now_s, SILENCE_S) and self._unanswered >= FEWEST_UNANSWERED:
            return "nobody answers"
        if self.state is State.AWAKE:
            if self._fallen.lasts(now_s, DOUBT_S):
                return "supply fell and nothing runs"
            if self._traffic.ended(now_s) and self._ran_s < self._traffic.last_s + SPIN_DOWN_S:
                return "the bus went quiet"
        if self._lifeless.lasts(now_s, self._patience_s):
            return "we woke it" if self._patience_s == PROOF_S else "nothing runs"
        return "locked" if self._is_locked and not is_alive else ""

    def _is_alive(self, now_s: float) -> bool:
        """Say whether something other than answers shows that the car is on."""
        if self.is_running(now_s):
            return True
        if self._supply_v is None:
            return False
        lifted_v = self._levels.wake_v if self._has_risen else self._levels.live_v
        return self._supply_v >= lifted_v

    def _has_fallen(self) -> bool:
        """Say whether the supply shows that alternator or converter have stopped since ECUs last answered."""
        if self._supply_v is None:
            return False
        return self._supply_v < self._levels.live_v and self._supply_v <= self._level_v - self._levels.fall_v

    def _wake_up(self, now_s: float, domain_s: float) -> None:
        if self._is_protecting:
            return
        if now_s - self._ran_s < SILENCE_S:
            self._begin("it runs", PATIENCE_S, now_s)
        elif self._ignition_first or self._is_locked:
            return
        elif self._traffic.began(now_s):
            self._begin("traffic on the bus", PATIENCE_S, now_s)
        elif self._traffic.lasts(now_s, AFTER_RUN_S):
            self._begin("traffic does not end", PROOF_S, now_s)
        elif self._probe_at_s is not None and domain_s < self._probe_at_s:
            return
        elif self._charged.lasts(domain_s, WAKE_DWELL_S):
            # Steadily charged and yet silent before: knock ever more rarely.
            self._begin("supply charged", PATIENCE_S if self._probe_at_s is None else PROOF_S, now_s)
        elif not self._has_supply and self._may_knock:
            self._begin("no supply wire to go by, so it knocks", PROOF_S, now_s)

    def _begin(self, reason: str, patience_s: float, now_s: float) -> None:
        self._patience_s = patience_s
        self._traffic.drop_past(now_s)
        self._become(State.DISCOVERING, reason)

    def _fall_asleep(self, reason: str, domain_s: float) -> None:
        if self.state is not State.ASLEEP:
            if self._has_fallen() and self._supply_v is not None:
                self._rested_v = self._supply_v
            self._become(State.ASLEEP, reason)
            self._has_risen = False
            self._ran_s = -inf  # what was seen before wakes nothing
            self._probe_at_s = domain_s + (self._probe_after_s if self._has_supply else self._blind_after_s)
            self._probe_after_s = min(2.0 * self._probe_after_s, LONGEST_PROBE_S)

    def _become(self, state: State, reason: str) -> None:
        self.state, self.reason = state, reason
        self._unanswered = 0
        self._asking = _Since()
        self._fallen = _Since()
        if state is not State.AWAKE:
            self._lifeless = _Since()
            self._level_v = -inf
