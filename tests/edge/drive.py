"""A session that tests drive by hand, second by second."""

from edge.session import WAKE_DWELL_S, Session, State


class Drive:
    """A session and its two clocks, which run alike here."""

    def __init__(
        self,
        *,
        has_supply: bool = True,
        may_knock: bool = False,
        ignition_first: bool = False,
        nominal_v: float = 0.0,
    ) -> None:
        self.session = Session(
            has_supply=has_supply, may_knock=may_knock, ignition_first=ignition_first, nominal_v=nominal_v
        )
        self.now_s = 0.0

    def run(
        self, seconds: float, *, volts: float | None = None, traffic_hz: float = 0.0, running: bool = False
    ) -> State:
        """Let `seconds` pass in steps of 0.1 s; return the state at the end."""
        for step in range(round(seconds * 10)):
            self.now_s += 0.1
            if volts is not None:
                self.session.supply(volts, self.now_s)
            if traffic_hz and step % max(1, round(10 / traffic_hz)) == 0:
                self.session.frame(self.now_s)
            if running:
                self.session.runs(self.now_s)
            self.session.check(self.now_s, self.now_s)
        return self.session.state

    def meet(self) -> State:
        """Let the ECUs answer discovery."""
        self.session.asked(self.now_s)
        self.session.answered(self.now_s)
        self.session.discovered(True, self.now_s)
        return self.session.check(self.now_s, self.now_s)

    def wake(self, *, volts: float = 14.2) -> None:
        """Switch the ignition on, and drive until ECUs have answered."""
        self.run(1.0, volts=volts - 1.6)
        assert self.run(WAKE_DWELL_S + 0.2, volts=volts) is State.DISCOVERING
        assert self.meet() is State.AWAKE

    def ask(
        self,
        times: int,
        *,
        every_s: float,
        volts: float | None = None,
        answered: bool = False,
        running: bool = False,
        traffic_hz: float = 0.0,
    ) -> State:
        """Ask `times`, `every_s` apart, unless it sleeps."""
        for _ in range(times):
            if self.session.state is not State.ASLEEP:
                self.session.asked(self.now_s)
                if answered:
                    self.session.answered(self.now_s)
            self.run(every_s, volts=volts, running=running, traffic_hz=traffic_hz)
        return self.session.state
