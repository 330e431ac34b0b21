"""The table of fault codes: every code that decides a rescue, in both languages, in words of our own."""

import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.dtc import SERVICES, UNKNOWN, listed, meaning, table
from contract.identity import check_dtc

# Codes that stop a car, may stop it, or look as if they would: singly or FIRST-LAST, both included.
DECIDING = (
    *("P0560-P0563", "P0620-P0622", "P0625", "P0626", "P2503", "P0A94", "P0A08", "P0A09"),  # supply
    *("P0615-P0617", "P0512", "P0335", "P0336", "P0340", "P0341", "P0016-P0019", "U0100", "U0001"),  # no start
    *("P0513", "P0633"),
    *("P0087", "P0093", "P0230-P0232", "P0627", "P0628", "P0313"),  # fuel
    *("P0217", "P0218", "P2181", "P0480-P0483", "P0520-P0524"),  # heat and oil
    *("P0300-P0308", "P2101", "P2106", "P2135", "P2138", "P0121", "P0221"),  # power
    *("P0700", "P0730-P0736", "P0740-P0744", "P0868", "P0894"),  # gearbox
    *("P0A0A-P0A0D", "P0AA6", "P0A1F", "P0A7F", "P0A80", "P0AFA", "P0A7D", "P0A7E"),  # high voltage
    *("P0D3D", "P0D56-P0D59", "P0D5C"),  # charging
    *("U0121", "U0131", "C0044", "C0045", "C0110", "C0265"),  # brakes and steering
    *("C0750-C0775", "C0077"),  # tyres
    *("P20EE", "P203F", "P2463", "P2459"),  # power cut to come
    *("P0420", "P0430", "P0440-P0457", "P0128", "P0130-P0167"),  # emissions
)


def deciding() -> Iterator[str]:
    for span in DECIDING:
        first, _, last = span.partition("-")
        for number in range(int(first[1:], 16), int((last or first)[1:], 16) + 1):
            yield f"{first[0]}{number:04X}"


def test_every_code_that_decides_a_rescue_is_listed() -> None:
    assert [code for code in deciding() if listed(code) is None] == []


def test_every_listed_code_is_whole() -> None:
    for code, found in table().items():
        assert check_dtc(code) == code
        assert found.severity in range(6), code
        assert found.service in SERVICES, code


@pytest.mark.parametrize(
    ("code", "severity", "service"),
    [
        ("P0335", 4, "mobile_mechanic"),
        ("P0562", 3, "jump_start"),
        ("P0217", 5, "tow"),
        ("P0524", 5, "tow"),
        ("P0AA6", 5, "flatbed_tow"),
        ("P0A0B", 5, "flatbed_tow"),
        ("P0A7D", 4, "mobile_charge"),
        ("P0420", 1, "mobile_mechanic"),
        ("C0755", 2, "tyre_change"),
        ("P0313", 4, "fuel_delivery"),
        ("P1234", 1, "mobile_mechanic"),
        ("U3FFF", 2, "mobile_mechanic"),
        ("SPN4364-18", 2, "mobile_mechanic"),
    ],
)
def test_severity_and_service_are_what_the_field_would_send(code: str, severity: int, service: str) -> None:
    assert (meaning(code).severity, meaning(code).service) == (severity, service)


def test_a_failure_type_after_the_code_changes_nothing() -> None:
    assert meaning("P0335-1F") == meaning("P0335")
    assert listed("P1234-1F") is None


def test_every_code_has_words_in_both_languages_that_name_the_same_numbers() -> None:
    for code, found in (*table().items(), *UNKNOWN.items()):
        assert re.search(r"[\u4e00-\u9fff]{2}", found.zh), code
        assert found.en.isascii(), code
        assert re.fullmatch(r"[a-z0-9NAW].{5,100}", found.en), code
        assert len(found.zh) <= 40, code
        units = r"12 V|14 V"
        assert re.findall(units, found.zh) == re.findall(units, found.en), code


def test_no_two_codes_that_stop_a_car_say_the_same() -> None:
    told = [found.en for found in table().values() if found.severity >= 4]

    assert len(told) == len(set(told))


def test_the_words_are_our_own(data_folder: Path, tmp_path: Path) -> None:
    packed = data_folder / "dtc" / "dtc_codes.db.gz"
    if not packed.exists():
        pytest.skip(f"no fault code database in {data_folder}: that our words are not its words was not looked at")
    (tmp_path / "codes.db").write_bytes(zlib.decompress(packed.read_bytes(), wbits=31))
    with sqlite3.connect(tmp_path / "codes.db") as database:
        theirs = {_plain(text) for (text,) in database.execute("select description from dtc_definitions")}
    database.close()

    assert len(theirs) > 5_000
    same = [code for code, found in table().items() if _plain(found.en) in theirs or _plain(found.zh) in theirs]
    assert same == []


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
