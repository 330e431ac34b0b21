"""A fleet folder: telemetry as it reached the cloud, and the truth beside it. `docs/evaluation.md` has the format."""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from cloud.errors import EvaluationError

FORMAT: Final = 1
DAY_MS: Final = 86_400_000
NEEDED: Final = {
    "vehicles.parquet": ("vehicle", "powertrain"),
    "truth.parquet": ("vehicle", "cause", "onset_ms", "breakdown_ms", "treated_ms"),
}
OF_ROWS: Final = ("vehicle", "arrival_ms", "wall_ms", "boot", "stream", "seq", "clock")
OF_CODES: Final = ("vehicle", "arrival_ms", "wall_ms", "ecu", "code", "status")
_NO_CODES: Final = pl.Schema(
    {name: pl.Int64() if name.endswith("_ms") else pl.String() for name in OF_CODES},
)


class Fleet(NamedTuple):
    """Everything of a fleet but its telemetry, and where that lies; each part holds whole vehicles."""

    path: Path
    seed: int
    start_ms: int
    end_ms: int
    vehicles: pl.DataFrame
    truth: pl.DataFrame
    codes: pl.DataFrame
    parts: tuple[Path, ...]

    @property
    def days(self) -> float:
        """How long the fleet was watched."""
        return (self.end_ms - self.start_ms) / DAY_MS


def read(path: Path) -> Fleet:
    """Return the fleet in `path`; raise `EvaluationError` that names the file and what is wrong with it."""
    told = _manifest(path / "manifest.json")
    tables = {name: table(path / name, columns) for name, columns in NEEDED.items()}
    codes = path / "dtc.parquet"
    parts = tuple(sorted((path / "telemetry").glob("part-*.parquet")))
    if not parts:
        raise EvaluationError(f"{path / 'telemetry'}: no part-*.parquet; make the fleet again")
    start_ms = int(told["start_ms"])
    return Fleet(
        path=path,
        seed=int(told["seed"]),
        start_ms=start_ms,
        end_ms=start_ms + round(float(told["days"]) * DAY_MS),
        vehicles=tables["vehicles.parquet"],
        truth=tables["truth.parquet"],
        codes=table(codes, OF_CODES) if codes.exists() else pl.DataFrame(schema=_NO_CODES),
        parts=parts,
    )


def table(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return a Parquet file with at least `columns`; raise `EvaluationError`."""
    try:
        found = pl.read_parquet(path, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise EvaluationError(f"{path}: cannot be read: {error}") from error
    missing = [name for name in columns if name not in found.columns]
    if missing:
        raise EvaluationError(f"{path}: has no column {', '.join(missing)}")
    return found


def _manifest(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path}: no fleet: {error}") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise EvaluationError(f"{path}: format must be {FORMAT}; make the fleet again")
    for key in ("seed", "days", "start_ms"):
        if not isinstance(told.get(key), int | float) or isinstance(told[key], bool):
            raise EvaluationError(f"{path}: {key} must be a number")
    return told
