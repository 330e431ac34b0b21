"""Figures of ingest and the consumers, as Prometheus metrics; docs/operations.md says what each one means."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)


class Figures:
    """What ingest and the consumers count; also serves as ingest's `Counts`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register every metric with `registry`, once for each registry."""
        self._messages = Counter(
            "outrider_ingest_messages", "Messages by what became of them", ["outcome"], registry=registry
        )
        self._retries = Counter(
            "outrider_ingest_retries", "Writes that were refused and tried again", ["what"], registry=registry
        )
        self._round_s = Histogram(
            "outrider_ingest_round_seconds",
            "From taking messages off the pipe to acknowledging them",
            buckets=_BUCKETS_S,
            registry=registry,
        )
        self._denied = Counter(
            "outrider_broker_denied", "What the embedded broker refused", ["what"], registry=registry
        )
        self._assessments = Counter("outrider_assessments", "Assessments written", registry=registry)
        self._degraded = Gauge(
            "outrider_scoring_degraded", "1 where a trained model was refused and the rules score", registry=registry
        )
        self._shadow_refused = Gauge(
            "outrider_shadow_refused",
            "1 where a candidate model was refused",
            registry=registry,
        )
        self._lag = Gauge(
            "outrider_consumer_lag_entries", "Log entries a consumer has not read", ["consumer"], registry=registry
        )

    def count(self, what: str, number: int = 1) -> None:
        """Add to the messages that were `what`; see `Counts`."""
        if number:
            self._messages.labels(what).inc(number)

    def retried(self, what: str) -> None:
        """Note a refused write; see `Counts`."""
        self._retries.labels(what).inc()

    def took(self, seconds: float) -> None:
        """Note how long a round lasted; see `Counts`."""
        self._round_s.observe(seconds)

    def denied(self, what: str) -> None:
        """Count something that the embedded broker refused."""
        self._denied.labels(what).inc()

    def assessed(self, number: int) -> None:
        """Add to the assessments written."""
        self._assessments.inc(number)

    def degraded(self) -> None:
        """Note that the model that was asked for was refused."""
        self._degraded.set(1.0)

    def shadow_refused(self) -> None:
        """Note that the candidate that was asked for was refused."""
        self._shadow_refused.set(1.0)

    def lags(self, consumer: str, entries: Callable[[], float]) -> None:
        """Show how many entries `consumer` is behind, asked whenever someone looks."""
        self._lag.labels(consumer).set_function(entries)
