"""Model years: which cars a command is for."""

import pytest

from edge.obd.signalset import Years


@pytest.mark.parametrize(
    ("years", "yes", "no"),
    [
        (Years(2021, 2024), (2021, 2022, 2024), (2020, 2025)),
        (Years(2021, 2021), (2021,), (2020, 2022)),
        (Years(first=2021), (2021, 2040), (2020,)),
        (Years(last=2021), (1996, 2021), (2022,)),
        (Years(2027, 2021), (2021, 2000, 2027, 2030), (2022, 2026)),  # outside of what lies between
        (Years(also=frozenset({2015, 2018})), (2015, 2018), (2016, 2017)),
        (Years(2021, 2024, frozenset({2015})), (2015, 2022), (2016, 2025)),
        (Years(), (), (2000, 2022)),
    ],
)
def test_years_hold_for_the_cars_they_name(years: Years, yes: tuple[int, ...], no: tuple[int, ...]) -> None:
    assert [year for year in yes + no if years.hold(year)] == list(yes)
