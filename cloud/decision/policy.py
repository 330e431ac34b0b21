"""What acting and waiting cost, cause by cause, and the limits within which anything is decided.

Amounts are in one currency (CNY by default; only their ratios matter) and belong to the tenant. The defaults are
starting points until outcomes are in: a roadside visit costs 120-260, a breakdown 800-1,600 with the tow, the lost
half day and the late repair; a planned repair of the same fault 100-500.
"""

from typing import Final, Literal

import msgspec

from cloud.rescue.network.plan import Weights

Action = Literal["nothing", "watch", "inform", "remind", "ask", "dispatch", "emergency"]
H_S: Final = 3600.0


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """One cause: what a visit, the annoyance, a breakdown and a planned repair cost; `eta` of visits prevent it.

    `horizon_h` is the horizon whose probability is weighed: 72 h, since a visit now is compared with what happens until
    the next ordinary chance to go to a shop (a weekend at most); 24 h for the traction battery, whose charge is used
    and filled daily, so that a later horizon speaks of another charge; a week for its cells.
    Below severity `rescue_severity` the answer is a shop's, not a truck's. `advise_above_h`: with that long until the
    threshold the driver is told and can drive to a shop. `on_delay`: how many assessments must agree before a case
    opens; a confirmed fault code was debounced by the ECU already (two trips), so one report is enough.
    `workshop`: whether a workshop could settle it before it happens; an empty traction battery is no workshop's matter.
    """

    visit: float
    annoy: float
    breakdown: float
    planned: float
    eta: float
    horizon_h: int = 72
    rescue_severity: int = 0
    advise_above_h: float | None = None
    on_delay: int = 3
    workshop: bool = True

    @property
    def act(self) -> float:
        """C: the cost of a visit."""
        return self.visit + self.annoy

    @property
    def saved(self) -> float:
        """E: what a visit saves when the breakdown would have come."""
        return self.eta * (self.breakdown - self.planned)

    @property
    def p_star(self) -> float:
        """The probability from which acting costs less than waiting: p* = C / E."""
        return self.act / self.saved


DEFAULT_COSTS: Final = {
    "low_voltage_battery": Costs(visit=130, annoy=20, breakdown=800, planned=200, eta=0.85),
    "tyre": Costs(visit=150, annoy=30, breakdown=1100, planned=250, eta=0.85, advise_above_h=72.0),
    "traction_battery": Costs(visit=180, annoy=20, breakdown=900, planned=100, eta=0.9, horizon_h=24, workshop=False),
    "dtc": Costs(visit=260, annoy=40, breakdown=1600, planned=500, eta=0.8, rescue_severity=3, on_delay=1),
    # A cell fails over days to weeks, so the week counts; below severity 4 it is a workshop's matter.
    "traction_cells": Costs(
        visit=300, annoy=50, breakdown=6000, planned=2500, eta=0.7, horizon_h=168, rescue_severity=4
    ),
    # The car still drives on its battery for an hour or so, then it stalls where it is: sooner than a weekend.
    "charging_system": Costs(visit=160, annoy=30, breakdown=1100, planned=400, eta=0.8, rescue_severity=3),
    # An engine driven on without coolant or oil is lost, so waiting is dear, and the hours count.
    "coolant": Costs(visit=260, annoy=40, breakdown=4500, planned=500, eta=0.8, horizon_h=24, rescue_severity=4),
    "oil": Costs(visit=260, annoy=40, breakdown=9000, planned=600, eta=0.8, horizon_h=24, rescue_severity=4),
    # Fuel is filled within the day or missed within the day.
    "fuel": Costs(visit=140, annoy=20, breakdown=600, planned=60, eta=0.9, horizon_h=24, workshop=False),
    "charging": Costs(visit=180, annoy=20, breakdown=900, planned=150, eta=0.8, horizon_h=24, rescue_severity=3),
}
_OTHER: Final = Costs(visit=200, annoy=30, breakdown=1100, planned=250, eta=0.8)
DEFAULT_PROMISE_S: Final = {"city": 0.5 * H_S, "county": 1.0 * H_S, "remote": 2.0 * H_S}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The tenant's policy; every `*_s` is in domain seconds."""

    costs: dict[str, Costs] = msgspec.field(default_factory=lambda: dict(DEFAULT_COSTS))
    ask_from: float = 0.5  # of p*
    dispatch_from: float = 2.0  # of p*
    clear_below: float = 0.6  # of p*: the deadband
    off_delay: int = 5
    min_quality: float = 0.5
    fresh_s: float = 600.0
    future_s: float = 300.0
    cool_down_s: float = 72 * H_S
    quiet_s: float = 2 * H_S
    silent_s: float = 1800.0
    answer_s: float = 600.0
    breaker_window_s: float = 300.0
    breaker_share: float = 0.3
    breaker_at_least: int = 10
    offer_s: float = 120.0
    person_s: float = 180.0
    next_round_s: float = 60.0
    max_rounds: int = 20
    promise_s: dict[str, float] = msgspec.field(default_factory=lambda: dict(DEFAULT_PROMISE_S))
    area: str = "county"
    forget_position_s: float = 24 * H_S
    grant_s: float = 4 * H_S
    speed_kmh: float = 40.0
    weights: Weights = Weights()
    appoint_s: float = 0.5 * H_S  # a truck is looked for so long before an appointment
    point_fresh_s: float = 600.0  # a truck leaves for a point no older
    point_accuracy_m: float = 100.0  # and no less exact

    def cost_of(self, cause: str) -> Costs:
        """Return the costs of `cause`, those of an unknown fault where the table has none."""
        return self.costs.get(cause, _OTHER)
