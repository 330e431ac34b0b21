"""`outrider dtc`: descriptions are taken in from a file, and a code is looked up."""

import json
from pathlib import Path

from tests.cloud.test_commands import run


def outrider(folder: Path, *words: str) -> str:
    """Return what `outrider dtc` with this data folder prints on stdout, or its complaint."""
    done = run("dtc", *words, "--data", str(folder / "data"))
    return done.stdout if done.returncode == 0 else done.stderr


def test_a_file_is_taken_in_and_its_words_are_shown_after_ours(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("code,make,text\nP1106,Acura,pressure off\nP0335,,their words\nnonsense,,x\n")

    counts = json.loads(outrider(tmp_path, "import", str(file), "--json").splitlines()[-1])

    assert counts == {"texts": 2, "makes": 1, "left_out": 1}
    shown = json.loads(outrider(tmp_path, "show", "p1106", "--model", "Acura TLX", "--json"))
    assert (shown["en"], shown["source"], shown["severity"]) == ("pressure off", "make", 1)
    assert json.loads(outrider(tmp_path, "show", "P0335-1F", "--json"))["source"] == "outrider"
    assert "曲轴" in outrider(tmp_path, "show", "P0335")


def test_a_file_that_describes_nothing_leaves_what_was_there(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("code,text\nP2A00,good words\n")
    bad.write_text("code,text\nnonsense,x\n")
    outrider(tmp_path, "import", str(good))

    assert "bad.csv: no row describes a fault code; line 2: fault code 'NONSENSE'" in outrider(
        tmp_path, "import", str(bad)
    )

    assert json.loads(outrider(tmp_path, "show", "P2A00", "--json"))["en"] == "good words"


def test_what_is_no_code_is_said_to_be_none(tmp_path: Path) -> None:
    assert "is not in SAE J2012 form" in outrider(tmp_path, "show", "engine")
