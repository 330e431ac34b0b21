"""A model is arrays and a manifest; whatever was changed, reordered or made up is refused, and the rules go on."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.errors import EvaluationError
from cloud.evaluation import artefact, training
from cloud.evaluation.training import Rows
from cloud.runner.models import models_of
from cloud.scoring import engine, features
from cloud.scoring.hazards import PIECES, Hazard, Models, Serving
from cloud.scoring.types import Assessment, Risk

CAUSE = "tyre"


def made(vehicles: int = 80, rows_each: int = 30) -> Rows:
    """Return rows whose first feature alone tells whether a breakdown comes."""
    rng = np.random.default_rng(7)
    n, width = vehicles * rows_each, len(features.names(CAUSE))
    x = rng.normal(size=(n, width))
    x[::7, 1] = np.nan
    y = np.zeros((n, PIECES))
    for piece in range(PIECES):
        y[:, piece] = rng.random(n) < 1.0 / (1.0 + np.exp(4.0 - 2.0 * x[:, 0]))
    y[y[:, 0] > 0.0, 1:] = np.nan
    y[y[:, 1] > 0.0, 2] = np.nan
    return Rows(x, np.repeat(np.arange(vehicles), rows_each), y, events=50)


@pytest.fixture(scope="module")
def hazard() -> Hazard:
    found, told = training.fit(CAUSE, made())
    assert found is not None
    assert told["trained"]
    return found


@pytest.fixture
def saved(tmp_path: Path, hazard: Hazard) -> Path:
    artefact.save(tmp_path / "m", {CAUSE: hazard}, {"seeds": [1, 2], "windows": [], "metrics": {}})
    return tmp_path / "m"


def test_a_hazard_is_calibrated_and_never_falls_with_the_horizon(hazard: Hazard) -> None:
    rows = made()

    p = hazard.probabilities(rows.x)

    assert (np.diff(p, axis=1) >= 0.0).all()
    assert p[:, 0].mean() == pytest.approx(float(rows.y[:, 0].mean()), rel=0.1)
    assert np.corrcoef(p[:, 0], rows.x[:, 0])[0, 1] > 0.7


def test_too_few_breakdowns_leave_the_rule(hazard: Hazard) -> None:
    found, told = training.fit(CAUSE, made()._replace(events=3))

    assert found is None
    assert not told["trained"]


def test_what_is_loaded_answers_as_what_was_saved(saved: Path, hazard: Hazard) -> None:
    loaded = artefact.load(saved)

    x = made().x[:50]
    assert np.array_equal(loaded.models.hazards[CAUSE].probabilities(x), hazard.probabilities(x))
    assert loaded.seeds == {1, 2}
    assert artefact.load(saved).models.version.startswith("hazards-")


def changed(folder: Path, key: str, value: Any) -> None:
    """Change the manifest as somebody would who also makes its hash right again."""
    body = json.loads((folder / artefact.MANIFEST).read_text())
    body.pop("sha256")
    body[key] = value
    body["sha256"] = artefact.digest(body)
    (folder / artefact.MANIFEST).write_text(json.dumps(body))


def test_a_byte_that_changed_is_refused(saved: Path) -> None:
    arrays = bytearray((saved / artefact.ARRAYS).read_bytes())
    arrays[-30] ^= 1
    (saved / artefact.ARRAYS).write_bytes(arrays)

    with pytest.raises(EvaluationError, match="wrong hash"):
        artefact.load(saved)


def test_another_order_of_features_is_refused(saved: Path) -> None:
    changed(saved, "features", {CAUSE: list(reversed(features.names(CAUSE)))})

    with pytest.raises(EvaluationError, match="in another order"):
        artefact.load(saved)


def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, hazard: Hazard) -> None:
    artefact.save(tmp_path / "m", {CAUSE: hazard._replace(centre=hazard.centre[1:])}, {"seeds": [1]})

    with pytest.raises(EvaluationError, match="do not fit"):
        artefact.load(tmp_path / "m")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(manifest=st.binary(max_size=200), arrays=st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(tmp_path: Path, manifest: bytes, arrays: bytes) -> None:
    (tmp_path / artefact.MANIFEST).write_bytes(manifest)
    (tmp_path / artefact.ARRAYS).write_bytes(arrays)

    with pytest.raises(EvaluationError):
        artefact.load(tmp_path)


ANYTHING = st.none() | st.integers() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text())
KEYS = ("features", "seeds", "format", "feature_version", "arrays_sha256")


@given(key=st.sampled_from(KEYS), value=ANYTHING)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_manifest_does_more_than_be_refused(tmp_path: Path, hazard: Hazard, key: str, value: Any) -> None:
    artefact.save(tmp_path / "m", {CAUSE: hazard}, {"seeds": [1]})
    changed(tmp_path / "m", key, value)

    try:
        artefact.load(tmp_path / "m")
    except EvaluationError:
        return
    assert key in ("seeds", "features")


def test_a_refused_model_leaves_the_rules_and_is_heard_of(saved: Path) -> None:
    heard: list[str] = []
    (saved / artefact.ARRAYS).write_bytes(b"")

    assert models_of(saved, lambda: heard.append("degraded")) is None
    assert heard == ["degraded"]
    assert models_of(None, lambda: heard.append("never")) is None
    assert heard == ["degraded"]


def assessment(p: float | None) -> Assessment:
    risks = None if p is None else tuple(Risk(h, p) for h in (24, 72, 168))
    return Assessment(
        vehicle="v",
        cause="tyre",
        offset=1,
        as_of_ms=1,
        received_ms=1,
        risks=risks,
        calibrated=False,
        time_to_threshold_h=None,
        ttt_low_h=None,
        ttt_high_h=None,
        quality=1.0,
        severity=0,
        service="tyre_change",
        reasons=(),
        abstained="" if p is not None else "no_tyre_pressure",
        model="tyre-1",
        features="features-1",
        state="parked",
    )


def test_a_model_answers_calibrated_and_never_where_nothing_was_measured(hazard: Hazard) -> None:
    models = Models("hazards-x", {CAUSE: hazard})
    car = engine.new_state(1).cars[0]

    said = models.answer(assessment(0.1), car)

    assert (said.calibrated, said.model) == (True, "hazards-x")
    assert said.risks is not None
    assert [risk.horizon_h for risk in said.risks] == [24, 72, 168]
    assert models.answer(assessment(None), car).risks is None
    assert not Models("hazards-x", {}).answer(assessment(0.1), car).calibrated


def test_a_candidate_is_heard_of_and_never_said(hazard: Hazard) -> None:
    seen: list[tuple[Assessment, Assessment]] = []
    serving = Serving(None, Models("hazards-x", {CAUSE: hazard}), lambda a, b: seen.append((a, b)))
    rule = assessment(0.1)

    said = serving.answered(rule, engine.new_state(1).cars[0])

    assert said is rule
    assert seen[0][0] is rule
    assert seen[0][1].calibrated
