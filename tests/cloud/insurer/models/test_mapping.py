"""The map: every mistake is said with the file and the key, and only our error comes out."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.insurer.models import mapping
from cloud.insurer.models.errors import MapError

MAPS = Path(__file__).resolve().parents[4] / "docs" / "maps" / "claims"


def test_one_line_is_a_map() -> None:
    found = mapping.parse('claims = "ClaimNb"', "book.toml")

    assert (found.claims, found.exposure, found.covariates) == ("ClaimNb", 1.0, "auto")
    assert found.split == mapping.Split(by="group", test_share=0.3, seed=0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("claims = ", "not TOML"),
        ("", "name the column of claim counts in `claims`"),
        ('claims = "n"\nexposur = "e"', "did you mean 'exposure'"),
        ('claims = "n"\nzzz = 1', "the keys are name, claims"),
        ('claims = "n"\nexposure = 0', "exposure = 0"),
        ('claims = "n"\nexposure_unit = "weeks"', "exposure_unit"),
        ('claims = "n"\nmax_exposure = -1.0', "max_exposure"),
        ('claims = "n"\ncovariates = "all"', "covariates"),
        ('claims = "n"\ntweedie_power = 2.5', "tweedie_power"),
        ('claims = "n"\ninteractions = [["a"]]', "interactions"),
        ('claims = "n"\nnumeric = ["a"]\ncategorical = ["a"]', "'a' is named in both"),
        ('claims = "n"\n[monotone]\nage = "up"', "monotone"),
        ('claims = "n"\n[prefix]\nzip = 0', "prefix"),
        ('claims = "n"\n[split]\nby = "year"', "needs the column of years in `year`"),
        ('claims = "n"\n[split]\ntest_share = 1.0', "test_share = 1.0"),
        ('claims = "n"\n[split]\nshare = 0.5', "did you mean 'test_share'"),
        ('claims = "n"\nsplit = 3', "split"),
        ('claims = "n"\n[claims_table]\nkey = "id"', "not from both"),
        ('[claims_table]\namount = "a"', "key"),
        ("[claims_table]\nkey = []", "key"),
    ],
)
def test_a_mistake_is_said_with_the_file_and_the_key(text: str, said: str) -> None:
    with pytest.raises(MapError) as caught:
        mapping.parse(text, "book.toml")

    assert "book.toml" in str(caught.value)
    assert said in str(caught.value)


@given(text=st.text() | st.binary().map(lambda it: it.decode("latin-1")))
def test_only_our_error_comes_out_of_any_text(text: str) -> None:
    with suppress(MapError):
        mapping.parse(text, "book.toml")


keys = st.sampled_from(mapping.Map.__struct_fields__)
values = st.sampled_from(['""', '"a"', "[]", '["a"]', "0", "-1", "1.5", "nan", "true", "{}", '{a = "b"}', "[[1]]"])


@given(lines=st.dictionaries(keys, values))
def test_only_our_error_comes_out_of_any_values(lines: dict[str, str]) -> None:
    with suppress(MapError):
        mapping.parse("\n".join(f"{key} = {value}" for key, value in lines.items()), "book.toml")


@pytest.mark.source
@pytest.mark.parametrize("file", sorted(MAPS.glob("*.toml")), ids=lambda file: file.stem)
def test_the_maps_that_ship_are_maps(file: Path) -> None:
    assert mapping.parse(file.read_text(encoding="utf-8"), file.name).name == file.stem
