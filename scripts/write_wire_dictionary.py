"""Make the preset dictionary of the wire from the contract's words: once for each version, then never again.

    python -m scripts.write_wire_dictionary FILE     # refuses to overwrite one that is there

Deflate looks back at most 32 KiB and finds what is near soonest, so what every batch has stands last.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from contract import columns
from contract.columns import Sample
from contract.messages import TelemetryBatch
from contract.signals import CATALOGUE, Signal

WINDOW: Final = 1 << 15
# Signals that most cars send in most batches, rarest first; of the others only the names are there.
USUAL: Final = (
    *(f"Tire.{what}" for what in ("AirTemperature", "Pressure")),
    "TraveledDistance",
    "AirTemperature",
    "DistanceWithMIL",
    "DistanceSinceDTCClear",
    "DTCCount",
    "IsMILOn",
    "HybridBatteryRemaining",
    "StateOfHealth",
    "Temperature.Max",
    "StateOfCharge.Displayed",
    "StateOfCharge.Current",
    "TractionBattery.CurrentVoltage",
    "TractionBattery.CurrentCurrent",
    "FuelSystem.RelativeLevel",
    "CombustionEngine.ECT",
    "CombustionEngine.Speed",
    "ControlModuleVoltage",
    "Rescue.SupplyVoltage",
    "LowVoltageBattery.CurrentVoltage",
    "Vehicle.Speed",
)
_encoder: Final = msgspec.msgpack.Encoder()


def words() -> Iterator[bytes]:
    """Yield what the dictionary holds, least useful first."""
    yield "\n".join(path for path, signal in CATALOGUE.items() if not _use(signal)).encode()
    for signal in sorted(filter(_use, CATALOGUE.values()), key=_use):
        column = columns.pack(signal.path, "7E8", signal.resolution, 0.0, 60_000, [Sample(59_000, 0.0)])
        yield _encoder.encode(column)
    batch = TelemetryBatch(
        vehicle="",
        stream="0" * 32 + "-t",
        seq=1,
        boot_id="",
        mono_ms=60_000,
        wall_ms=1_768_464_000_000,
        clock_quality="synchronised",
        columns=(),
    )
    yield _encoder.encode(batch)


def _use(signal: Signal) -> int:
    return max((k for k, end in enumerate(USUAL, 1) if signal.path.endswith(end)), default=0)


def main() -> None:
    """Write the file that the command line names."""
    target = Path(sys.argv[1])
    whole = b"".join(words())
    if len(whole) > WINDOW:
        raise SystemExit(f"{len(whole)} bytes: deflate looks back {WINDOW} at most")
    with target.open("xb") as file:
        file.write(whole)
    print(f"wrote {len(whole)} bytes to {target}", file=sys.stderr)


if __name__ == "__main__":
    main()
