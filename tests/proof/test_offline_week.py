"""Days off line fit on the disk and come home soon; the whole week is `python -m tests.proof.offline_week`."""

from pathlib import Path

import pytest

from tests.proof.offline_week import measure

DAYS = 0.25


@pytest.mark.timeout(300)
def test_a_week_at_ten_signals_a_second_fits_into_one_gib_and_urgent_events_do_not_wait_behind_it(
    tmp_path: Path,
) -> None:
    figures = measure(DAYS, tmp_path)
    print(figures)

    assert figures.samples == DAYS * 86_400 * 10
    assert figures.given_up == 0
    assert figures.days_in_one_gib >= 7.0
    assert figures.drained_s * 7.0 / DAYS <= 30 * 60
    assert figures.urgent_p95_s <= 10.0
    assert figures.sent_per_payload <= 1.2
