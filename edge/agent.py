"""The agent's main story: hear the cloud, watch the supply, talk with the car, keep what was learnt, send it."""

from collections.abc import Callable, Iterable
from typing import Final, Literal

import structlog

from contract.columns import Sample
from contract.messages import FreezeFrame
from contract.signals import IS_AWAKE, LATITUDE, LONGITUDE, SUPPLY_VOLTAGE, Signal
from contract.validity import Validity
from edge.batch import SEAL_S, Batcher
from edge.campaign import Kept
from edge.codes import ClearWatch, CodeWatch
from edge.conversation import Conversation
from edge.danger import Danger, DangerWatch
from edge.guidance import Guidance, unguided
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading
from edge.obd.diagnosis import Told
from edge.obd.passive.faults import ActiveFaults
from edge.obd.passive.j1939 import DiagnosticMessage
from edge.obd.passive.listener import Heard
from edge.outbox import Outbox
from edge.ports import CarClock, Draft
from edge.power import Power
from edge.schedule import Schedule
from edge.sealer import Sealer
from edge.session import State
from edge.supply_watch import SupplyWatch
from edge.whereabouts import Whereabouts

Task = Literal["watch", "supply", "seal", "position", "health", "wire"]

TURN_S: Final = 0.02  # real: how long one turn listens to the bus while the car is awake
RESTING_TURN_S: Final = 0.05
WATCH_S: Final = 1.0  # domain, but not more often than every turn
SUPPLY_AWAKE_S: Final = 60.0  # domain
SUPPLY_ASLEEP_S: Final = 300.0
POSITION_S: Final = 60.0
HEALTH_S: Final = 300.0
HEALTH_REAL_S: Final = 60.0
DRAIN_S: Final = 5.0  # real
HOLD_S: Final = 2.0  # real
HOLD_SAMPLES: Final = 256

log = structlog.get_logger()


