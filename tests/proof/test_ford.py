"""Recorded answers of Ford F-150s through our set, held against the values that OBDb's decoder published."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
import yaml

from contract.validity import Validity
from edge.adapters import signal_sets
from edge.errors import IsoTpError
from edge.obd.addressing import Link
from edge.obd.decode import Reading
from edge.obd.isotp import Message, Reassembler
from edge.obd.obdb import transcript

PSI_KPA: Final = 6.894757293168361
# Our command -> OBDb's name, and what turns our unit back into theirs.
NAMES: Final = {
    "22F404": ("F150_ENG_LOAD_PCT", 1.0),
    "22F40C": ("F150_RPM", 1.0),
    "22F40D": ("F150_VSS", 1.0),
    "22F40F": ("F150_IAT_ALT2", 1.0),
    "22F421": ("F150_MIL_DIST", 1.0),
    "22F42F": ("F150_FLI", 1.0),
    "22F430": ("F150_WARMUP_CLR", 1.0),
    "22F431": ("F150_DIST_DTC_CLR", 1.0),
    "22F443": ("F150_ENG_LOAD_ACT", 1.0),
    "22F4A6": ("F150_PCM_VEH_ODO", 1.0),
    "224028": ("F150_BATT_SOC", 1.0),
    "224029": ("F150_BATT_TEMP", 1.0),
    "222813": ("F150_TP_FL", 1 / PSI_KPA),
    "222814": ("F150_TP_FR", 1 / PSI_KPA),
    "222815": ("F150_TP_RRO", 1 / PSI_KPA),
    "222816": ("F150_TP_RLO", 1 / PSI_KPA),
}


def answers(folder: Path, command: str) -> Iterator[tuple[Link, bytes, dict[str, float]]]:
    """Yield every whole recorded answer to `command`, and what OBDb's decoder makes of it."""
    for path in sorted(folder.glob(f"tests/test_cases/*/commands/*.{command}*.yaml")):
        request, response, _ = path.name.split(".")[:3]
        link = Link(int(request, 16), int(response, 16))
        for case in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["test_cases"]:
            reassembler = Reassembler([link])
            for frame in transcript.read(case["response"]).frames:
                with suppress(IsoTpError):
                    if (message := reassembler.feed(frame, 0.0).message) is not None and message.payload[0] == 0x62:
                        yield link, message.payload, case["expected_values"]


@pytest.fixture(scope="module")
def compared(data_folder: Path) -> tuple[Counter[str], list[str]]:
    """Return how often each of their names was equal or no value, and what differed."""
    interpreter = signal_sets.interpreter(["ford-f150"], 2016)
    counts, differing = Counter[str](), list[str]()
    for command, (name, factor) in NAMES.items():
        for link, payload, expected in answers(data_folder / "obdb" / "Ford-F-150", command):
            for fact in interpreter.interpret(Message(link, payload)) or ():
                if not isinstance(fact, Reading) or name not in expected:
                    continue
                if fact.validity is not Validity.VALUE:
                    counts[f"{name} {fact.validity.name.lower()}"] += 1
                elif math.isclose(fact.value * factor, expected[name], abs_tol=6e-6, rel_tol=1e-6):
                    counts[name] += 1
                else:
                    differing.append(f"{name}: {fact.value * factor} is not {expected[name]}")
    return counts, differing


def test_every_value_equals_what_another_decoder_published(compared: tuple[Counter[str], list[str]]) -> None:
    counts, differing = compared

    assert differing == []
    assert sum(counts[name] for name, _ in NAMES.values()) == 483


def test_a_pressure_of_150_psi_is_no_data_a_flat_tyre_is_a_value_and_none_at_all_is_not_plausible(
    compared: tuple[Counter[str], list[str]],
) -> None:
    counts, _ = compared

    none = {name: count for name, count in counts.items() if "_TP_" in name and " " in name}
    assert none == {
        "F150_TP_FL not_measured": 3,
        "F150_TP_FR not_measured": 4,
        "F150_TP_RRO not_measured": 3,
        "F150_TP_RLO not_measured": 3,
        "F150_TP_RRO out_of_range": 1,
    }
