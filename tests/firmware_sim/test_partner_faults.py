"""How a rescue partner fails, fault by fault."""

import pytest

from firmware_sim import partner_faults as faults
from firmware_sim.itinerary import steps


def test_without_a_fault_it_answers_once_at_once_tells_the_truth_and_reports_everything() -> None:
    way = steps("tow", 600.0)

    assert faults.answers(None)
    assert (faults.accepts(None), faults.answer_after_s(None)) == (1, 0.0)
    assert (faults.told_s(None, 600.0), faults.driven_s(None, 600.0)) == (600.0, 600.0)
    assert faults.reported(None, way) == way


@pytest.mark.parametrize("fault", faults.PARTNER_FAULTS)
def test_every_fault_changes_something_and_only_one_thing(fault: faults.PartnerFault) -> None:
    way = steps("tow", 600.0)
    changed = {
        "slow": faults.answer_after_s(fault) == 110.0 and faults.driven_s(fault, 600.0) == 1_200.0,
        "silent": not faults.answers(fault),
        "lying": faults.told_s(fault, 600.0) == 200.0,
        "twice": faults.accepts(fault) == 2,
        "vanishing": [step.report for step in faults.reported(fault, way)] == ["en-route"],
    }

    assert [name for name, holds in changed.items() if holds] == [fault]
