"""Is the car awake? Pure: supply voltage, traffic and answers go in, a state comes out.

Real seconds (`now_s`) measure what the bus does, domain seconds (`domain_s`) what the car does. The rule above all: a
sleeping car hears nothing from us. It is awake when its own bus talks, or when its alternator or converter has lifted
the supply; what we send never counts as a sign of life.
"""

from enum import Enum
from typing import Final

WAKE_V: Final = 13.2
WAKE_DWELL_S: Final = 3.0  # domain
SLEEP_V: Final = 12.2
SLEEP_DWELL_S: Final = 240.0  # domain
FALL_V: Final = 0.4  # so far below its level while ECUs answered, the supply is charged no more
SILENCE_S: Final = 2.0  # real: asked all that time, nobody answered
FEWEST_UNANSWERED: Final = 3
QUIET_S: Final = 3.0  # real: the charge is gone and nobody has answered for so long, whether asked or not
TRAFFIC_FRAMES: Final = 3  # within TRAFFIC_S: one stray frame wakes nobody
TRAFFIC_S: Final = 1.0  # real
FIRST_PROBE_S: Final = 30.0  # domain
LONGEST_PROBE_S: Final = 600.0
BLIND_PROBE_S: Final = 900.0  # domain: how rarely a dongle without a supply wire knocks, where that was allowed


class State(Enum):
    """What the agent may do."""

    ASLEEP = "asleep"  # watch the supply, listen; send nothing
    DISCOVERING = "discovering"  # the car seems awake: ask who is there
    AWAKE = "awake"  # ECUs answer: poll


class _Since:
    """Since when something has been so without a break."""

    def __init__(self) -> None:
        self._since_s: float | None = None

    def note(self, is_so: bool, at_s: float) -> None:
        if not is_so:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = at_s

    def lasts(self, at_s: float, dwell_s: float) -> bool:
        return self._since_s is not None and at_s - self._since_s >= dwell_s


class Session:
    """Starts asleep. Tell it what happens, then read `state`; `reason` says why it last changed.

    Without a supply wire only the car's own traffic wakes it. `may_knock` is for cars whose socket shows no traffic:
    it then asks now and then into the dark, and may meet a car that sleeps.
    """

    def __init__(self, *, has_supply: bool, may_knock: bool = False) -> None:
        self.state = State.ASLEEP
        self.reason = "start"
        self._has_supply = has_supply
        self._may_knock = may_knock
        self._supply_v: float | None = None
        self._answered_v: float | None = None
        self._charged = _Since()
        self._low = _Since()
        self._is_protecting = False
        self._frames_s: list[float] = []
        self._quiet = _Since()
        self._unanswered = 0
        self._asking = _Since()
        self._probe_at_s: float | None = None
        self._probe_after_s = FIRST_PROBE_S

    def supply(self, voltage_v: float | None, domain_s: float) -> None:
        """The supply wire was read; None: nothing could be measured."""
        self._supply_v = voltage_v
        is_charged = voltage_v is not None and voltage_v >= WAKE_V
        self._charged.note(is_charged, domain_s)
        self._low.note(voltage_v is not None and voltage_v < SLEEP_V, domain_s)
        if self._has_supply and not is_charged and self.state is State.ASLEEP:
            self._probe_at_s, self._probe_after_s = None, FIRST_PROBE_S
        if is_charged:
            self._is_protecting = False
        elif self._low.lasts(domain_s, SLEEP_DWELL_S):
            self._is_protecting = True

    def frame(self, now_s: float) -> None:
        """A frame came that is no answer: the car's own traffic."""
        self._quiet.note(False, now_s)
        recent = [at_s for at_s in self._frames_s if now_s - at_s <= TRAFFIC_S]
        self._frames_s = [*recent[1 - TRAFFIC_FRAMES :], now_s]

    def asked(self, now_s: float) -> None:
        """A request was put on the bus."""
        self._unanswered += 1
        self._asking.note(True, now_s)

    def answered(self, now_s: float) -> None:
        """An ECU answered."""
        self._unanswered = 0
        self._asking.note(False, now_s)
        self._quiet.note(False, now_s)
        self._answered_v = self._supply_v
        self._probe_after_s = FIRST_PROBE_S

    def discovered(self, has_ecus: bool, domain_s: float) -> None:
        """Discovery has come to its end."""
        if self.state is State.DISCOVERING:
            if has_ecus:
                self._become(State.AWAKE, "ECUs answer")
            else:
                self._fall_asleep("nobody answers", domain_s)

    def bus_lost(self, domain_s: float) -> None:
        """The CAN interface is gone: ask again from the start once it is back."""
        self._frames_s.clear()
        self._fall_asleep("bus lost", domain_s)

    def check(self, now_s: float, domain_s: float) -> State:
        """Draw the conclusion; call it after whatever was told, and as time passes."""
        if self.state is State.ASLEEP:
            self._wake_up(domain_s)
            return self.state
        self._quiet.note(True, now_s)
        if self._is_protecting:
            self._fall_asleep("supply low", domain_s)
        elif self._asking.lasts(now_s, SILENCE_S) and self._unanswered >= FEWEST_UNANSWERED:
            self._fall_asleep("nobody answers", domain_s)
        elif self._has_fallen() and self._quiet.lasts(now_s, QUIET_S):
            self._fall_asleep("supply fell and the bus is quiet", domain_s)
        return self.state

    def _has_fallen(self) -> bool:
        """Say whether the supply shows that alternator or converter have stopped since ECUs last answered."""
        if self._supply_v is None or self._answered_v is None:
            return False
        return self._supply_v < WAKE_V and self._supply_v <= self._answered_v - FALL_V

    def _wake_up(self, domain_s: float) -> None:
        if self._is_protecting:
            return
        if len(self._frames_s) >= TRAFFIC_FRAMES:
            self._become(State.DISCOVERING, "traffic on the bus")
        elif self._probe_at_s is not None and domain_s < self._probe_at_s:
            return
        elif self._charged.lasts(domain_s, WAKE_DWELL_S):
            # Steadily charged and yet silent before: knock ever more rarely.
            self._become(State.DISCOVERING, "supply charged")
        elif not self._has_supply and self._may_knock:
            self._become(State.DISCOVERING, "no supply wire to go by, so it knocks")

    def _fall_asleep(self, reason: str, domain_s: float) -> None:
        if self.state is not State.ASLEEP:
            self._become(State.ASLEEP, reason)
            self._probe_at_s = domain_s + (self._probe_after_s if self._has_supply else BLIND_PROBE_S)
            self._probe_after_s = min(2.0 * self._probe_after_s, LONGEST_PROBE_S)

    def _become(self, state: State, reason: str) -> None:
        self.state, self.reason = state, reason
        self._unanswered = 0
        self._asking = _Since()
        self._quiet = _Since()
        self._frames_s.clear()
