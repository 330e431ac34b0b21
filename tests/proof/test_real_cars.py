"""The figures of `python -m tests.proof.real_cars`, held: real answers through the agent's own decoding.

Of the IONIQ 5's 2,593 recorded responses, those that the recording adapter damaged (characters lost within a line) are
refused by the sequence number or the length, as they must be; every whole one comes together.
"""

from pathlib import Path

import pytest

from tests.proof.petrol import Petrol, petrol
from tests.proof.real_cars import WRONG_IN_CORPUS, Ioniq, ioniq


@pytest.fixture(scope="module")
def electric(data_folder: Path) -> Ioniq:
    return ioniq(data_folder)


@pytest.fixture(scope="module")
def combustion(data_folder: Path) -> Petrol:
    return petrol(data_folder)


def test_every_whole_recorded_response_comes_together(electric: Ioniq) -> None:
    assert electric.responses == 2593
    assert electric.refused_though_whole == []
    assert electric.messages >= 2464


def test_every_command_of_our_set_decodes_real_answers(electric: Ioniq) -> None:
    asked = {"220101": 288, "220105": 151, "22E004": 72, "22C00B": 85, "22E003": 244, "22E011": 115}
    whole = {"220101": 245, "220105": 133, "22E004": 72, "22C00B": 83, "22E003": 207, "22E011": 115}
    assert electric.of_our_set == asked
    assert electric.complete == whole


def test_every_value_equals_what_another_decoder_published(electric: Ioniq) -> None:
    assert electric.differ == []
    assert electric.compared == 3796
    assert set(electric.left_out) == set(WRONG_IN_CORPUS)


def test_what_the_corpus_clamps_is_a_value_here_or_none_at_all(electric: Ioniq) -> None:
    assert electric.clamped_by_corpus == {"IONIQ5_BATTERY_CURRENT": 2, "IONIQ5_ISOLATION_RESISTANCE": 245}
    assert electric.no_value["IONIQ5_AUXILLARY_BATTERY_VOLTAGE out_of_range"] == 1  # 0.0 V, published as 11.0


def test_a_battery_sensor_that_says_nothing_is_not_measured_instead_of_six_volts(electric: Ioniq) -> None:
    silent = {name: count for name, count in electric.no_value.items() if name.startswith("IONIQ5_AUX_BATTERY")}

    assert silent == {
        "IONIQ5_AUX_BATTERY_CURRENT not_measured": 1,
        "IONIQ5_AUX_BATTERY_STATE_OF_CHARGE not_measured": 1,
        "IONIQ5_AUX_BATTERY_VOLTAGE_7E5 not_measured": 1,
        "IONIQ5_AUX_BATTERY_T not_measured": 1,
    }


def test_no_tyre_reading_with_status_02_becomes_a_pressure(electric: Ioniq) -> None:
    assert (electric.wheels, electric.wheels_status_02) == (332, 63)
    assert electric.pressures_from_status_02 == 0
    assert sum(count for name, count in electric.no_value.items() if "_TP_" in name) == 63


def test_every_polled_value_of_the_petrol_car_equals_cantools(combustion: Petrol) -> None:
    assert (combustion.frames, combustion.polled_pids, combustion.responses) == (72_009, 31, 7_647)
    assert combustion.polled_but_not_read == []
    assert combustion.differ == []
    assert (combustion.signals, combustion.compared, combustion.no_value) == (35, 8_195, 0)


def test_the_petrol_car_has_no_codes_and_its_vin_is_never_shown(combustion: Petrol) -> None:
    assert combustion.codes == {"confirmed of 7E8": []}
    assert combustion.vin_masked == "TMB**************"
    assert combustion.vin_seen == 0
