"""`outrider thresholds` prints what it chose, and says what it cannot choose for."""

import json

from tests.cloud.test_commands import run


def test_the_choice_is_one_line_of_json() -> None:
    done = run("thresholds", "--vehicles", "5000", "--signals", "8", "--budget", "1", "--phi", "0.5", "--json")

    chosen = json.loads(done.stdout.splitlines()[-1])
    assert chosen["fleet"]["vehicles"] == 5000
    assert chosen["cusum_h"] < chosen["cusum_h_raw"]
    assert chosen["on_delay"] == 3


def test_a_budget_of_nothing_is_refused_by_name() -> None:
    done = run("thresholds", "--vehicles", "5000", "--signals", "8", "--budget", "0")

    assert done.returncode == 2
    assert "budget must be a number above 0" in done.stderr
