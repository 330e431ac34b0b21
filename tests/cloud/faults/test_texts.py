"""What codes are called: our words first, then the make's, then everybody's, then what the letter says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.faults.texts import Described, Entry, describe, entry, make_of, replace_all
from cloud.store.engine import Store, open_store
from contract.dtc import meaning

IMPORTED = (
    Entry("P0335", "", "en", "their words for it"),
    Entry("P1106", "ACURA", "en", "barometric pressure off"),
    Entry("P1106", "ACURA", "zh", "大气压力异常"),
    Entry("P1106", "ALFA", "en", "short name"),
    Entry("P1106", "ALFA ROMEO", "en", "long name"),
    Entry("P2A00", "", "en", "for every make"),
    Entry("P2A01-1F", "", "en", "for one failure type"),
    Entry("P2A01", "", "en", "for any failure type"),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(tmp_path)
    with opened.write() as connection:
        assert replace_all(connection, IMPORTED) == len(IMPORTED)
    return opened


def called(store: Store, code: str, model: str = "") -> Described:
    with store.read() as connection:
        return describe(connection, [code], model)[code]


def test_our_words_win_over_imported_ones(store: Store) -> None:
    assert called(store, "P0335") == Described(*meaning("P0335"), source="outrider")


def test_a_maker_s_code_is_described_for_its_make_only(store: Store) -> None:
    assert called(store, "P1106", "Acura TLX")[2:] == ("大气压力异常", "barometric pressure off", "make")
    assert called(store, "P1106", "Honda Civic").source == "letter"
    assert called(store, "P1106").source == "letter"


def test_the_longest_make_that_the_model_begins_with_is_meant(store: Store) -> None:
    with store.read() as connection:
        assert make_of(connection, "Alfa Romeo Giulia") == "ALFA ROMEO"
        assert make_of(connection, "ALFA") == "ALFA"
        assert make_of(connection, "Alfabet") == ""


def test_a_language_that_was_not_imported_is_our_general_word(store: Store) -> None:
    found = called(store, "P2A00")

    assert (found.zh, found.en, found.source) == (meaning("P2A00").zh, "for every make", "generic")
    assert (found.severity, found.service) == meaning("P2A00")[:2]


def test_a_failure_type_is_looked_up_before_its_base(store: Store) -> None:
    assert called(store, "P2A01-1F").en == "for one failure type"
    assert called(store, "P2A01-00").en == "for any failure type"


def test_importing_again_takes_the_place_of_what_was_there(store: Store) -> None:
    with store.write() as connection:
        assert replace_all(connection, [IMPORTED[0]] * 700) == 1

    assert called(store, "P2A00").source == "letter"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("P033", "", "", "x"), "J2012"),
        (("P0335", "", "fr", "x"), "neither zh nor en"),
        (("P0335", "", "", " "), "1 to 400"),
        (("P0335", "", "", "a\x00b"), "printable"),
        (("P0335", "M" * 41, "", "x"), "longer than 40"),
    ],
)
def test_a_row_that_describes_nothing_says_why(row: tuple[str, str, str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        entry(*row)


def test_a_row_is_tidied_before_it_is_kept() -> None:
    assert entry(" p0335 ", "Generic", "zh_CN", " a\n b ") == Entry("P0335", "", "zh", "a b")


@given(st.text(max_size=12), st.text(max_size=45), st.text(max_size=6), st.text(max_size=30))
def test_any_row_at_all_is_kept_or_refused(code: str, make: str, language: str, text: str) -> None:
    try:
        found = entry(code, make, language, text)
    except ValueError:
        return
    assert entry(*found) == found
