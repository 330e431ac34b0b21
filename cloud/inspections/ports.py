"""What the daily look stands on."""

from typing import Protocol

from cloud.scoring.anomaly.model import ClassModel


class Days(Protocol):
    """The stored history by day. May raise `HistoryError`."""

    def daily(self, day: int) -> list[tuple[str, str, float, float, float, float, int]]:
        """Return vehicle, path, mean, least, most, sd and number of samples of each signal on a day since 1970."""
        ...


class Models(Protocol):
    """Where class models are kept."""

    def load(self) -> tuple[dict[str, ClassModel], int]:
        """Return the models and the last day they were fitted on; none and -1 where there are none that are sound."""
        ...

    def save(self, models: dict[str, ClassModel], *, days: tuple[int, int], counts: dict[str, int]) -> None:
        """Keep `models`, fitted on these days (first, last), instead of those before; may raise `HistoryError`."""
        ...
