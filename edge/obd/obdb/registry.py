"""Which command an answer belongs to: by service, what was asked and who answered, as the reference decoder picks it.

A command that names the answering id comes first; else every command that names none. What was added later goes before
what was added earlier, so that a model's own commands go before the standard's.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from edge.obd import signalset
from edge.obd.obdb import fields
from edge.obd.obdb.model import Command
from edge.obd.services import current_data

_KEY_BYTES: Final = {0x01: 1, 0x21: 1, 0x22: 2}
_POSITIVE: Final = 0x40


class Prepared(NamedTuple):
    """One command with its signals as the agent's decoder takes them, in both modes."""

    command: Command
    compatible: signalset.Command
    truth: signalset.Command


class Registry:
    """The commands for cars of one model year: the standard's for any ECU, then the model's.

    A command of other years is used where a recorded answer names it and nothing else reads the answer.
    """

    def __init__(self, standard: Iterable[Command], own: Iterable[Command], year: int | None) -> None:
        self._by_request: dict[tuple[int, int], list[Prepared]] = {}
        self._of_other_years: dict[str, Prepared] = {}
        for command in [*(command._replace(rax=None) for command in standard), *own]:
            prepared = Prepared(command, fields.compatible(command), fields.truth(command))
            if command.years is None or (year is not None and command.years.hold(year)):
                self._by_request.setdefault((command.service, command.key), []).append(prepared)
            else:
                self._of_other_years[command.id] = prepared

    def pick(self, response_id: int, payload: bytes, command_id: str = "") -> tuple[list[Prepared], bytes]:
        """Return the commands that a positive answer is read with, and its data behind what was asked."""
        service = payload[0] - _POSITIVE if payload else 0
        width = _KEY_BYTES.get(service)
        if width is None or len(payload) < 1 + width:
            return [], b""
        asked = (service, int.from_bytes(payload[1 : 1 + width], "big"))
        known = self._by_request.get(asked, [])
        other = self._of_other_years.get(command_id)
        if not known and other is not None and (other.command.service, other.command.key) == asked:
            known = [other]
        data = payload[1 + width :]
        named = [prepared for prepared in reversed(known) if prepared.command.response_id == response_id]
        if named:
            return named[:1], data
        open_to_all = [prepared for prepared in reversed(known) if prepared.command.response_id is None]
        return open_to_all[:1] if service == current_data.SID else open_to_all, data
