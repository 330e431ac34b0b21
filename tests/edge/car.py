"""A petrol car's engine ECU in a few lines, frames in and frames out, and an agent of fakes around it."""

from contract import codec, columns
from contract.columns import Sample
from contract.messages import AnyRecorded, Campaign, DtcReport, TelemetryBatch, UrgentEvent
from contract.signals import SUPPLY_VOLTAGE
from edge.adapters import passive_tables, signal_sets
from edge.adapters.spool_memory import MemorySpool
from edge.agent import SUPPLY_AWAKE_S, Agent
from edge.campaign import Campaigns
from edge.conversation import Conversation
from edge.guidance import Forgetful, Guidance
from edge.guiding import asked_of
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard
from edge.obd.passive.listener import Listener
from edge.obd.poller import Poller
from edge.outbox import Outbox
from edge.ports import Fix, Spool
from edge.remote import Remote
from edge.sealer import Sealer
from edge.session import Session
from edge.supply_watch import SupplyWatch
from edge.whereabouts import Whereabouts
from tests.edge.fakes import FakeBus, FakeClock, FakePosition, FakePowerSwitch, FakeSupply, FakeUplink

SUPPORTED = {0x01: "00070000", 0x0C: "0FA0", 0x0D: "32", 0x20: "80000001", 0x31: "0010", 0x40: "40000000", 0x42: "36B0"}


def bitmap(base: int) -> str:
    """Return the support bitmap that belongs to `SUPPORTED`."""
    bits = sum(1 << (32 - (pid - base)) for pid in SUPPORTED if base < pid <= base + 32)
    return f"{bits:08X}"


class Ecu:
    """ECU 7E8: answers what it supports, as long as its ignition is on."""

    def __init__(self) -> None:
        self.is_on = True
        self.codes = "00"
        self.values = dict(SUPPORTED)

    def answer(self, frame: CanFrame) -> list[CanFrame]:
        if not self.is_on or frame.can_id not in (0x7DF, 0x7E0) or frame.data[0] >> 4:
            return []
        request = frame.data[1 : 1 + frame.data[0]]
        if request[0] == 0x01:
            body = "41" + "".join(self._pid(pid) for pid in request[1:])
        elif request[0] in (0x03, 0x07, 0x0A):
            body = f"{request[0] + 0x40:02X}" + (self.codes if request[0] == 0x03 else "00")
        else:
            return []
        return frames(bytes.fromhex(body)) if len(body) > 2 else []

    def _pid(self, pid: int) -> str:
        if pid % 0x20 == 0:
            return f"{pid:02X}{bitmap(pid)}"
        return f"{pid:02X}{self.values[pid]}" if pid in self.values else ""


def frames(payload: bytes) -> list[CanFrame]:
    """Return `payload` as ISO-TP frames of ECU 7E8; flow control is taken for granted."""
    if len(payload) <= 7:
        return [CanFrame(0x7E8, False, (bytes((len(payload),)) + payload).ljust(8, b"\x55"))]
    first = bytes((0x10 | len(payload) >> 8, len(payload) & 0xFF)) + payload[:6]
    rest = [payload[at : at + 7] for at in range(6, len(payload), 7)]
    return [
        CanFrame(0x7E8, False, first),
        *(CanFrame(0x7E8, False, (bytes((0x20 | n % 16,)) + part).ljust(8, b"\x55")) for n, part in enumerate(rest, 1)),
    ]


class Car:
    """An agent in a car of fakes; `turn` lets it live."""

    def __init__(
        self,
        *,
        factor: float = 1.0,
        sets: tuple[str, ...] = ("sae-j1979",),
        spool: Spool | None = None,
        off_below_v: float = 0.0,
        was_used: bool = False,
        passive: str = "",
        campaigns: tuple[Campaign, ...] = (),
    ) -> None:
        self.ecu = Ecu()
        self.clock = FakeClock(factor=factor)
        self.bus = FakeBus(self.clock, self.ecu.answer)
        self.supply = FakeSupply(14.2)
        self.position = FakePosition(Fix(31.2304, 121.4737))
        self.uplink = FakeUplink(self.clock)
        self.spool = spool or MemorySpool(1 << 24)
        interpreter = signal_sets.interpreter(sets)
        self.switch = FakePowerSwitch(was_used=was_used)
        session = Session(has_supply=True)
        self.watch = SupplyWatch(self.supply, session, self.clock.now_s, self.switch, off_below_v=off_below_v)
        self.conversation = Conversation(
            self.bus,
            Guard(self.bus, polling=bool(sets)),
            Poller(interpreter),
            session,
            interpreter.links,
            self.clock.now_s,
            self.clock.mono_s,
            Listener(passive_tables.load(passive)) if passive else None,
        )
        sealer = Sealer("car-1", self.clock)
        asked = asked_of(interpreter)
        self.health_reports = 0
        collected = Campaigns({SUPPLY_VOLTAGE.path: SUPPLY_AWAKE_S, **asked}, campaigns)
        guidance = Guidance(Remote(Forgetful(), asked, campaigns), collected, self._report)
        self.agent = Agent(
            self.conversation,
            self.watch,
            Whereabouts(self.position.fix),
            Outbox(self.spool, self.uplink, sealer, self.clock.now_s),
            sealer,
            self.clock,
            self.clock.now_s,
            guidance,
        )
        self.uplink.start()

    def _report(self) -> None:
        self.health_reports += 1

    def live(self, domain_s: float) -> "Car":
        """Let `domain_s` domain seconds pass."""
        end_s = self.clock.mono_s() + domain_s
        while self.clock.mono_s() < end_s:
            self.agent.turn()
        return self

    def said(self, kind: type[AnyRecorded]) -> list[AnyRecorded]:
        """Return the messages of `kind` that were published."""
        decoded = (codec.decode(payload) for _, payload in self.uplink.published)
        return [message for message in decoded if isinstance(message, kind)]

    def batches(self) -> list[TelemetryBatch]:
        return [m for m in self.said(TelemetryBatch) if isinstance(m, TelemetryBatch)]

    def events(self) -> list[UrgentEvent]:
        return [m for m in self.said(UrgentEvent) if isinstance(m, UrgentEvent)]

    def reports(self) -> list[DtcReport]:
        return [m for m in self.said(DtcReport) if isinstance(m, DtcReport)]

    def samples(self, signal: str) -> list[Sample]:
        """Return every sample of `signal` that was published, in order."""
        return [
            sample
            for batch in self.batches()
            for column in batch.columns
            if column.signal == signal
            for sample in columns.samples(column, batch.mono_ms)
        ]
