"""Files of recorded answers, as YAML gives them with every scalar as text."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ReplayError
from edge.obd.obdb.corpus import Case, cases, is_null, model_year, number, same_word


def one(case: Any, **top: Any) -> Case:
    (found,) = cases({"command_id": "7E4.7EC.22F00D|fc=1", "test_cases": [case], **top}, "a.yaml")
    return found


def test_a_case_is_an_answer_and_what_was_read_from_it() -> None:
    case = one({"response": "7EC0462F00D01", "expected_values": {"S": "1", "T": "OFF"}})

    assert case == Case("a.yaml", 1, "7E4.7EC.22F00D|fc=1", ("7EC0462F00D01",), {"S": "1", "T": "OFF"}, None, False)
    assert case.header == "7E4"


@pytest.mark.parametrize(
    ("case", "responses"),
    [
        ({"response": "A"}, ("A",)),
        ({"response": ["A", "B"]}, ("A", "B")),
        ({"responses": "A"}, ("A",)),
        ({"responses": ["A", "B"]}, ("A", "B")),
        ({"response": "A", "responses": ["B"]}, ("A", "B")),
        ({}, ()),
    ],
)
def test_answers_come_as_one_text_or_as_several(case: dict[str, Any], responses: tuple[str, ...]) -> None:
    assert one(case).responses == responses


@pytest.mark.parametrize("expected", [None, "", "null", "~", {}])
def test_a_case_may_expect_nothing(expected: object) -> None:
    assert one({"response": "A", "expected_values": expected}).expected == {}
    assert one({"response": "A"}).expected == {}


def test_width_and_addressing_are_the_files_the_cases_or_the_commands() -> None:
    wide = {"can_id_format": "TWENTY_NINE_BIT", "extended_addressing_enabled": "true"}

    assert one({}, **wide)[-2:] == (True, True)
    assert one({**wide, "can_id_format": "ELEVEN_BIT"}, **wide)[-2:] == (False, True)
    assert one({}, command_id="6F1.612.22400B|e=12,fc=1").addressed
    assert one({}, command_id="6F1.612.22400B|t=0A,e=12").addressed
    assert not one({}, command_id="7E0.0101|fc=1").addressed


def test_a_file_without_cases_has_none() -> None:
    without: list[dict[str, Any]] = [
        {"model_year": "2022"},
        {"test_cases": None},
        {"test_cases": ""},
        {"test_cases": []},
    ]
    for data in without:
        assert cases(data, "a.yaml") == ()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (None, "a.yaml: must be a table"),
        ("text", "a.yaml: must be a table"),
        ({"test_cases": {"response": "A"}}, "a.yaml: test_cases must be a list"),
        ({"command_id": [], "test_cases": [{}]}, "a.yaml: command_id must be a text"),
        ({"test_cases": ["A"]}, "a.yaml: test case 1: must be a table"),
        ({"test_cases": [{}, {"response": {}}]}, "a.yaml: test case 2: response must be a text or a list of texts"),
        ({"test_cases": [{"responses": [["A"]]}]}, "test case 1: responses must be a text or a list"),
        ({"test_cases": [{"expected_values": ["1"]}]}, "test case 1: expected_values must be a table"),
        ({"test_cases": [{"expected_values": {"S": ["1"]}}]}, "test case 1: expected value S must be one value"),
    ],
)
def test_a_broken_file_is_named_with_its_case(data: object, complaint: str) -> None:
    with pytest.raises(ReplayError) as caught:
        cases(data, "a.yaml")

    assert complaint in str(caught.value)


def test_the_model_year_may_stand_in_the_file() -> None:
    assert model_year({"model_year": "2022"}) == 2022
    for data in ({"model_year": "soon"}, {"model_year": "²"}, {"model_year": ["1"]}, {"model_year": "20222"}, {}, None):
        assert model_year(data) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("34.8", 34.8), ("-40", -40.0), ("1e-05", 1e-5), ("true", 1.0), ("OFF", 0.0), ("PARK", None), ("", None)],
)
def test_an_expected_number_is_a_number_or_yamls_word_for_a_bit(text: str, value: float | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "word", "same"),
    [
        *(("OFF", "OFF", True), ("false", "OFF", True), ("True", "ON", True), ("yes", "ON", True)),
        *(
            ("1", "1.0", True),
            ("0", "OFF", True),
            ("OFF", "ON", False),
            ("PARK", "DRIVE", False),
            ("OL", "OL-D", False),
        ),
    ],
)
def test_a_word_is_the_same_as_written_or_as_yaml_rewrites_it(text: str, word: str, same: bool) -> None:
    assert same_word(text, word) is same


def test_null_has_three_spellings() -> None:
    assert all(is_null(text) for text in ("", "~", "null", "NULL"))
    assert not is_null("0")


KEYS = st.sampled_from(["command_id", "test_cases", "response", "responses", "expected_values", "S"])
JSON = st.recursive(
    st.none() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["command_id", "test_cases", "response", "responses", "expected_values", "S"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(data=JSON)
def test_any_yaml_at_all_raises_nothing_but_our_error(data: object) -> None:
    with suppress(ReplayError):
        cases(data, "a.yaml")
    model_year(data)
