"""The catalogue is one table: each row findable by its path, each range and step sensible."""

import math

import pytest

from contract import signals
from contract.errors import ContractError
from contract.identity import check_name


def test_every_constant_is_in_the_catalogue_and_nothing_else_is() -> None:
    rows = {row.path for row in vars(signals).values() if isinstance(row, signals.Signal)}
    rows |= {row.path for row in (*signals.TYRES, *signals.TYRE_AIRS, *signals.ENGINE_DETAIL, *signals.OBD_DETAIL)}

    assert rows == set(signals.CATALOGUE)


@pytest.mark.parametrize("row", signals.CATALOGUE.values(), ids=signals.CATALOGUE)
def test_a_row_has_a_range_and_a_step_that_can_show_it(row: signals.Signal) -> None:
    assert check_name(row.path).startswith("Vehicle.")
    assert math.isfinite(row.low)
    assert row.low < row.high < math.inf
    assert 0.0 < row.resolution <= row.high - row.low
    assert row.source
    assert row.unit


def test_a_signal_that_is_not_in_the_catalogue_is_named() -> None:
    assert signals.signal("Vehicle.Speed") is signals.SPEED
    with pytest.raises(ContractError, match="no signal 'Vehicle"):
        signals.signal("Vehicle.Sped")
