"""Topics and names: what is built is parsed, and what could slip past an access rule is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import topics
from contract.errors import ContractError
from contract.identity import check_dtc, check_name, check_stream, check_vehicle
from tests.contract.made import vehicles


@given(vehicles, st.sampled_from(topics.UP + topics.DOWN))
def test_a_built_topic_is_parsed_back(vehicle: str, lane: str) -> None:
    topic = topics.build(vehicle, lane)

    assert topics.parse(topic) == (vehicle, "up" if lane in topics.UP else "down", lane)


@given(st.text(max_size=80))
def test_any_text_is_a_topic_or_refused(text: str) -> None:
    try:
        parsed = topics.parse(text)
    except ContractError:
        return
    assert topics.build(parsed.vehicle, parsed.lane) == text


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "outrider/v1/car-1/up",
        "outrider/v1/car-1/up/telemetry/more",
        "outrider/v2/car-1/up/telemetry",
        "other/v1/car-1/up/telemetry",
        "outrider/v1/car-1/down/telemetry",
        "outrider/v1/car-1/up/receipt",
        "outrider/v1/car-1/sideways/telemetry",
        "outrider/v1//up/telemetry",
        "outrider/v1/+/up/telemetry",
        "outrider/v1/#/up/telemetry",
        "outrider/v1/$SYS/up/telemetry",
        "outrider/v1/car-1\n/up/telemetry",
        "outrider/v1/car-1\x00/up/telemetry",
        "outrider/v1/\ud800/up/telemetry",
        "outrider/v1/" + "a" * 65 + "/up/telemetry",
        "/outrider/v1/car-1/up/telemetry",
        "a" * 65_536,
    ],
)
def test_a_topic_that_is_not_ours_is_refused(topic: str) -> None:
    with pytest.raises(ContractError):
        topics.parse(topic)


@pytest.mark.parametrize("lane", ["", "Telemetry", "up/telemetry", "#"])
def test_a_lane_that_does_not_exist_is_refused_by_name(lane: str) -> None:
    with pytest.raises(ContractError, match="no lane"):
        topics.build("car-1", lane)


@given(st.text(max_size=70))
def test_a_vehicle_id_holds_nothing_that_a_broker_reads_as_more(text: str) -> None:
    try:
        check_vehicle(text)
    except ContractError:
        return
    assert text.isascii()
    assert not set(text) & set("/+#$ \n\r\0")


@pytest.mark.parametrize("stream", ["", "0" * 32, "0" * 31 + "-u", "0" * 32 + "-x", "0" * 32 + "-u\n", "G" * 32 + "-u"])
def test_a_stream_has_one_form(stream: str) -> None:
    with pytest.raises(ContractError):
        check_stream(stream)


@pytest.mark.parametrize("code", ["P0143", "C0196", "B0148", "U0148", "P0A0F", "P0217-1A"])
def test_a_fault_code_in_j2012_form_passes(code: str) -> None:
    assert check_dtc(code) == code


@pytest.mark.parametrize("code", ["", "P4000", "P01", "p0143", "P0143-", "P0143-1", "P0143\n", "=P0143", "X0143"])
def test_a_fault_code_in_another_form_is_refused(code: str) -> None:
    with pytest.raises(ContractError, match="J2012"):
        check_dtc(code)


@pytest.mark.parametrize("name", ["a b", "a\n", "<b>", "a" * 129, "é"])
def test_a_name_is_only_a_name(name: str) -> None:
    with pytest.raises(ContractError):
        check_name(name)
