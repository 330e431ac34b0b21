"""OBDb's corpora of real answers through `outrider-edge signals`: every published value, and what truth makes of it."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from edge.adapters import obdb_folder, signal_sets
from edge.obd.obdb.check import judge
from edge.obd.obdb.registry import Registry

# What the recorded answers hold of three cars' 42,382 published values.
CASES = {"Ford-F-150": 3_627, "Hyundai-IONIQ-5": 2_593, "SAEJ1979": 0}
VALUES = {"Ford-F-150": 4_504, "Hyundai-IONIQ-5": 37_878, "SAEJ1979": 0}


def told(*arguments: str | Path) -> dict[str, Any]:
    """Return what the command's last line says."""
    command = [sys.executable, "-m", "edge", "signals", *map(str, arguments), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = json.loads(ended.stdout.splitlines()[-1])
    assert isinstance(figures, dict)
    return figures


@pytest.fixture(scope="module")
def corpus(data_folder: Path) -> dict[str, Any]:
    return told("check", data_folder / "obdb")


def test_every_published_value_is_reached_in_compatible_mode(corpus: dict[str, Any]) -> None:
    assert {name: row["cases"]["total"] for name, row in corpus["repositories"].items()} == CASES
    assert {name: row["values"]["total"] for name, row in corpus["repositories"].items()} == VALUES
    assert corpus["values"] == {"right": 42_382, "total": 42_382}
    assert corpus["cases"] == {"right": 6_220, "total": 6_220}
    assert corpus["mismatches"] == []
    assert corpus["unreadable"] == {}


def test_only_named_faults_and_damaged_recordings_need_leniency(corpus: dict[str, Any]) -> None:
    # Two answers to 0115 and 0119 are published with the trims' wrong offset, the others with the right one.
    assert corpus["known_defects"] == {"SHRTFT11": 1, "SHRTFT22": 1}
    # 129 answers of the IONIQ 5 lost characters in the recording adapter; the agent refuses every one.
    assert corpus["read_from_damaged"] == {"right": 2_687, "total": 2_687}
    assert corpus["unanswered_cases"] == 129


def test_truth_differs_from_the_published_values_only_where_it_says_why(corpus: dict[str, Any]) -> None:
    truth = corpus["truth"]

    assert truth["different"] == {}
    # What is real lies outside of the range that is published, and truth keeps what the car said.
    assert truth["known_defects"] == {
        "SHRTFT11": 1,
        "SHRTFT22": 1,
        "IONIQ5_ISOLATION_RESISTANCE": 245,
        "IONIQ5_INVERTER_CAPACITOR_VOLTAGE": 218,
    }
    assert truth["missing"] == 2_687  # of the damaged recordings
    assert truth["non_values"] == {"not_measured": 0, "invalid": 0, "out_of_range": 693}
    assert truth["values"] == {"right": 42_382 - 465 - 2_687 - 693, "total": 42_382}


@pytest.mark.parametrize("name", ["Ford-F-150", "Hyundai-IONIQ-5"])
def test_a_published_set_becomes_one_that_the_agent_can_use(data_folder: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "car.toml"

    figures = told("import", data_folder / "obdb" / name, "--out", out)

    (own,) = signal_sets.load([str(out)])
    assert len(own.commands) == figures["commands"]["written"]
    assert sum(command.polled for command in own.commands) == figures["commands"]["polled"] > 0
    asked = {command.id for command in own.commands if command.polled}
    assert asked.isdisjoint(figures["refused_by_guard"])


def roughened(text: str, asked: str, chance: Random) -> tuple[str, ...]:
    """Return a recording as other adapters would have printed it, with refusals and other transfers in between."""
    lines = [chance.choice([asked, f">{asked} ", asked.lower(), "SEARCHING...", "BUS INIT: OK", ""])]
    lines += [f"7EC037F{asked[:2]}78"] * chance.randrange(2)
    lines += ["7ED 29 00 AA AA AA AA AA AA"] * chance.randrange(2)
    lines += [f"7E8 03 7F {asked[:2]} 31"] * chance.randrange(2)
    for line in text.splitlines():
        spaced = " ".join([line[:3], *(line[at : at + 2] for at in range(3, len(line), 2))])
        lines.append(chance.choice([line, line.lower(), spaced, f"  {line} "]))
        if chance.random() < 0.1:
            lines.append(chance.choice(["", "7E4300000", "NO DATA", "CAN ERROR", "\0", "7DF02010C"]))
    lines.append(chance.choice([">", "", "\r\r>", "STOPPED"]))
    return tuple(lines) if chance.random() < 0.3 else (chance.choice(["\n", "\r\n", "\r"]).join(lines),)


def test_a_recording_means_the_same_however_an_adapter_prints_it(data_folder: Path) -> None:
    """Seed 22; the damaged recordings are left out, because their damage depends on where lines end."""
    chance = Random(22)
    compared, differ = 0, list[str]()
    for repository in obdb_folder.repositories(data_folder / "obdb"):
        standard = obdb_folder.standard(repository, None)
        registries: dict[int | None, Registry] = {}
        for path in repository.case_files():
            read = repository.read(path)
            if read.year not in registries:
                commands = obdb_folder.own(repository, read.year)
                registries[read.year] = Registry(standard, commands, read.year)
            for case in read.cases:
                plain = judge(case, registries[read.year])
                if any(value.leniently for value in plain.values):
                    continue
                asked = case.command_id.partition("|")[0].rpartition(".")[2]
                rough = case._replace(responses=roughened(case.responses[0], asked, chance))
                compared += 1
                if not judge(rough, registries[read.year]).right:
                    differ.append(f"{case.file} {case.number}")

    assert differ == []
    assert compared == 6_091
