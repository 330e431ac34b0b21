"""From OBDb's commands to commands of ours, as far as the catalogue knows their signals, and why not where it does not.

What the guard would not let out is kept, to be read when it is seen and never asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final, NamedTuple

from contract.signals import CATALOGUE
from contract.signals import Signal as Catalogued
from edge.errors import SignalSetError
from edge.obd import signalset
from edge.obd.addressing import FUNCTIONAL_11BIT, Link
from edge.obd.obdb.fields import corrected, null_ranges
from edge.obd.obdb.metrics import UNITS, believes_range, target, why_not
from edge.obd.obdb.model import Command, ObdbSet, Signal
from edge.obd.services import current_data
from edge.obd.signalset import MODEL_YEARS, Field, Years
from edge.obd.signalset_reader import askable
from edge.obd.units import Linear, conversion

SHORTEST_PERIOD_S: Final = 1.0
_MOST_BITS: Final = 64


class Target(NamedTuple):
    """What a user says that a signal is: a path of the catalogue, and whether its sign is the other way round."""

    path: str
    reversed: bool = False


class Named(NamedTuple):
    """A command of ours beside the OBDb command that it was made from, and the unit that each field came in."""

    command: signalset.Command
    made_from: Command
    units: tuple[str, ...]


@dataclass(slots=True)
class Compiled:
    """What was made, and what became of everything else."""

    commands: list[Named] = field(default_factory=list)
    total: int = 0
    signals: int = 0
    refused_by_guard: list[str] = field(default_factory=list)
    wants_session: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # command id: why
    mapped: dict[str, str] = field(default_factory=dict)  # signal id: path
    not_mapped: dict[str, str] = field(default_factory=dict)  # signal id, where somebody gave it a meaning: why
    # Read and not used: ratios of two signals, groups for display, a session for the whole car.
    synthetics: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    diagnostic_level: int | None = None


def take(
    compiled: Compiled,
    signal_set: ObdbSet,
    targets: Mapping[str, Target],
    known_pids: Mapping[int, int],
    within: frozenset[int] | None,
) -> None:
    """Take a whole file into `compiled`, as `add` does with its commands."""
    add(compiled, signal_set.commands, targets, known_pids, within)
    compiled.synthetics += [synthetic.id for synthetic in signal_set.synthetics]
    compiled.groups += [group.id for group in signal_set.groups]
    if signal_set.diagnostic_level is not None:
        compiled.diagnostic_level = signal_set.diagnostic_level


def add(
    compiled: Compiled,
    commands: Iterable[Command],
    targets: Mapping[str, Target],
    known_pids: Mapping[int, int],
    within: frozenset[int] | None,
) -> None:
    """Take the commands of one file into `compiled`.

    Args:
        targets: signal id to what it is, before what the file suggests.
        known_pids: PIDs of service 01 that the agent's own sets read, with their bytes. They are left out, except of a
            file that holds nothing else: whoever imports that wants it in the place of ours.
        within: the model years that the file is for; None: one year was chosen, and no command is tied to years.
    """
    commands = tuple(commands)
    of_the_standard = all(command.service == current_data.SID for command in commands)
    read_anyway = current_data.SUPPORT_PIDS if of_the_standard else (*current_data.SUPPORT_PIDS, *known_pids)
    for command in commands:
        compiled.total += 1
        compiled.signals += len(command.signals)
        link = _link(command)
        polled = _is_polled(compiled, command, link)
        why = _why_not(command, link, read_anyway)
        fields = [] if why else _fields(compiled, command, targets)
        if not fields:
            compiled.left_out[command.id] = why or "the catalogue has none of its signals"
            continue
        years = _years(command.years, within)
        if years == Years():
            compiled.left_out[command.id] = "no model year is left for it"
            continue
        made = signalset.Command(
            command.id, command.service, command.key, max(command.period_s, SHORTEST_PERIOD_S),
            tuple(read for read, _ in fields), link, _length(command, known_pids), years, command.din, polled,
        )  # fmt: skip
        compiled.commands.append(Named(made, command, tuple(unit for _, unit in fields)))


def _link(command: Command) -> Link | None:
    """Return who asks and who answers; None where the file leaves it open and no standard says."""
    response = command.likely_response_id
    if response is None or not command.on_can:
        return None
    request = command.request_id
    if (request, command.extended) == FUNCTIONAL_11BIT:
        request = response - 8
    if request == response:
        return None
    return Link(request, response, command.extended, command.eax, command.response_address)


def _is_polled(compiled: Compiled, command: Command, link: Link | None) -> bool:
    if not command.on_can:
        return False
    asked = signalset.Command(command.id, command.service, command.key, 1.0, (), link)
    # Without an ECU of its own a request is judged as it stands in the file.
    if link is None:
        asked = asked._replace(link=Link(command.request_id, 0, command.extended, command.eax))
    if not askable(asked):
        compiled.refused_by_guard.append(command.id)
        return False
    if command.din is not None:
        compiled.wants_session.append(command.id)
        return False
    return True


def _why_not(command: Command, link: Link | None, read_anyway: Iterable[int]) -> str:
    if not command.on_can:
        return f"{command.proto} is not CAN"
    if command.service == current_data.SID and command.key in read_anyway:
        return "the agent reads this PID by itself"
    if command.service != current_data.SID and link is None:
        return "nobody says which id answers"
    return ""


def _fields(compiled: Compiled, command: Command, targets: Mapping[str, Target]) -> list[tuple[Field, str]]:
    found: list[tuple[Field, str]] = []
    for signal in command.signals:
        if signal.metric is None and signal.id not in targets:
            continue
        known = _target(signal, targets, command.key if command.service == current_data.SID else None)
        made = known if isinstance(known, str) else _field(signal, command, *known)
        if isinstance(made, Field) and any(made.signal == other.signal for other, _ in found):
            made = "another signal of the command is the same to the catalogue"
        if isinstance(made, str):
            compiled.not_mapped[signal.id] = made
        else:
            found.append((made, UNITS.get(signal.unit, signal.unit)))
            compiled.mapped[signal.id] = made.signal.path
    return found


def _target(signal: Signal, targets: Mapping[str, Target], pid: int | None) -> tuple[Catalogued, Linear, bool] | str:
    wanted = targets.get(signal.id)
    if wanted is None:
        suggested = target(signal, pid)
        return (*suggested, False) if suggested else why_not(signal)
    if wanted.path not in CATALOGUE:
        raise SignalSetError(f"{signal.id}: {wanted.path} is not in the catalogue")
    if signal.texts is not None:
        raise SignalSetError(f"{signal.id}: its values are words, and {wanted.path} is a number")
    linear = conversion(UNITS.get(signal.unit, signal.unit), CATALOGUE[wanted.path].unit)
    if linear is None:
        raise SignalSetError(f"{signal.id}: {signal.unit} cannot become {CATALOGUE[wanted.path].unit}")
    return CATALOGUE[wanted.path], linear, wanted.reversed


def _field(signal: Signal, command: Command, catalogued: Catalogued, linear: Linear, is_reversed: bool) -> Field | str:
    little = signal.little_endian and signal.bits > 8
    if signal.bits > _MOST_BITS or (little and (signal.bits % 8 or signal.bit % 8)):
        return "its bits cannot be said in a set of ours"
    add, sign = corrected(signal, command), -1.0 if is_reversed else 1.0
    low, high = (signal.low, signal.high) if believes_range(signal) else (-inf, inf)
    ends = sorted(sign * end * linear.mul + linear.add for end in (low, high))
    low, high = max(ends[0], catalogued.low), min(ends[1], catalogued.high)
    if low >= high:
        return f"its range lies outside of the catalogue's {catalogued.low} to {catalogued.high}"
    return Field(
        catalogued, signal.bit, signal.bits, signal.signed, little, sign * signal.mul, signal.div, sign * add, linear,
        low, high, not_measured=null_ranges(signal._replace(add=add)),
    )  # fmt: skip


def _length(command: Command, known_pids: Mapping[int, int]) -> int | None:
    """Return the bytes of a PID's data: where nobody has said it, they reach to the last signal that the file knows."""
    if command.service != current_data.SID:
        return None
    return known_pids.get(command.key) or max((signal.bit + signal.bits + 7) // 8 for signal in command.signals)


def _years(given: Years | None, within: frozenset[int] | None) -> Years | None:
    """Return the model years that are left; None: all, `Years()`: none."""
    if within is None:
        return None
    left = [year for year in MODEL_YEARS if year in within and (given is None or given.hold(year))]
    if len(left) == len(MODEL_YEARS):
        return None
    if not left:
        return Years()
    ends = () if given is None else (given.first, given.last)
    untouched = given is not None and left == [year for year in MODEL_YEARS if given.hold(year)]
    if given is not None and untouched and all(end is None or end in MODEL_YEARS for end in ends):
        return given._replace(also=frozenset(year for year in given.also if year in MODEL_YEARS))
    first, last = left[0], left[-1]
    if len(left) == last - first + 1:
        return Years(
            None if first == MODEL_YEARS[0] else first,
            None if last == MODEL_YEARS[-1] else last,
        )
    return Years(also=frozenset(left))
