"""What is asked about codes beside the rounds: what is new is asked about in full, and then left alone for an hour.

Codes go round on a period, and at once when the MIL or the number of codes changes. Where an ECU lists other codes than
before it is asked for its freeze frame (service 02, or 19 03 and 04) and for the codes in full (19 02, 06). What an ECU
says of itself (service 09, or DIDs F8xx) is asked once in an ignition cycle.
"""

from collections.abc import Mapping
from typing import Final

from contract.messages import DtcSet, EcuInfo, FreezeFrame, Readiness
from contract.signals import DTC_COUNT, MIL_ON
from contract.validity import Validity
from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, Functional, Link
from edge.obd.agenda import Agenda, Task
from edge.obd.codes import CodeRound, Rounds
from edge.obd.decode import Reading
from edge.obd.diagnostics import INFO_DIDS
from edge.obd.discovery import Protocol
from edge.obd.facts import (
    CodeList,
    ExtendedData,
    Fact,
    FrameCause,
    FrozenData,
    Identity,
    StoredFrames,
    Supports,
)
from edge.obd.frame_collector import FrameCollector
from edge.obd.services import dtc_information, freeze_frame, read_data_by_identifier, trouble_codes
from edge.obd.services import vehicle_information as information

AGAIN_S: Final = 3_600.0  # domain: unchanged codes are asked about in full this often
ABOUT_S: Final = 30.0  # domain: what an ECU says of itself can wait until the first readings are in
MOST_FRAMES: Final = 8  # of one ECU at a time
MOST_TRIES: Final = 2
_INFOTYPES: Final = (information.CALIBRATIONS, information.VERIFICATIONS, information.ECU_NAME)
_COUNTS: Final = (MIL_ON.path, DTC_COUNT.path)

Told = Reading | CodeRound | Identity | FreezeFrame


