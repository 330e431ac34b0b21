"""One object of an OBDb file: what its schema allows beyond ours."""

from typing import Any

import pytest

from edge.errors import SignalSetError
from edge.obd.obdb.table import Table, read_hex, read_years
from edge.obd.signalset import Years


def table(**data: Any) -> Table:
    return Table(data, "a.json", {"key", "other"})


def test_hex_may_be_in_either_case_and_absent() -> None:
    assert table(key="f1").check_hex("key", (2,)) == 0xF1
    assert (read_hex(table(key="F1"), "key"), read_hex(table(), "key")) == (0xF1, None)


@pytest.mark.parametrize("value", [None, "1", True, float("nan"), float("inf"), 10**400])
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(SignalSetError, match=r"a\.json: key must be a finite number"):
        table(key=value).number("key")


def test_a_number_may_be_large_and_absent_with_a_default() -> None:
    assert table(key=2**64 - 1).number("key") == 2.0**64
    assert table().number("key", 1.5) == 1.5
    assert table().optional_number("key") is None


def test_years_may_be_nothing_or_null() -> None:
    assert read_years(table(), "key") is None
    assert read_years(table(key={}), "key") is None
    assert read_years(table(key={"from": None, "to": 2021, "years": None}), "key") == Years(None, 2021)
