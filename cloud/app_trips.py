"""Putting the making of trips together, beside `cloud.app`."""

from cloud.act.adapters.emergencies import StoreEmergencies
from cloud.base import Base


def add_trips(base: Base) -> None:
    """Start to make trips of what cars say of their speed."""
    from cloud.trips.consumer import CONSUMER, TripConsumer
    from cloud.trips.engine import warmup

    base.claim(CONSUMER)
    warmup()
    emergencies = StoreEmergencies(base.store, base.clock, base.policy)
    consumer = TripConsumer(base.log, base.trips, base.settings.zone, emergencies)
    base.figures.lags(CONSUMER, lambda: float(base.log.last_offset() - consumer.offset))
    base.crew.sign_on(CONSUMER, consumer.run)