class Diagnosis:
    """One ignition cycle; times are the domain's."""

    def __init__(self, lengths: Mapping[int, int], protocol: Protocol = "j1979") -> None:
        """Take the lengths of the PIDs that can be read in a freeze frame, and how the car speaks."""
        self._protocol = protocol
        self._rounds = Rounds()
        self._frames = FrameCollector(lengths)
        self._code_requests: list[tuple[Link | Functional, bytes]] = []
        self._links: dict[str, Link] = {}
        self._counts: dict[tuple[str, str], float] = {}
        self._seen: dict[str, frozenset[tuple[str, str]]] = {}
        self._again_at_s: dict[str, float] = {}
        self._tries: dict[tuple[Link | Functional, bytes], int] = {}
        self._told: set[tuple[str, str, int]] = set()

    def begin(self, links: Mapping[Link, frozenset[int]], agenda: Agenda, period_s: float, domain_s: float) -> None:
        """Put on the agenda what is asked about codes in a car with these ECUs."""
        self._links = {link.ecu: link for link in links}
        self._code_requests = list(self._requests_for_codes())
        self._rounds = Rounds(self._code_requests)
        agenda.add(Task(target, request, period_s, domain_s) for target, request in self._code_requests)
        for link in links:
            self._rounds.add_ecu(EcuInfo(ecu=link.ecu, protocol=self._protocol))
            self._ask_once(link, self._about(information.SUPPORTED), agenda, domain_s + ABOUT_S)

    def hear(self, link: Link, fact: Fact, agenda: Agenda, domain_s: float) -> list[Told]:
        """Take one fact of an answer; return what is to be told at once."""
        match fact:
            case Reading():
                self._count(fact, agenda, domain_s)
                return [fact]
            case Identity():
                return [fact]
            case DtcSet():
                self._rounds.add(fact)
            case CodeList():
                self._rounds.add_in_full(fact.ecu, fact.codes, are_all=self._protocol == "j1979-2")
            case ExtendedData():
                self._rounds.add_extended(fact)
            case Readiness():
                self._rounds.add_readiness(fact)
            case EcuInfo():
                self._rounds.add_ecu(fact)
            case FreezeFrame():
                return self._tell([fact])
            case StoredFrames():
                for code, number in fact.records[:MOST_FRAMES]:
                    request = dtc_information.make_request(dtc_information.SNAPSHOT, code, number)
                    self._ask_once(link, request, agenda, domain_s)
            case Supports(request=request) if request == self._about(information.SUPPORTED):
                for infotype in (*_INFOTYPES, *((information.VIN_INFOTYPE,) if self._protocol == "j1979-2" else ())):
                    if infotype in fact.identifiers:
                        self._ask_once(link, self._about(infotype), agenda, domain_s)
            case FrameCause() | Supports() | FrozenData():
                for request in self._frames.take(fact):
                    self._ask_once(link, request, agenda, domain_s)
                return self._tell(self._frames.complete())
        return []

    def closed(
        self, target: Link | Functional, request: bytes, agenda: Agenda, domain_s: float, *, answered: bool
    ) -> list[Told]:
        """No more answers can come to this request."""
        asked = (target, request)
        told: list[Told] = []
        if asked in self._tries and self._is_over(asked, agenda, answered=answered) and isinstance(target, Link):
            self._frames.give_up(target.ecu, request)
            told += self._tell(self._frames.complete())
        if asked in self._code_requests:
            if agenda.is_refused(target, request):
                self._instead(asked, agenda, domain_s)
            if (codes := self._rounds.asked(asked)) is not None:
                self._follow_up(codes, agenda, domain_s)
                told.append(codes)
        return told

    def _requests_for_codes(self) -> list[tuple[Link | Functional, bytes]]:
        if self._protocol == "j1979-2":
            request = dtc_information.make_request(dtc_information.BY_STATUS)
            return [(link, request) for link in self._links.values()]
        return [
            (functional, trouble_codes.make_request(service))
            for functional in (FUNCTIONAL_11BIT, FUNCTIONAL_29BIT)
            if any(link.extended == functional.extended for link in self._links.values())
            for service in trouble_codes.STATUSES
        ]

    def _about(self, infotype: int) -> bytes:
        if self._protocol == "j1979-2":
            return read_data_by_identifier.make_request(INFO_DIDS | infotype)
        return information.make_request(infotype)

    def _count(self, reading: Reading, agenda: Agenda, domain_s: float) -> None:
        """Let the codes come round now when the MIL or the number of codes is another than before."""
        if reading.signal not in _COUNTS or reading.validity is not Validity.VALUE:
            return
        if reading.signal == MIL_ON.path:
            self._rounds.mil(reading.ecu, reading.value > 0)
        key = (reading.signal, reading.ecu)
        if self._counts.get(key, reading.value) != reading.value:
            for target, request in self._code_requests:
                agenda.soon(target, request, domain_s)
        self._counts[key] = reading.value

    def _instead(self, asked: tuple[Link | Functional, bytes], agenda: Agenda, domain_s: float) -> None:
        """Ask an ECU that refuses 19 02 for all its codes with their status (19 0A), and nothing if it refuses that."""
        target, request = asked
        self._code_requests.remove(asked)
        self._rounds.give_up(asked)
        if request[:2] == bytes((dtc_information.SID, dtc_information.BY_STATUS)):
            other = (target, dtc_information.make_request(dtc_information.SUPPORTED))
            self._code_requests.append(other)
            self._rounds.wait_for(other)
            agenda.add([Task(*other, AGAIN_S, domain_s)])

    def _follow_up(self, codes: CodeRound, agenda: Agenda, domain_s: float) -> None:
        for ecu, link in self._links.items():
            listed = codes.signature(ecu)
            changed = listed != self._seen.get(ecu, frozenset())
            self._seen[ecu] = frozenset(listed)
            if not listed:
                self._frames.forget(ecu)
                self._told = {told for told in self._told if told[0] != ecu}
            elif changed or domain_s >= self._again_at_s.get(ecu, domain_s):
                self._again_at_s[ecu] = domain_s + AGAIN_S
                for request in self._in_full(ecu):
                    self._ask_once(link, request, agenda, domain_s)

    def _in_full(self, ecu: str) -> list[bytes]:
        if self._protocol == "j1979":
            return [
                freeze_frame.make_request(freeze_frame.STORED_BY),
                dtc_information.make_request(dtc_information.BY_STATUS),
            ]
        codes_in_full = self._rounds.in_full(ecu)[:MOST_FRAMES]
        return [
            dtc_information.make_request(dtc_information.SNAPSHOT_NUMBERS),
            *(dtc_information.make_request(dtc_information.EXTENDED_DATA, code) for code in codes_in_full),
        ]

    def _ask_once(self, link: Link, request: bytes, agenda: Agenda, domain_s: float) -> None:
        self._tries[link, request] = 0
        agenda.ask_once(link, request, domain_s)

    def _is_over(self, asked: tuple[Link | Functional, bytes], agenda: Agenda, *, answered: bool) -> bool:
        """Say whether what is asked once was answered in vain, refused, or asked often enough."""
        self._tries[asked] += 1
        if not (answered or agenda.is_refused(*asked) or self._tries[asked] >= MOST_TRIES):
            return False
        del self._tries[asked]
        if not agenda.is_refused(*asked):
            agenda.drop(*asked)
        return True

    def _tell(self, frames: list[FreezeFrame]) -> list[Told]:
        fresh = [frame for frame in frames if (frame.ecu, frame.code, frame.number) not in self._told]
        self._told |= {(frame.ecu, frame.code, frame.number) for frame in fresh}
        return [*fresh]
