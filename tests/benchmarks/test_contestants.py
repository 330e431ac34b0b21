"""The contestants come to the same result, so that a fast wrong one could not win."""

from contextlib import ExitStack

import numpy as np
import pytest

from benchmarks import decode, edge_dbc, edge_isotp, scorer
from benchmarks.harness import Contestant
from cloud.ingest.columns import read
from cloud.scoring.layout import MEAN
from cloud.scoring.state import State


def outcome(contestant: Contestant) -> object:
    state = contestant.prepare()
    return contestant.output(state, contestant.run(state))


@pytest.mark.parametrize("gaps", [0.0, 0.1, 0.7])
def test_numpy_does_the_same_work(gaps: float) -> None:
    batch = scorer.made_batch(300, 12, gaps=gaps)

    ours, theirs = outcome(scorer.kernel(batch)), outcome(scorer.numpy_peer(batch))

    assert isinstance(ours, State)
    assert isinstance(theirs, State)
    assert scorer.same_rows(ours, theirs)


def test_river_comes_to_the_same_means() -> None:
    batch = scorer.made_batch(40, 8, gaps=0.0)

    ours, theirs = outcome(scorer.kernel(batch)), outcome(scorer.river_peer(batch.of_first(20)))

    assert isinstance(ours, State)
    assert isinstance(theirs, list)
    assert len(theirs) == 20
    assert scorer.same_means(ours, theirs)


def test_a_wrong_result_is_noticed() -> None:
    batch = scorer.made_batch(50, 4, gaps=0.0)
    ours, theirs = outcome(scorer.kernel(batch)), outcome(scorer.kernel(batch))
    assert isinstance(ours, State)
    assert isinstance(theirs, State)

    theirs.hot[:, MEAN] += np.float32(1.0)

    assert not scorer.same_rows(ours, theirs)


def test_both_decoders_see_the_same_values() -> None:
    values = [decode.made_values(n) for n in range(3)]
    ours = [read(decode.payload(table)) for table in values]
    theirs = decode.parsed([decode.as_json(table) for table in values], None)

    assert decode.same(ours, theirs)
    theirs[1][0]["Speed0"] += 1.0
    assert not decode.same(ours, theirs)


@pytest.mark.parametrize("in_c", [False, True])
def test_cantools_makes_the_same_numbers_of_every_frame(in_c: bool) -> None:
    text, bus = edge_dbc.made_dbc(), edge_dbc.frames()[:500]

    ours, theirs = outcome(edge_dbc.ours(text, bus)), outcome(edge_dbc.peer(text, bus, in_c=in_c))

    assert isinstance(ours, list)
    assert isinstance(theirs, list)
    assert len(ours) == 500
    assert edge_dbc.same(ours, theirs)
    ours[7][next(iter(ours[7]))] += 1
    assert not edge_dbc.same(ours, theirs)


def test_cantools_in_pure_python_is_without_the_extension_and_the_other_keeps_it() -> None:
    text = edge_dbc.made_dbc()

    def packers(in_c: bool) -> set[str]:
        message = edge_dbc.database(text, in_c=in_c).messages[1]
        codecs = message._codecs
        assert codecs is not None
        return {type(codecs["formats"].big_endian).__module__}

    assert packers(in_c=False) == {"bitstruct"}
    assert packers(in_c=True) == {"bitstruct.c"}


def test_both_isotp_engines_carry_every_exchange_unchanged() -> None:
    with ExitStack() as stack:
        ours = outcome(edge_isotp.contestant("outrider", edge_isotp.ours, stack))
        theirs = outcome(edge_isotp.contestant("can-isotp", edge_isotp.theirs, stack))

    assert isinstance(ours, list)
    assert isinstance(theirs, list)
    assert len(ours) == edge_isotp.EXCHANGES
    assert edge_isotp.same(ours, theirs)
    ours[3] = (ours[3][0], ours[3][1][:-1])
    assert not edge_isotp.same(ours, theirs)
