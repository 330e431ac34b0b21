"""Samples gathered into columns until it is time to seal them: pure."""

from collections.abc import Sequence
from typing import Final

from contract import columns, signals
from contract.columns import Sample
from contract.messages import Column
from contract.validity import Validity

SEAL_S: Final = 60.0  # domain
MAX_SAMPLES: Final = 5_000  # some 50 kB packed at the very worst: far below what one payload may hold
MAX_RAW_BYTES: Final = 64 << 10
MAX_STEPS: Final = 1 << 52  # a column holds a few more
FINE_STEP: Final = 1e-6  # for a signal that is not in the catalogue


class Batcher:
    """Holds at most `MAX_SAMPLES` samples; seal it when `is_full`, or when its time has come."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, str], list[Sample]] = {}
        self._taken: dict[tuple[str, str], int] = {}
        self._taken_count = 0
        self.count = 0
        self._raw_bytes = 0

    @property
    def untaken(self) -> int:
        """How many samples `take` has not returned yet."""
        return self.count - self._taken_count

    @property
    def is_full(self) -> bool:
        return self.count >= MAX_SAMPLES or self._raw_bytes >= MAX_RAW_BYTES

    def add(self, signal: str, ecu: str, sample: Sample) -> None:
        """Keep one sample; a value that its column could not carry becomes an invalid reading, not an error."""
        if sample.validity is Validity.VALUE and not abs(sample.value) < MAX_STEPS * _step(signal):
            sample = sample._replace(value=0.0, validity=Validity.INVALID)
        self._samples.setdefault((signal, ecu), []).append(sample)
        self.count += 1
        self._raw_bytes += len(sample.raw)

    def take(self, base_mono_ms: int) -> tuple[Column, ...]:
        """Return what has come since the last time as columns, times counted from `base_mono_ms`, and keep it all."""
        fresh = {key: samples[self._taken.get(key, 0) :] for key, samples in self._samples.items()}
        self._taken = {key: len(samples) for key, samples in self._samples.items()}
        self._taken_count = self.count
        return tuple(_pack(*key, base_mono_ms, samples) for key, samples in fresh.items() if samples)

    def seal(self, base_mono_ms: int) -> tuple[Column, ...]:
        """Return everything as columns, times counted from `base_mono_ms`, and start anew."""
        held, self._samples = self._samples, {}
        self._taken = {}
        self.count = self._taken_count = self._raw_bytes = 0
        return tuple(_pack(signal, ecu, base_mono_ms, samples) for (signal, ecu), samples in held.items())


def _pack(signal: str, ecu: str, base_mono_ms: int, samples: Sequence[Sample]) -> Column:
    return columns.pack(signal, ecu, _step(signal), 0.0, base_mono_ms, samples)


def _step(signal: str) -> float:
    known = signals.CATALOGUE.get(signal)
    return FINE_STEP if known is None else known.resolution
