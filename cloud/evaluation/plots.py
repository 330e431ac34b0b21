"""Pictures of a report as SVG: calibration of each cause, and what it costs beside the baselines."""

from pathlib import Path
from typing import Any

from cloud.insurer.models.plots import Line, chart


def write(folder: Path, report: dict[str, Any]) -> list[str]:
    """Write the pictures of `report` to `folder` and return their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for cause, told in report["causes"].items():
        bands = told["forecast"][str(told["horizon_h"])]["calibration"]
        if any(band["observed"] > 0.0 for band in bands):
            pictures[f"calibration-{cause}.svg"] = _calibration(cause, bands, told["horizon_h"])
        if told["events"]:
            pictures[f"cost-{cause}.svg"] = _costs(cause, told)
    for file, picture in pictures.items():
        (folder / file).write_text(picture, encoding="utf-8")
    return list(pictures)


def _calibration(cause: str, bands: list[dict[str, Any]], horizon_h: int) -> str:
    lines = [
        Line("actual", [band["observed"] for band in bands], [[band["low"], band["high"]] for band in bands]),
        Line("glm", [band["predicted"] for band in bands], []),
    ]
    labels = [str(at + 1) for at in range(len(bands))]
    title = f"{cause}: observed (black) and predicted (blue) within {horizon_h} h"
    return chart(title, labels, lines, "tenths of the samples, least to most at risk", "share that broke down")


def _costs(cause: str, told: dict[str, Any]) -> str:
    saved = {"outrider": -told["net_cost"]} | {
        name: -cost for name, cost in told["baselines"].items() if cost is not None
    }
    lines = [Line("actual", [max(value, 0.0) for value in saved.values()], [])]
    return chart(f"{cause}: saved against doing nothing (0: nothing or less)", list(saved), lines, "", "CNY")
