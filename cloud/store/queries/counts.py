"""Figures for metrics and health."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, func, select

from cloud.store.tables import breaker, cases, jobs, outbox, reminders, vehicles


class Counts(NamedTuple):
    """How much there is of what; states without a row are absent. `held` says that the circuit breaker is open."""

    vehicles: int
    cases: dict[tuple[str, str], int]  # (cause, state)
    jobs: dict[tuple[str, str], int]  # (origin, state)
    reminders: dict[str, int]  # state
    jobs_escalated: int
    outbox_waiting: int
    outbox_given_up: int
    held: bool


def counts(connection: Connection) -> Counts:
    """Count everything."""
    by_case = connection.execute(
        select(cases.c.cause, cases.c.state, func.count()).group_by(cases.c.cause, cases.c.state)
    )
    by_job = connection.execute(select(jobs.c.origin, jobs.c.state, func.count()).group_by(jobs.c.origin, jobs.c.state))
    by_reminder = connection.execute(select(reminders.c.state, func.count().label("n")).group_by(reminders.c.state))
    escalated = jobs.c.closed_ms.is_(None) & jobs.c.escalated_ms.is_not(None)
    waiting = outbox.c.delivered_ms.is_(None) & outbox.c.given_up_ms.is_(None)
    held = connection.execute(select(breaker.c.held_since_ms).where(breaker.c.held_since_ms.is_not(None)))
    return Counts(
        vehicles=_count(connection, vehicles),
        cases={(cause, state): n for cause, state, n in by_case},
        jobs={(origin, state): n for origin, state, n in by_job},
        reminders={row.state: row.n for row in by_reminder},
        jobs_escalated=_where(connection, jobs, escalated),
        outbox_waiting=_where(connection, outbox, waiting),
        outbox_given_up=_where(connection, outbox, outbox.c.given_up_ms.is_not(None)),
        held=held.first() is not None,
    )


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _where(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
