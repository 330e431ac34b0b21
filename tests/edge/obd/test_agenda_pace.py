"""Signals that a campaign wants sooner: asked at that pace, and at their own again afterwards."""

from edge.adapters import signal_sets
from edge.obd.addressing import LINKS
from edge.obd.agenda import Agenda, Task

COMMANDS = [command for command in signal_sets.interpreter(["sae-j1979"]).pid_commands if command.fields]
SLOW = max(COMMANDS, key=lambda command: command.period_s)
PATH = SLOW.fields[0].signal.path


def task() -> Task:
    return Task(LINKS[0], SLOW.payload, SLOW.period_s, 0.0, SLOW)


def test_a_hastened_task_is_due_at_the_new_pace_and_later_at_its_own() -> None:
    one, agenda = task(), Agenda()
    agenda.add([one])
    agenda.answered(one, 0.0)

    agenda.pace({PATH: 0.5}, 1.0)
    assert one.due_s == 1.5
    agenda.answered(one, 1.5)
    assert one.due_s == 2.0
    agenda.pace({}, 2.0)
    agenda.answered(one, 2.0)
    assert one.due_s == 2.0 + SLOW.period_s


def test_nothing_is_ever_asked_more_rarely_than_its_set_says() -> None:
    one, agenda = task(), Agenda()
    agenda.add([one])

    agenda.pace({PATH: 10.0 * SLOW.period_s}, 0.0)

    assert one.period_s == SLOW.period_s


def test_what_nobody_answers_stays_backed_off() -> None:
    one, agenda = task(), Agenda()
    agenda.add([one])
    for _ in range(6):
        agenda.missed(one, 0.0, 0.0)
    rests_until_s = one.due_s

    agenda.pace({PATH: 0.1}, 1.0)

    assert one.due_s == rests_until_s
