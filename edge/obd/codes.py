"""One round of fault codes: what every ECU that answered lists, in full where it says more than codes."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from contract.messages import DtcSet, DtcStatus, EcuInfo, Fault, Lamp, LampState, Readiness
from edge.obd.addressing import Functional, Link
from edge.obd.dtc import DTC_STATES, Dtc
from edge.obd.facts import ExtendedData

Asked = tuple[Link | Functional, bytes]


class CodeRound(NamedTuple):
    """What all ECUs said; an empty set was asked for and is none, an ECU without a set said nothing."""

    sets: tuple[DtcSet, ...]
    mil_on: bool | None
    faults: tuple[Fault, ...] = ()
    readiness: tuple[Readiness, ...] = ()
    ecus: tuple[EcuInfo, ...] = ()
    lamps: tuple[tuple[Lamp, LampState], ...] = ()  # J1939 only; a lamp that nobody speaks of is not there

    def signature(self, ecu: str) -> frozenset[tuple[DtcStatus, str]]:
        """Return what `ecu` lists, for comparing one round with another."""
        return frozenset((one.status, code) for one in self.sets if one.ecu == ecu for code in one.codes)


class Rounds:
    """Gathers sets until every request of `wanted` was asked once; the MIL is on when any ECU says so."""

    def __init__(self, wanted: Iterable[Asked] = ()) -> None:
        self._wanted = set(wanted)
        self._asked: set[Asked] = set()
        self._sets: dict[tuple[str, str], DtcSet] = {}
        self._mil: dict[str, bool] = {}
        self._in_full: dict[str, tuple[Dtc, ...]] = {}
        self._extended: dict[tuple[str, str], dict[int, bytes]] = {}
        self._readiness: dict[tuple[str, str], Readiness] = {}
        self._ecus: dict[str, EcuInfo] = {}

    def add(self, codes: DtcSet) -> None:
        """Take what one ECU said in one of the services 03, 07 and 0A."""
        self._sets[codes.ecu, codes.status] = codes

    def add_in_full(self, ecu: str, codes: tuple[Dtc, ...], *, are_all: bool) -> None:
        """Take what service 19 said; `are_all` where it is the ECU's only word on its codes."""
        self._in_full[ecu] = codes
        for state in DTC_STATES if are_all else ():
            self.add(DtcSet(ecu=ecu, status=state, codes=tuple(code.text for code in codes if state in code.states)))

    def in_full(self, ecu: str) -> tuple[Dtc, ...]:
        """Return the codes that service 19 last listed of `ecu`."""
        return self._in_full.get(ecu, ())

    def add_extended(self, record: ExtendedData) -> None:
        self._extended.setdefault((record.ecu, record.code), {})[record.number] = record.data

    def add_readiness(self, ready: Readiness) -> None:
        self._readiness[ready.ecu, ready.scope] = ready

    def add_ecu(self, about: EcuInfo) -> None:
        """Take what an ECU says of itself, beside what it said before."""
        told = {name: value for name in about.__struct_fields__ if (value := getattr(about, name))}
        self._ecus[about.ecu] = msgspec.structs.replace(self._ecus.get(about.ecu, about), **told)

    def mil(self, ecu: str, on: bool) -> None:
        """Take what `ecu` last said of the MIL."""
        self._mil[ecu] = on

    def give_up(self, asked: Asked) -> None:
        """`asked` is refused and will not be asked again."""
        self._wanted.discard(asked)

    def wait_for(self, asked: Asked) -> None:
        """A round now needs `asked` too."""
        self._wanted.add(asked)

    def asked(self, asked: Asked) -> CodeRound | None:
        """Everybody has had the time to answer `asked`; return the round when it is over.

        One that comes round again before the others are done (an ECU fell silent) ends the round too.
        """
        again = asked in self._asked
        self._asked.add(asked)
        if not (again or self._wanted <= self._asked):
            return None
        sets = tuple(self._sets.values())
        self._asked.clear()
        self._sets.clear()
        if not sets:
            return None
        mil_on = any(self._mil.values()) if self._mil else None
        return CodeRound(
            sets, mil_on, tuple(self._faults(sets)), tuple(self._readiness.values()), tuple(self._ecus.values())
        )

    def _faults(self, sets: tuple[DtcSet, ...]) -> Iterable[Fault]:
        """Yield in full what the sets list; what an ECU no longer lists is forgotten."""
        listed = {(one.ecu, code[:5]) for one in sets for code in one.codes}
        for ecu in sorted(self._in_full.keys() & {one.ecu for one in sets}):
            kept = tuple(code for code in self._in_full[ecu] if (ecu, code.base) in listed or code.test_failed)
            self._in_full[ecu] = kept
            for code in kept:
                extended = self._extended.get((ecu, code.text), {})
                yield Fault(ecu=ecu, code=code.text, status=code.status, extended=dict(extended))
        known = {(ecu, code.text) for ecu, codes in self._in_full.items() for code in codes}
        self._extended = {key: records for key, records in self._extended.items() if key in known}
