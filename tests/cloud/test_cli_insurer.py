"""`outrider insurer fit` and `score` as people run them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from tests.cloud.insurer.models.made import MAP, frame, parquet

OUTRIDER: Final = (sys.executable, "-m", "cloud", "insurer")


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*OUTRIDER, *map(str, words)], capture_output=True, text=True, timeout=110.0, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a book, its map, and what `fit` made of them."""
    made = tmp_path_factory.mktemp("insurer")
    (made / "book.toml").write_text(MAP)
    parquet(made, rows=4000)
    extras = [word for name in ("plots", "card", "save") for word in (f"--{name}", made / name)]
    done = run("fit", made / "book.parquet", "--map", made / "book.toml", "--quick", "--json", *extras)
    assert done.returncode == 0, done.stderr
    (made / "stdout").write_text(done.stdout)
    (made / "stderr").write_text(done.stderr)
    return made


def test_the_result_is_one_line_and_the_talk_goes_to_stderr(folder: Path) -> None:
    (line,) = (folder / "stdout").read_text().splitlines()
    report = json.loads(line)

    assert report["book"] == "book"
    assert report["models"]["glm"]["deviance"] < report["models"]["constant"]["deviance"]
    assert "boosted: fold 3 of 3" in (folder / "stderr").read_text()


def test_pictures_and_both_cards_are_written(folder: Path) -> None:
    report = json.loads((folder / "stdout").read_text())

    assert [Path(file).name for file in report["card"]] == ["model-card.md", "model-card.zh.md"]
    assert all(Path(file).is_file() for file in [*report["card"], *report["plots"]])
    assert "Pricing use: none" in (folder / "card" / "model-card.md").read_text()
    assert "定价用途：无" in (folder / "card" / "model-card.zh.md").read_text()


def test_a_saved_model_scores_a_book_without_claims_and_gives_reasons(folder: Path) -> None:
    frame(300, seed=4).drop("claim_nb", "claim_cost").write_parquet(folder / "new.parquet")

    done = run("score", folder / "new.parquet", "--model", folder / "save", "--out", folder / "out.csv", "--json")

    told = json.loads(done.stdout)
    scores = pl.read_csv(folder / "out.csv")
    assert (told["rows"], scores.height, told["pricing_use"]) == (300, 300, "none")
    assert told["model"] == json.loads((folder / "stdout").read_text())["model"]
    expected = (scores["exposure"] * scores["glm_claims_per_year"]).sum()
    assert told["expected_claims"]["glm"] == pytest.approx(expected)
    assert "age" in scores["reasons"][0]


def test_a_book_that_lacks_a_column_is_refused_by_its_name(folder: Path) -> None:
    frame(300).drop("town").write_parquet(folder / "lacking.parquet")

    done = run("score", folder / "lacking.parquet", "--model", folder / "save")

    assert done.returncode == 1
    assert "'town'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changed_model_is_refused(folder: Path, tmp_path: Path) -> None:
    changed = (folder / "save" / "manifest.json").read_text().replace('"low": 18', '"low": 19')
    (tmp_path / "manifest.json").write_text(changed)
    (tmp_path / "arrays.npz").write_bytes((folder / "save" / "arrays.npz").read_bytes())

    done = run("score", folder / "book.parquet", "--model", tmp_path)

    assert done.returncode == 1
    assert "changed since it was saved" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [("claims = 'nope'", "'nope'; the columns are policy, client"), ("claim = 'x'", "did you mean 'claims'")],
)
def test_a_wrong_map_is_said_in_one_line(folder: Path, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "wrong.toml").write_text(text)

    done = run("fit", folder / "book.parquet", "--map", tmp_path / "wrong.toml")

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_service_starts_without_what_only_models_need() -> None:
    code = "import sys; import cloud.__main__; print(sorted({'sklearn', 'cloud.insurer.models'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
