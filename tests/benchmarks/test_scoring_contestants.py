"""The contestants of the scorer come to the same rows, so that a fast wrong one could not win."""

import numpy as np
import pytest

from benchmarks import scoring_rates
from benchmarks.scoring_c import compiled
from benchmarks.scoring_fleet import Rows, kernel, made_records, same_rows, with_
from cloud.scoring import order


def test_pure_python_does_the_same_work() -> None:
    records = made_records(50, 1_000)
    peer = scoring_rates.python_peer(records, 50)
    ours = Rows.of(50, 1_000).take(records)

    theirs = peer.run(peer.prepare())

    assert scoring_rates.same_as_python(ours, theirs)
    theirs[3].mean = [value + 1.0 for value in theirs[3].mean]
    assert not scoring_rates.same_as_python(ours, theirs)


def test_c_does_the_same_work_and_touch_visits_every_row() -> None:
    if (calls := compiled()) is None:
        pytest.skip("no C compiler here: apt-get install gcc")
    records = made_records(50, 1_000)
    ours, theirs, touched = (Rows.of(50, 1_000) for _ in range(3))
    for contestant in (kernel(ours, records), with_(theirs, records, calls[0], name="C")):
        contestant.run(contestant.prepare())

    with_(touched, records, calls[1], name="touch").run(touched)

    assert same_rows(ours, theirs)
    assert np.allclose(ours.scores, theirs.scores, rtol=1e-3, atol=1e-3)
    assert np.array_equal(touched.bits, records[0])
    theirs.hot[:, 0] += 1.0
    assert not same_rows(ours, theirs)


def test_micro_batches_and_spread_backfill_come_to_the_same_rows_bit_for_bit() -> None:
    records = made_records(200, 3_000, by_vehicle=True)
    whole, parts, spread = (Rows.of(200, 3_000) for _ in range(3))

    whole.take(records)
    for at in range(0, 3_000, 256):
        parts.take((records[0][at : at + 256], records[1][at : at + 256], records[2][at : at + 256]))
    spread.take(order.spread(*records))

    assert scoring_rates.identical(whole, parts)
    assert scoring_rates.identical(whole, spread)
