"""One round of fault codes: confirmed, pending and permanent, of every ECU that answered."""

from typing import NamedTuple

from contract.messages import DtcSet
from edge.obd.services import trouble_codes


class CodeRound(NamedTuple):
    """What all ECUs said; an empty set was asked for and is none, an ECU without a set said nothing."""

    sets: tuple[DtcSet, ...]
    mil_on: bool | None


class Rounds:
    """Gathers sets until all three kinds have been asked for; the MIL is on when any ECU says so."""

    def __init__(self) -> None:
        self._sets: dict[tuple[str, str], DtcSet] = {}
        self._asked: set[str] = set()
        self._mil: dict[str, bool] = {}

    def add(self, codes: DtcSet) -> None:
        """Take what one ECU said."""
        self._sets[codes.ecu, codes.status] = codes

    def mil(self, ecu: str, on: bool) -> None:
        """Take what `ecu` last said of the MIL."""
        self._mil[ecu] = on

    def asked(self, status: trouble_codes.Status) -> CodeRound | None:
        """Everybody has had the time to answer for `status`; return the round when it was the last of the three."""
        self._asked.add(status)
        if len(self._asked) < len(trouble_codes.STATUSES):
            return None
        sets = tuple(self._sets.values())
        self._asked.clear()
        self._sets.clear()
        return CodeRound(sets, any(self._mil.values()) if self._mil else None) if sets else None
