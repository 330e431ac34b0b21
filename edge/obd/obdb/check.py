"""A set's recorded answers through the agent's own reassembler and decoder, compared with the values published beside.

*Compatible* does to a value what the reference decoder does, and must agree with it. *Truth* is what the product uses:
it says how many of those values are none.
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from contract.validity import Validity
from edge.errors import IsoTpError
from edge.obd import decode
from edge.obd.addressing import Link
from edge.obd.frames import CanFrame
from edge.obd.isotp import Reassembler
from edge.obd.obdb import fields, lenient, transcript
from edge.obd.obdb.corpus import Case, is_null, number, same_word
from edge.obd.obdb.lenient import Answer
from edge.obd.obdb.model import Signal
from edge.obd.obdb.registry import Prepared, Registry

ABSOLUTE: Final = 6e-6  # the corpus rounds to five places
RELATIVE: Final = 1e-6

Seen = float | str | None  # a word for an enumeration, None where the reference gives none


class Compared(NamedTuple):
    """One expected value and what became of it."""

    name: str
    expected: str
    seen: Seen
    right: bool
    is_missing: bool = False  # no answer held it
    leniently: bool = False  # only read by putting together what the agent refuses
    as_published: bool = False  # only right by a fault of the published set
    truth: Validity | None = None  # None: no whole answer held it
    truth_agrees: bool = False


class Outcome(NamedTuple):
    """One case."""

    values: tuple[Compared, ...]
    refused: int  # transfers that the reassembler refused
    damaged: int  # lines that are neither frame nor words of the adapter
    answered: bool  # a command of the set knew what was answered

    @property
    def right(self) -> bool:
        return all(value.right for value in self.values)


class _Value(NamedTuple):
    seen: Seen
    as_published: Seen  # by the set's own faults, where it has any
    is_null: bool  # past a null bound, which newer states of the reference heed and older ones do not
    truth: Validity
    truth_seen: Seen


def judge(case: Case, registry: Registry) -> Outcome:
    """Return how the case's answers compare with what it expects of them."""
    width = case.extended if case.extended is not None else _width(case.header)
    heard = transcript.read(case.responses, extended=width)
    if not heard.frames:
        # A recording from a car of the other id width, under a name that leaves it open (7E0 for any ECU).
        heard = transcript.read(case.responses)
        width = bool(heard.frames) and heard.frames[0].extended
    answers, refused = _answers(heard.frames, addressed=case.addressed)
    values = _values(answers, registry, case.command_id)
    loose: dict[str, _Value] = {}
    if not values.keys() >= case.expected.keys():
        answered_loosely = lenient.answers(heard.lines, extended=bool(width), addressed=case.addressed)
        loose = _values(answered_loosely, registry, case.command_id, loosely=True)
    compared = tuple(_compare(name, text, values.get(name), loose.get(name)) for name, text in case.expected.items())
    answered = any(registry.pick(*answer, case.command_id)[0] for answer in answers)
    return Outcome(compared, refused, heard.damaged, answered)


def _width(header: str) -> bool | None:
    """Say whether a command's header is one of 29 bits; None where it is no header."""
    return {3: False, 4: True, 8: True}.get(len(header))


def _answers(frames: tuple[CanFrame, ...], *, addressed: bool) -> tuple[list[Answer], int]:
    first_bytes: dict[tuple[int, bool], Counter[int]] = {}
    for frame in frames:
        first_bytes.setdefault((frame.can_id, frame.extended), Counter())[frame.data[0]] += 1
    # Nobody is answered here, so the request ids of the links stay unused. The address byte is the tester's, F1 at BMW,
    # or whatever a make has chosen for it.
    reassembler = Reassembler(
        Link(0, can_id, extended, None, seen.most_common(1)[0][0] if addressed else None)
        for (can_id, extended), seen in first_bytes.items()
    )
    answers: list[Answer] = []
    refused = 0
    for frame in frames:
        try:
            message = reassembler.feed(frame, 0.0).message
        except IsoTpError:
            refused += 1
            continue
        if message is not None:
            answers.append(Answer(frame.can_id, message.payload))
    return answers, refused


def _values(
    answers: Iterable[Answer], registry: Registry, command_id: str, *, loosely: bool = False
) -> dict[str, _Value]:
    """Return what the answers say; of two that say the same, the later."""
    values: dict[str, _Value] = {}
    for answer in answers:
        picked, data = registry.pick(*answer, command_id)
        for prepared in picked:
            values |= _read(prepared, data, loosely)
    return values


def _read(prepared: Prepared, data: bytes, loosely: bool) -> dict[str, _Value]:
    """Return the signals that `data` holds whole; loosely, the missing bits of an enumeration are zeros."""
    ecu, fields_read = prepared.command.id, prepared.compatible.fields
    compatible = decode.readings(prepared.compatible, ecu, data)
    truths = decode.readings(prepared.truth, ecu, data)
    found: dict[str, _Value] = {}
    for at, signal in enumerate(prepared.command.signals):
        reading = compatible[at]
        if fields_read[at].last_byte >= len(data):
            if signal.texts is None or not loosely:
                continue
            zeros = data.ljust(fields_read[at].last_byte + 1, b"\x00")
            (reading,) = decode.readings(prepared.compatible._replace(fields=(fields_read[at],)), ecu, zeros)
        value = reading.value if reading.validity is Validity.VALUE else None
        fault = signal.add - fields_read[at].add
        past = value is not None and signal.texts is None and fields.is_null(signal, value)
        truth = truths[at]
        found[signal.id] = _Value(
            _seen(signal, value),
            _seen(signal, value + fault) if value is not None and fault else None,
            past,
            truth.validity,
            _said(signal, truth.value) if truth.validity is Validity.VALUE else None,
        )
    return found


def _seen(signal: Signal, value: float | None) -> Seen:
    """Return what the reference shows."""
    return None if value is None else _said(signal, fields.clamp(signal, value))


def _said(signal: Signal, value: float) -> Seen:
    return value if signal.texts is None else fields.word(signal, value)


def _compare(name: str, expected: str, value: _Value | None, loose: _Value | None) -> Compared:
    best = value or loose
    if best is None:
        return Compared(name, expected, None, right=False, is_missing=True)
    right = agrees(expected, best.seen) or (best.is_null and is_null(expected))
    as_published = not right and best.as_published is not None and agrees(expected, best.as_published)
    compared = Compared(name, expected, best.seen, right or as_published, leniently=value is None)
    if value is None:
        return compared
    agreed = value.truth is Validity.VALUE and agrees(expected, value.truth_seen)
    return compared._replace(as_published=as_published, truth=value.truth, truth_agrees=agreed)


def agrees(expected: str, seen: Seen) -> bool:
    """Say whether the text of an expected value means what was seen."""
    if seen is None:
        return is_null(expected)
    if isinstance(seen, str):
        return same_word(expected, seen)
    wanted = number(expected)
    return wanted is not None and math.isclose(seen, wanted, abs_tol=ABSOLUTE, rel_tol=RELATIVE)
