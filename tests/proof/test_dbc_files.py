"""Every DBC of the data folder that cantools reads, compiled and compared frame by frame."""

from pathlib import Path

import pytest

from tests.proof import dbc_files, truck
from tests.proof.real_cars import data_folder

pytestmark = pytest.mark.skipif(
    not data_folder().is_dir(), reason=f"no recorded data in {data_folder()}: no DBC of other people was compiled"
)
LEAST_READ = {"opendbc": 97, "cantools": 81, "kuksa": 1, "can_logs": 5}


def test_every_dbc_that_cantools_reads_is_compiled_and_every_frame_is_equal(tmp_path: Path) -> None:
    found = {name: dbc_files.compare_all(paths, 4) for name, paths in dbc_files.collections(data_folder(), tmp_path)}

    assert {name: figures.read_by_cantools for name, figures in found.items()} == LEAST_READ
    assert {name: figures.compiled for name, figures in found.items()} == LEAST_READ
    assert [line for figures in found.values() for line in figures.differ] == []
    # What is held against our own reading of the DBC instead of cantools' is the small part.
    assert sum(f.equal_to_cantools for f in found.values()) > 0.9 * sum(f.frames for f in found.values())
    assert sum(f.overlapping_equal_to_naive for f in found.values()) < 0.01 * sum(f.frames for f in found.values())


def test_a_trucks_bus_is_read_as_cantools_reads_it_and_its_transfers_come_together() -> None:
    figures = truck.truck(data_folder())

    assert figures.differ == []
    assert (figures.frames, figures.decoded) == (1815, 761)
    assert (figures.transfers, figures.long_groups, figures.broken_transfers) == (16, 13, 0)
    assert figures.readings["Vehicle.Powertrain.CombustionEngine.Speed value"] == 577
    assert figures.readings["Vehicle.Speed value"] == 184
    assert figures.fault_messages == []
