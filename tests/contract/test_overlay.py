"""The overlay file and the table name the same signals, in the same units."""

from importlib.resources import files

import yaml

from contract.signals import CATALOGUE


def test_the_overlay_file_says_what_the_table_says() -> None:
    written = yaml.safe_load(files("contract").joinpath("overlay.vspec").read_text())

    sensors = {path: node for path, node in written.items() if node["type"] == "sensor"}

    own = {row.path: row for row in CATALOGUE.values() if row.source == "Outrider overlay"}
    assert sensors.keys() == own.keys()
    for path, node in sensors.items():
        assert node["description"]
        assert node.get("unit", own[path].unit) == own[path].unit
