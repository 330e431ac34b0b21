"""A car over days, second by second: when it is driven, who wakes it, how it answers. It shares no code with `edge`."""

import random
from dataclasses import dataclass, field

DAY_S = 86_400


@dataclass
class Days:
    """Lives from second to second; `reacts` cars answer in their sleep, and talk because they were asked.

    `alive_since` and `off_since` are the last moments at which the car itself woke and at which its ignition went off.
    """

    seed: int
    rest_v: float = 12.6
    charge_v: float = 14.2
    reacts: bool = False
    after_run_s: int = 90
    is_parked: bool = False  # nobody drives it
    now_s: int = 0
    ignition: bool = False
    off_since: int = -DAY_S
    alive_since: int = -DAY_S
    _until_s: int = 0
    _own_until_s: int = -1
    _ours_until_s: int = -1
    _plan: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._plan = random.Random(self.seed)
        self._until_s = 1_000 * DAY_S if self.is_parked else self._plan.randrange(600, 7_200)

    def step(self) -> None:
        """Let a second pass."""
        self.now_s += 1
        if self.now_s >= self._until_s:
            self._switch()
        # A parked car wakes by itself now and then: a key passes by, a telematics unit calls home.
        if not self.ignition and not self.is_up and self._plan.random() < 1.0 / 20_000.0:
            self._own_until_s = self.now_s + self._plan.randrange(5, 120)
            self.alive_since = self.now_s

    def _switch(self) -> None:
        self.ignition = not self.ignition
        if self.ignition:
            self._until_s = self.now_s + self._plan.randrange(120, 5_400)
            self.alive_since = self.now_s
        else:
            self._until_s = self.now_s + self._plan.randrange(60, 40_000)
            self.off_since = self.now_s

    @property
    def is_up(self) -> bool:
        """Whether its bus talks for reasons of its own, the time after the ignition included."""
        return self.ignition or self.now_s < self.off_since + self.after_run_s or self.now_s < self._own_until_s

    @property
    def talks(self) -> bool:
        return self.is_up or self.now_s < self._ours_until_s

    @property
    def supply_v(self) -> float:
        since_s = self.now_s - self.off_since
        if not self.ignition:
            return self.rest_v + 0.3 * max(0.0, 1.0 - since_s / 3_600.0)
        return 9.5 if self.now_s - self.alive_since < 1 else self.charge_v

    def ask(self) -> bool:
        """Take a request; return whether it is answered."""
        if self.reacts and not self.is_up:
            self._ours_until_s = self.now_s + 60
        return self.talks
