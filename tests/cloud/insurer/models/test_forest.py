"""Trees as arrays predict what the library that grew them predicts, missing values included."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from cloud.insurer.models import forest


@pytest.mark.parametrize("leaves", [2, 5, 31])
def test_a_forest_predicts_what_its_model_does(leaves: int) -> None:
    source = np.random.default_rng(leaves)
    x = source.normal(size=(3000, 4))
    x[source.random(x.shape) < 0.1] = np.nan
    y = source.poisson(np.exp(np.nan_to_num(x[:, 0]) * 0.5 - np.nan_to_num(x[:, 1]) ** 2 * 0.2))
    model = HistGradientBoostingRegressor(loss="poisson", max_iter=40, max_leaf_nodes=leaves, early_stopping=False)
    model.fit(x, y)
    shown = source.normal(size=(500, 4)) * 3.0
    shown[source.random(shown.shape) < 0.2] = np.nan

    found = forest.of(model)

    np.testing.assert_allclose(np.exp(found.predict(shown)), model.predict(shown), rtol=1e-12)


def test_a_model_that_never_split_predicts_its_base() -> None:
    x = np.ones((100, 1)) * np.arange(100)[:, None]
    model = HistGradientBoostingRegressor(loss="poisson", max_iter=3, min_samples_leaf=90, early_stopping=False)
    model.fit(x, np.full(100, 2.0))

    assert np.exp(forest.of(model).predict(x[:3])).tolist() == pytest.approx([2.0] * 3)
