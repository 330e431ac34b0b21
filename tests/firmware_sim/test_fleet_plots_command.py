"""`outrider-sim fleet-plots`: every picture, and real cars beside the simulated where their data is."""

import contextlib
import io
import json
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.__main__ import main
from firmware_sim.adapters import real_cars
from firmware_sim.errors import WorldError
from firmware_sim.fleet_plots_command import PICTURES


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one small fleet."""
    folder = tmp_path_factory.mktemp("plots") / "fleet"
    main(["fleet", "--vehicles", "6", "--days", "4", "--seed", "2", "--fault-rate", "50", "--out", str(folder)])
    return folder


def archive(path: Path, name: str, text: str) -> None:
    """Write one CSV into a tar.xz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:xz") as packed:
        member = tarfile.TarInfo(name)
        member.size = len(text.encode())
        packed.addfile(member, io.BytesIO(text.encode()))


def test_every_picture_is_drawn(fleet: Path, tmp_path: Path) -> None:
    assert main(["fleet-plots", str(fleet), "--out", str(tmp_path)]) == 0

    drawn = sorted(path.name for path in tmp_path.iterdir())

    assert drawn == sorted(f"{picture.name.replace('_', '-')}.svg" for picture in PICTURES)
    for path in tmp_path.iterdir():
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_real_cars_stand_beside_the_simulated(fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    rows = [f"{rpm},{volts}," for rpm, volts in [(0, 12.4)] * 6 + [(0, 10.1), (900, 12.9)] + [(900, 14.1)] * 80]
    archive(data / "obd_csv/carOBD_x.tar.xz", "a.csv", "\n".join(["ENGINE_RPM (),CONTROL_MODULE_VOLTAGE ()", *rows]))
    yaml = data / "obdb/Hyundai-IONIQ-5/tests/test_cases/2022/commands/7A0.7A8.22C00B.yaml"
    yaml.parent.mkdir(parents=True)
    yaml.write_text("    IONIQ5_TP_FL: 34.8\n    IONIQ5_TP_FR: 0\n")

    main(["fleet-plots", str(fleet), "--out", str(tmp_path / "out"), "--data", str(data), "--json"])

    figures = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    assert figures["crank_v"]["Toyota Etios (carOBD)"]["p50"] == pytest.approx(10.1)
    assert figures["run_v"]["Toyota Etios (carOBD)"]["p50"] == pytest.approx(14.1)
    assert figures["tyre_kpa"]["IONIQ 5 (OBDb)"]["n"] == 1
    assert "Seat Leon (KIT)" not in figures["speed_kmh"]


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2}'])
def test_a_folder_that_is_no_whole_fleet_is_refused_by_name(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifest.json").write_text(text)

    assert main(["fleet-plots", str(tmp_path), "--out", str(tmp_path / "out")]) == 3
    assert "manifest.json" in capsys.readouterr().err


def test_a_damaged_archive_is_refused_by_name(fleet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = tmp_path / "obd_csv" / "KIT_x.tar.xz"
    damaged.parent.mkdir()
    damaged.write_bytes(b"no archive")

    assert main(["fleet-plots", str(fleet), "--out", str(tmp_path / "out"), "--data", str(tmp_path)]) == 3
    assert "KIT_x.tar.xz" in capsys.readouterr().err


@given(content=st.binary(max_size=400), packed=st.booleans())
def test_whatever_lies_in_a_set_only_our_error_comes_out(
    content: bytes, packed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("data")
    path = data / "obd_csv" / "carOBD_x.tar.xz"
    path.parent.mkdir()
    if packed:
        archive(path, "a.csv", content.decode("latin-1"))
    else:
        path.write_bytes(content)

    with contextlib.suppress(WorldError):
        real_cars.read(data)