class Agent:
    """One car's agent over its ports; `now_s` is real monotonic time."""

    def __init__(
        self,
        conversation: Conversation,
        supply: SupplyWatch,
        whereabouts: Whereabouts,
        outbox: Outbox,
        sealer: Sealer,
        clock: CarClock,
        now_s: Callable[[], float],
        guidance: Guidance | None = None,
        show: Callable[[str, Sample], None] = lambda path, sample: None,
    ) -> None:
        self._conversation = conversation
        self._supply = supply
        self._whereabouts = whereabouts
        self._outbox = outbox
        self._sealer = sealer
        self._clock = clock
        self._now_s = now_s
        self._guidance = guidance or unguided()
        self._show = show
        self._batch = Batcher()
        self._codes = CodeWatch()
        self._clears = ClearWatch()
        self._overheard_faults = ActiveFaults()
        self._danger = DangerWatch()
        self._schedule: Schedule[Task] = Schedule()
        self._was_awake: bool | None = None
        self._paces: dict[str, float] = {}
        self._drafts: list[Draft] = []
        self._hold_at_s = 0.0

    def run(self, stopping: Callable[[], bool]) -> None:
        """Live until `stopping`, then seal and give what waits a few seconds to leave."""
        self._outbox.recover()
        if (config := self._guidance.restore()) is not None:
            self._conversation.narrow(config.stop)
        while not stopping() and not self._supply.must_stop:
            self.turn()
        self._drain()

    def turn(self) -> None:
        """Do everything once; nothing here waits longer than one short listen to the bus."""
        for heard in self._outbox.hear():
            if (config := self._guidance.hear(heard)) is not None:
                self._whereabouts.configure(config)
                self._conversation.narrow(config.stop)
        self._keep_time()
        self._collect()
        resting = self._conversation.state is State.ASLEEP
        for told in self._conversation.turn(RESTING_TURN_S if resting else TURN_S):
            self._learn(told)
        self._note_awake()
        for signal, value in self._supply.listen():
            self._sample(signal, value)
        if self._batch.is_full:
            self._seal()
        self._outbox.keep(self._drafts)
        self._drafts.clear()
        self._hold()
        self._outbox.mend_times()
        self._outbox.send()

    def _keep_time(self) -> None:
        domain_s = self._clock.mono_s()
        asleep = self._conversation.state is State.ASLEEP
        self._schedule.every("watch", max(WATCH_S, TURN_S / self._clock.real_s(1.0)), domain_s)
        self._schedule.every("supply", SUPPLY_ASLEEP_S if asleep else SUPPLY_AWAKE_S, domain_s)
        self._schedule.every("position", POSITION_S, domain_s)
        self._schedule.every("health", max(HEALTH_S, HEALTH_REAL_S / self._clock.real_s(1.0)), domain_s)
        self._schedule.every("seal", SEAL_S, domain_s)
        # What is sealed last takes along what was sampled just before.
        due = self._schedule.due(domain_s)
        for task in sorted(due, key=lambda task: task == "seal"):
            match task:
                case "watch":
                    self._watch(domain_s)
                case "supply":
                    self._sample_supply()
                case "position":
                    self._sample_position()
                case "health":
                    self._guidance.report()
                case "wire":
                    self._sample_wire(domain_s)
                case "seal":
                    self._seal()

    def _watch(self, domain_s: float) -> None:
        """Read the supply wire for the session and the alarm, and see whether a job is owed the position."""
        now = self._sealer.now()
        for position, job in self._whereabouts.for_jobs(now.wall_ms, now.quality):
            self._drafts.append(self._sealer.urgent("position", {"job": job}, now, position))
        noticed = self._supply.watch(domain_s)
        if self._supply.is_there:
            self._clears.supply(noticed.voltage_v, domain_s)
        for signal, value in noticed.samples:
            self._sample(signal, value)
        if noticed.low is not None:
            self._drafts.append(self._sealer.urgent("low_voltage", noticed.low, now))
            log.warning("low_voltage", **noticed.low)

    def _collect(self) -> None:
        """Let campaigns begin and end, and ask at the pace they want."""
        domain_s, now = self._clock.mono_s(), self._sealer.now()
        is_awake = self._conversation.state is State.AWAKE
        turns = self._supply.power is Power.CRANKING
        self._keep(self._guidance.note(domain_s, is_awake=is_awake, starter_turns=turns))
        paces = self._guidance.paces(domain_s, now.wall_ms)
        wire_s = paces.pop(SUPPLY_VOLTAGE.path, None)
        if wire_s is None or not self._supply.is_there:
            self._schedule.drop("wire")
        else:
            self._schedule.every("wire", wire_s, domain_s)
        if paces or self._paces:  # every turn: a new ignition cycle has a new agenda
            self._conversation.pace(paces)
        self._paces = paces

    def _sample_wire(self, domain_s: float) -> None:
        """Read the supply for a campaign, which may want it later or never."""
        if (value := self._supply.voltage_v()) is not None:
            self._keep(self._guidance.take(SUPPLY_VOLTAGE.path, "", Sample(self._mono_ms(), value), domain_s))

    def _keep(self, kept: Iterable[Kept]) -> None:
        for one in kept:
            self._batch.add(*one)

    def _sample_supply(self) -> None:
        if self._supply.is_there:
            self._sample(SUPPLY_VOLTAGE, self._supply.voltage_v())

    def _sample_position(self) -> None:
        now = self._sealer.now()
        if said := self._whereabouts.along_the_way(now.wall_ms, now.quality):
            self._sample(LATITUDE, said.position.latitude_deg)
            self._sample(LONGITUDE, said.position.longitude_deg)

    def _sample(self, signal: Signal, value: float | None) -> None:
        validity = Validity.VALUE
        if value is None:
            validity = Validity.NOT_MEASURED
        elif not signal.low <= value <= signal.high:
            validity = Validity.OUT_OF_RANGE
        sample = Sample(self._mono_ms(), value or 0.0, validity)
        self._show(signal.path, sample)
        self._batch.add(signal.path, "", sample)

    def _learn(self, told: Told | Heard) -> None:
        at_s = self._clock.mono_s()
        match told:
            case Heard():
                self._overhear(told)
            case Reading():
                self._learn_reading(told, at_s)
            case CodeRound():
                self._alarm(self._danger.codes(told, at_s))
                self._keep(self._guidance.codes(((s.ecu, code) for s in told.sets for code in s.codes), at_s))
                if self._codes.is_news(told, at_s):
                    self._drafts.append(self._sealer.dtc(told, self._sealer.now()))
            case FreezeFrame():
                self._drafts.append(self._sealer.freeze_frame(told, self._sealer.now()))
            case _:
                log.info("identity", ecu=told.ecu, vin=str(told.vin))  # the VIN masks itself

    def _overhear(self, heard: Heard) -> None:
        if not isinstance(heard.what, DiagnosticMessage):
            self._learn_reading(heard.what, heard.at_s)
        elif (codes := self._overheard_faults.take(heard.what)) is not None:
            self._learn(codes)

    def _learn_reading(self, reading: Reading, at_s: float) -> None:
        """Keep one reading of `at_s` (domain), and see whether it is urgent."""
        sample = Sample(round(at_s * 1000), reading.value, reading.validity, reading.raw)
        self._show(reading.signal, sample)
        self._keep(self._guidance.take(reading.signal, reading.ecu, sample, at_s))
        if facts := self._clears.cleared(reading, at_s):
            self._drafts.append(self._sealer.urgent("codes_cleared", facts, self._sealer.now()))
        self._alarm(self._danger.read(reading, at_s))

    def _alarm(self, danger: Danger | None) -> None:
        if danger is not None:
            self._drafts.append(self._sealer.urgent(danger.event, danger.facts, self._sealer.now()))
            log.warning(danger.event, **danger.facts)

    def _note_awake(self) -> None:
        """Sample the change itself, with the supply at that moment: the first reading after waking is worth most."""
        awake = self._conversation.state is State.AWAKE
        if awake is not self._was_awake:
            self._was_awake = awake
            self._sample(IS_AWAKE, float(awake))
            self._sample_supply()

    def _seal(self) -> None:
        if samples := self._batch.count:
            now = self._sealer.now()
            self._drafts.append(self._sealer.telemetry(self._batch.seal(now.mono_ms), samples, now))

    def _hold(self) -> None:
        """Have the disk hold what is not sealed yet, in groups: a power cut may cost two seconds, never a batch."""
        now_s, samples = self._now_s(), self._batch.untaken
        if samples >= HOLD_SAMPLES or (samples and now_s >= self._hold_at_s):
            now = self._sealer.now()
            self._outbox.hold(self._batch.take(now.mono_ms), samples, now)
            samples = 0
        if not samples:
            self._hold_at_s = now_s + HOLD_S

    def _drain(self) -> None:
        self._seal()
        self._outbox.keep(self._drafts)
        self._drafts.clear()
        self._outbox.drain(DRAIN_S)

    def _mono_ms(self) -> int:
        return round(self._clock.mono_s() * 1000)
