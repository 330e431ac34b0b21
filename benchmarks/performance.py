"""`python -m benchmarks.performance`: measure the scorer and write figures and curve into docs/performance*.md.

What the machine was too noisy for is written as that. Nothing but the parts between the marks is touched.
"""

import os
import platform
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks import scale
from benchmarks.__main__ import suite
from benchmarks.harness import Row

SUITES: Final = ("scorer", "scoring_rates", "scoring_memory")
DOCS: Final = Path(__file__).parent.parent / "docs"
BEGIN: Final = "<!-- figures: begin -->"
END: Final = "<!-- figures: end -->"
NOISY: Final = {"en": "machine too noisy", "zh": "机器太忙，没有数字"}
HEADS: Final = {
    "en": ("what", "ratio", "95 %", "floor", "target"),
    "zh": ("项目", "比值", "95 %", "下限", "目标"),
}
SCALE_HEADS: Final = {
    "en": ("vehicles", "cost of a record, kernel", "memory traffic alone"),
    "zh": ("车辆数", "每条记录的代价（内核）", "仅内存读写"),
}
MEASURED: Final = {
    "en": "Measured on {cpus} CPUs of {machine}, load {load:.1f} at the start.",
    "zh": "测量环境：{machine}，{cpus} 个 CPU，开始时负载 {load:.1f}。",
}


def figures(rows: Sequence[Row], language: str) -> str:
    """Return `rows` as a table of Markdown."""
    lines = [f"| {' | '.join(HEADS[language])} |", "|---|---:|---:|---:|---:|"]
    for row in rows:
        if row.ratio is None or row.ci_low is None or row.ci_high is None:
            found = f"{NOISY[language]} | "
        else:
            span = "" if row.ci_low == row.ci_high else f"{row.ci_low:.2f} – {row.ci_high:.2f}"
            found = f"{row.ratio:.2f} | {span}"
        lines.append(f"| {row.name} | {found} | {row.floor:.3g} | {row.target:.3g} |")
    return "\n".join(lines)


def written(text: str, part: str) -> str:
    """Return `text` with `part` between its marks; raise `ValueError` where it has none."""
    found, count = re.subn(
        f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: f"{BEGIN}\n{part}\n{END}", text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"there must be one part between {BEGIN} and {END}, and there are {count}")
    return found


def main() -> int:
    """Measure, and write."""
    load = os.getloadavg()[0]
    rows = [row for name in SUITES for row in suite(name)]
    points = scale.measured()
    (DOCS / "images" / "scale.svg").write_text(scale.as_svg(points))
    for language, name in (("en", "performance.md"), ("zh", "performance.zh.md")):
        where = MEASURED[language].format(cpus=os.cpu_count(), machine=platform.machine(), load=load)
        part = "\n\n".join([where, figures(rows, language), scale.as_table(points, SCALE_HEADS[language])])
        page = DOCS / name
        page.write_text(written(page.read_text(), part))
    return 1 if any(row.failed for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
