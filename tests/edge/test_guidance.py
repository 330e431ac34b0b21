"""The agent with guidance in a car of fakes: campaigns change what is asked, and its health reaches the cloud."""

from itertools import pairwise

from contract import codec
from contract.messages import Campaign, Config, ConfigOutcome, Health, Status
from contract.signals import SPEED, SUPPLY_VOLTAGE
from edge.adapters.spool_memory import MemorySpool
from edge.campaign import Campaigns
from edge.care import Care, Counts, Machine
from edge.guidance import Forgetful, Guidance
from edge.obd.guard import REQUESTS_PER_S
from edge.ports import Unreadable
from edge.remote import Remote
from tests.edge.car import Car
from tests.edge.fakes import draft

FAST = Campaign(name="fast", signals=(SPEED.path,), period_ms=1_000)
COUNTS = Counts(10, 1, {"requests": 5}, {"sent": 5}, 0, 0, 2)
MACHINE = Machine(51.5, 1 << 30, None, None)


class Told:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.all: list[Health] = []

    def __call__(self, health: Health) -> None:
        self.all.append(health)


def test_what_became_of_a_config_is_told_at_once_and_once() -> None:
    reports: list[int] = []
    guidance = Guidance(Remote(Forgetful(), {SPEED.path}, ()), Campaigns({SPEED.path: 10.0}), lambda: reports.append(1))
    config = Config(vehicle="car-1", revision=1, campaigns=(FAST,))

    assert guidance.hear(config) == config
    assert guidance.hear(config) is None
    assert len(reports) == 1
    assert guidance.hear(Unreadable("too large")) is None
    assert len(reports) == 2


def test_a_refused_config_changes_no_campaign() -> None:
    guidance = Guidance(Remote(Forgetful(), {SPEED.path}, ()), Campaigns({SPEED.path: 10.0}), lambda: None)
    guidance.hear(Config(vehicle="car-1", revision=1, campaigns=(FAST,)))
    guidance.note(0.0, is_awake=True, starter_turns=False)

    guidance.hear(Config(vehicle="car-1", revision=2, campaigns=(FAST, FAST)))

    assert guidance.paces(0.0, 0) == {SPEED.path: 1.0}


def test_a_report_holds_the_backlog_and_how_old_it_is() -> None:
    told, spool = Told(), MemorySpool(1 << 20)
    care = Care(
        spool=spool,
        counts=lambda: COUNTS,
        machine=lambda: MACHINE,
        outcome=lambda: ConfigOutcome(revision=3, taken=True),
        wall_ms=lambda: 70_000,
        uptime_s=lambda: 12.0,
        starts=4,
        tell=told,
    )
    care.report()
    spool.put([draft(wall_ms=60_000), draft("urgent", wall_ms=65_000)])
    care.report()

    empty, waiting = told.all
    assert (empty.waiting, empty.lag_s) == (0, None)
    assert (waiting.waiting, waiting.lag_s) == (2, 10.0)
    assert (waiting.cpu_degc, waiting.disk_written_bytes, waiting.takeovers, waiting.starts) == (51.5, None, 2, 4)
    assert waiting.config == ConfigOutcome(revision=3, taken=True)


def test_what_is_not_measured_is_not_on_the_wire_at_all() -> None:
    health = Health(uptime_s=1.0, starts=1, waiting=0, waiting_bytes=0)
    status = Status(vehicle="car-1", online=True, boot_id="b", wall_ms=1, agent_version="0", health=health)

    decoded = codec.decode(codec.encode(status))

    assert decoded == status
    assert b"cpu_degc" not in codec.encode(status)


def gaps_s(times_ms: list[int]) -> list[float]:
    """Return how far apart the samples are."""
    return [(later - earlier) / 1000.0 for earlier, later in pairwise(sorted(times_ms))]


def test_a_campaign_makes_the_car_be_asked_sooner_within_the_guard_s_rate() -> None:
    fast = Campaign(name="fast", signals=(SPEED.path,), period_ms=500)
    usual, hastened = Car().live(70), Car(campaigns=(fast,)).live(70)

    rate = len(hastened.samples(SPEED.path)) / max(1, len(usual.samples(SPEED.path)))

    assert rate > 1.5
    asked_s = [at_s for at_s, frame in hastened.bus.sent if frame.data[0] >> 4 == 0]
    assert all(later - earlier >= 1.0 for earlier, later in zip(asked_s, asked_s[REQUESTS_PER_S:], strict=False))


def test_while_the_starter_turns_the_supply_is_read_ten_times_a_second() -> None:
    crank = Campaign(name="crank", signals=(SUPPLY_VOLTAGE.path,), period_ms=100, when="cranking")
    car = Car(campaigns=(crank,))
    car.ecu.values[0x0C] = "0320"  # 200 rpm
    car.live(70)

    times_ms = [sample.mono_ms for sample in car.samples(SUPPLY_VOLTAGE.path)]
    assert sum(gap_s < 0.2 for gap_s in gaps_s(times_ms)) > 50


def test_a_config_with_a_campaign_that_cannot_be_is_refused_and_reported() -> None:
    car = Car().live(10)
    reports = car.health_reports
    bad = Campaign(name="bad", signals=("Vehicle.Nothing",), period_ms=500)

    car.uplink.to_hear.append(Config(vehicle="car-1", revision=1, campaigns=(bad,), stop=("22",)))
    car.live(1)

    assert car.health_reports == reports + 1
