"""Selection: what matters stays, what does not goes, and the quadratic path agrees with fitting again."""

import numpy as np

from cloud.insurer.models import glm, selection
from cloud.insurer.models.selection import Block, Problem
from cloud.insurer.models.terms import Curve, Levels, Product, Term

CURVE = Curve("age", 18.0, 80.0, False, [0.1, 0.4, 0.6, 0.9], 40.0, False)
TOWN = Levels("town", ["a", "b", "c"])


def problem(rows: int = 20_000, noise: int = 8, seed: int = 9) -> Problem:
    """Return claims that depend on columns 1 and 2 and on none of the `noise` columns after them."""
    source = np.random.default_rng(seed)
    design = np.column_stack([np.ones(rows), source.normal(size=(rows, 2 + noise))])
    mean = np.exp(-1.5 + 0.4 * design[:, 1] - 0.3 * design[:, 2])
    ones = np.ones(rows)
    return Problem(design, source.poisson(mean).astype(np.float64), ones, np.zeros(rows), glm.POISSON)


def singles(columns: int) -> list[Block]:
    return [Block([at], []) for at in range(1, columns)]


def test_what_matters_stays_and_nearly_all_that_does_not_goes() -> None:
    made = problem()

    stay, price = selection.select(made, singles(11), np.arange(20_000) % 5)

    assert {0, 1, 2} <= set(stay.tolist())
    assert len(stay) <= 5
    assert price in selection.PRICES


def test_a_dearer_price_never_keeps_more() -> None:
    sizes = [len(stay) for stay in selection.path(problem(rows=3000), singles(11))]

    assert sizes == sorted(sizes, reverse=True)


def test_the_path_on_the_quadratic_agrees_with_fitting_again() -> None:
    made = problem(rows=3000)
    stay = selection.path(made, singles(11))[0]
    whole = glm.fit(*made)
    again = glm.fit(made.design[:, stay], *made[1:])
    gone = len(whole.coefficients) - len(stay)

    assert gone > 0
    assert again.deviance - whole.deviance < selection.PRICES[0] * gone * 1.05


def test_nothing_to_drop_keeps_all() -> None:
    made = problem(noise=0)

    assert [stay.tolist() for stay in selection.path(made, singles(3))] == [[0, 1, 2]] * len(selection.PRICES)


def test_a_column_that_others_determine_is_never_kept() -> None:
    made = problem(noise=0)
    twice = made._replace(design=np.column_stack([made.design, made.design[:, 1]]))

    assert all(3 not in stay for stay in selection.path(twice, singles(4)))


def test_a_term_that_no_claim_supports_is_left_out_and_the_others_stay() -> None:
    made = problem(rows=3000, noise=0)
    never = (made.response == 0.0) & (made.design[:, 1] > 1.0)
    terms: list[Term] = [Levels(name, ["base", name]) for name in ("one", "two", "never")]

    kept = selection.supported(made._replace(design=np.column_stack([made.design, never])), terms)

    assert [term.column for term in kept] == ["one", "two"]
    assert selection.supported(made, terms[:2]) == terms[:2]


def test_a_line_waits_for_its_curve_and_a_side_for_its_product() -> None:
    straight = Curve("age", 18.0, 80.0, False, [0.0, 1.0], 40.0, False)

    found = selection.blocks([CURVE, TOWN, Product(straight, TOWN)])

    assert [block.columns for block in found] == [[2, 3], [1], [4, 5], [6, 7]]
    assert [sorted(block.waits_for) for block in found] == [[3], [0, 3], [3], []]
