"""Payload to arrays, against json.loads of the same samples, which stops at dictionaries."""

import json
from typing import Any, Final

import numpy as np

from benchmarks.harness import Contestant, Row, compare
from cloud.ingest.columns import Decoded, read
from contract import codec, columns, signals
from contract.columns import Sample
from contract.messages import TelemetryBatch

SECONDS: Final = 60
MESSAGES: Final = 40
SIGNALS: Final = (
    signals.SPEED,
    signals.ENGINE_SPEED,
    signals.COOLANT_TEMPERATURE,
    signals.SUPPLY_VOLTAGE,
    signals.SOC,
    signals.PACK_VOLTAGE,
    signals.PACK_CURRENT,
    *signals.TYRES,
    signals.AMBIENT_TEMPERATURE,
)
SEED: Final = 1


def made_values(message: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return (SECONDS, signals) values as a drive shows them, on the catalogue's resolution."""
    draw = np.random.default_rng(SEED + message)
    middle = np.array([(signal.low + signal.high) / 2 for signal in SIGNALS])
    steps = np.array([signal.resolution for signal in SIGNALS])
    walk = np.cumsum(draw.normal(0.0, 20.0, (SECONDS, len(SIGNALS))), axis=0)
    return np.asarray(np.round(middle / steps + walk) * steps, np.float64)


def payload(values: np.ndarray[Any, np.dtype[np.float64]], *, seq: int = 1) -> bytes:
    """Return `values`, one row a second, as a telemetry payload."""
    packed = tuple(
        columns.pack(signal.path, "7E8", signal.resolution, 0.0, 60_000, samples)
        for k, signal in enumerate(SIGNALS)
        if (samples := [Sample(1000 * second, float(values[second, k])) for second in range(SECONDS)])
    )
    return codec.encode(
        TelemetryBatch(
            vehicle="car",
            stream="0" * 32 + "-t",
            seq=seq,
            boot_id="boot",
            mono_ms=60_000,
            wall_ms=1_768_464_060_000,
            clock_quality="synchronised",
            columns=packed,
        )
    )


def as_json(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[bytes]:
    """Return `values` as one JSON record a second, the way gateways without a contract send them."""
    names = [signal.path.rpartition(".")[2] + str(k) for k, signal in enumerate(SIGNALS)]
    return [
        json.dumps({"vehicle": "car", "t": second} | dict(zip(names, row, strict=True))).encode()
        for second, row in enumerate(values.round(6).tolist())
    ]


def same(ours: list[Decoded], theirs: list[list[dict[str, Any]]]) -> bool:
    """Say whether both came to the same values."""
    for decoded, records in zip(ours, theirs, strict=True):
        table = np.array([list(record.values())[2:] for record in records])
        if not np.allclose(decoded.values.reshape(len(SIGNALS), SECONDS).T, table, rtol=0.0, atol=2e-6):
            return False
    return True


def parsed(records: list[list[bytes]], _: None) -> list[list[dict[str, Any]]]:
    """Return every JSON record as the dictionary it is."""
    return [[json.loads(data) for data in part] for part in records]


def rows() -> list[Row]:
    """Return the rows of this suite."""
    made = [made_values(message) for message in range(MESSAGES)]
    payloads, records = [payload(values) for values in made], [as_json(values) for values in made]
    samples = MESSAGES * SECONDS * len(SIGNALS)
    ours = Contestant("outrider", lambda: None, lambda _: [read(data) for data in payloads], samples)
    peer = Contestant(
        "json", lambda: None, lambda _: [[json.loads(data) for data in part] for part in records], samples
    )
    name = f"decode: samples to arrays ({SECONDS} s x {len(SIGNALS)}), against json.loads"
    return [compare(name, ours, peer, same=same, floor=4.0, target=6.0)]
