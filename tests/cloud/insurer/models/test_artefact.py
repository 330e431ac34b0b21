"""A saved model predicts as the fitted one did, bit for bit, and a byte that changed is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.insurer.models import artefact, boosted, linear, mapping
from cloud.insurer.models.artefact import ARRAYS, MANIFEST
from cloud.insurer.models.boosted import Boosted, Shape
from cloud.insurer.models.errors import SavedError
from cloud.insurer.models.linear import Linear
from tests.cloud.insurer.models.made import MAP, known

CHOSEN = mapping.parse(MAP, "book.toml")


@pytest.fixture(scope="module")
def models() -> tuple[Linear, Boosted]:
    made = known(3000)
    begin = linear.fit(made, CHOSEN, 0)
    return begin, boosted.fit(made, CHOSEN, begin, Shape(3, 20, True), 0)


@pytest.fixture
def saved(tmp_path: Path, models: tuple[Linear, Boosted]) -> Path:
    artefact.save(tmp_path, CHOSEN, *models, {"book": "made", "rows": 3000})
    return tmp_path


def test_a_saved_model_predicts_bit_for_bit_as_before(saved: Path, models: tuple[Linear, Boosted]) -> None:
    book = known(400, seed=5)

    found = artefact.load(saved)

    begin, challenger = models
    rows = book.rows
    assert (found.linear.predict(book.columns, rows) == begin.predict(book.columns, rows)).all()
    assert (found.boosted.predict(book.columns, rows) == challenger.predict(book.columns, rows)).all()
    assert found.map == CHOSEN


def test_the_same_models_are_the_same_bytes_and_version(
    saved: Path, models: tuple[Linear, Boosted], tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("again")

    version = artefact.save(other, CHOSEN, *models, {"book": "made", "rows": 3000})

    assert version == artefact.load(saved).version
    for name in (ARRAYS, MANIFEST):
        assert (other / name).read_bytes() == (saved / name).read_bytes()


@given(place=st.integers(0, 1_000_000), bit=st.integers(0, 7), name=st.sampled_from([ARRAYS, MANIFEST]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_flipped_bit_is_refused(saved: Path, place: int, bit: int, name: str) -> None:
    sound = (saved / name).read_bytes()
    wrong = bytearray(sound)
    wrong[place % len(wrong)] ^= 1 << bit
    try:
        (saved / name).write_bytes(bytes(wrong))
        if name == MANIFEST and _says_the_same(sound, bytes(wrong)):
            assert artefact.load(saved).version
        else:
            with pytest.raises(SavedError, match=saved.name):
                artefact.load(saved)
    finally:
        (saved / name).write_bytes(sound)


def _says_the_same(one: bytes, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def test_a_number_changed_by_hand_is_refused(saved: Path) -> None:
    body = json.loads((saved / MANIFEST).read_text())
    body["linear"]["coefficients"][0] += 0.1
    (saved / MANIFEST).write_text(json.dumps(body))

    with pytest.raises(SavedError, match="changed since it was saved"):
        artefact.load(saved)


@pytest.mark.parametrize("content", ["", "[]", '{"format": "other"}', "{"])
def test_what_is_no_saved_model_is_refused(saved: Path, content: str) -> None:
    (saved / MANIFEST).write_text(content)

    with pytest.raises(SavedError, match=saved.name):
        artefact.load(saved)


@pytest.mark.parametrize(("name", "value"), [("left", 0), ("right", 10**6), ("feature", 99)])
def test_trees_that_lead_nowhere_are_refused_even_with_the_right_hashes(
    tmp_path: Path, models: tuple[Linear, Boosted], name: str, value: int
) -> None:
    begin, challenger = models
    forest = challenger.forest
    bent: dict[str, Any] = {name: np.where(forest.leaf, getattr(forest, name), value)}
    artefact.save(tmp_path, CHOSEN, begin, challenger._replace(forest=forest._replace(**bent)), {})

    with pytest.raises(SavedError, match="lead nowhere"):
        artefact.load(tmp_path)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SavedError, match="nothing-here"):
        artefact.load(tmp_path / "nothing-here")


def test_arrays_of_another_model_are_refused(saved: Path) -> None:
    np.savez(saved / ARRAYS, start=np.zeros(2))

    with pytest.raises(SavedError, match=r"arrays\.npz: changed"):
        artefact.load(saved)
