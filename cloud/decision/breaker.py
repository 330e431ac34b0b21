"""The fleet-wide circuit breaker: too many cars at once is more likely one cause than many breakdowns. Pure."""

import math

from cloud.decision.policy import Policy


def limit(fleet: int, policy: Policy) -> int:
    """Return how many cases the fleet may open within the window before nothing more is sent unasked."""
    return max(policy.breaker_at_least, math.ceil(policy.breaker_share * fleet))


def trips(opened: int, fleet: int, policy: Policy) -> bool:
    """Return whether `opened` cases within the window are too many for a fleet of `fleet` vehicles."""
    return opened >= limit(fleet, policy)
