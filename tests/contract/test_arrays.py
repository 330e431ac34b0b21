"""Elements of arrays: each has a path that may travel, a range and a step."""

from contract.arrays import CELL_TEMPERATURES, CELL_VOLTAGES, MOST_CELLS, MOST_PROBES
from contract.identity import check_name
from contract.signals import CATALOGUE


def test_every_element_has_a_name_of_its_own_that_may_travel() -> None:
    paths = [signal.path for signal in (*CELL_VOLTAGES, *CELL_TEMPERATURES)]

    assert len(set(paths)) == len(paths) == MOST_CELLS + MOST_PROBES
    assert [check_name(path) for path in paths] == paths
    assert not set(paths) & CATALOGUE.keys()


def test_the_first_element_is_number_0() -> None:
    assert CELL_VOLTAGES[0].path.endswith("CellVoltage.CellVoltages.0")
    assert CELL_TEMPERATURES[0].path.endswith("Temperature.CellTemperature.0")


def test_a_cell_that_reads_sixty_six_volts_is_out_of_range() -> None:
    assert CELL_VOLTAGES[0].low > 0.0
    assert CELL_VOLTAGES[0].high < 65.535
