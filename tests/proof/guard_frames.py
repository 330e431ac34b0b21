"""Reliability row E19 at any length: random frames, random cars, and not one frame outside the list.

    python -m tests.proof.guard_frames 10000000 [--seed S] [--json]

One half of the frames goes to a guard that is awake: it must send exactly what the list as a person wrote it down has
(`tests/edge/obd/allow_list.py`). The other half goes to guards that live: cars fall asleep, other testers come, ECUs
begin to answer, settings stop services. A judge that knows nothing of the guard's code says of each frame on the bus
whether anything allows it to be there.
"""

import argparse
import json
import random
import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from edge.obd.frames import CanFrame
from edge.obd.guard import Guard, Verdict
from edge.obd.stops import stops
from tests.edge.obd.allow_list import ANSWERS, WHOLE_REQUESTS, may_be_requested, random_frame
from tests.edge.obd.bus import Bus, awake

LIFE: Final = 2_000  # frames that one guard is offered
EVERY: Final = 500_000
STOPS: Final = (
    "01",
    "02",
    "03",
    "09",
    "19",
    "22",
    "21",
    "7E0",
    "7DF",
    "7A0",
    "79B",
    "18DB33F1",
    "18DA10F1",
    "17FC007B",
)


class Tally(NamedTuple):
    """What was offered, what was sent, and how many of those the judge could not explain."""

    offered: int
    sent: int
    astray: int


def exactly(count: int, chance: random.Random) -> Tally:
    """Offer frames to a guard that is awake: it sends those of the list and no others."""
    sent = astray = 0
    for n in range(count):
        bus, candidate = Bus(), random_frame(chance)
        tester_present = n % 2 == 0
        went = awake(bus, tester_present=tester_present).send(candidate, 0.0) is Verdict.SENT
        may = may_be_requested(*candidate, tester_present)
        sent += went
        astray += went != may or bus.frames != ([candidate] if may else [])
    return Tally(count, sent, astray)


class Judge:
    """Sees what the guard is told, and says of a frame on the bus whether anything allows it to be there."""

    def __init__(self, tester_present: bool, polling: bool, stopped: Sequence[str]) -> None:
        self.tester_present = tester_present
        self.polling = polling
        self.stopped = stopped
        self.is_awake = False
        self.other_s = -1e9
        self.asked: dict[tuple[int, bool], float] = {}
        self.begun: dict[tuple[int, bool], float] = {}
        self.sent_s: deque[float] = deque(maxlen=10)

    def allows(self, frame: CanFrame, now_s: float) -> bool:
        key = (frame.can_id, frame.extended)
        name = f"{frame.can_id:08X}" if frame.extended else f"{frame.can_id:03X}"
        if not self.polling or not self.is_awake or now_s < self.other_s + 60.0 or name in self.stopped:
            return False
        if frame.data[0] in (0x30, 0x32):
            begun_s = self.begun.pop(key, -1e9)
            return len(frame.data) == 8 and now_s < begun_s + 1.0
        if not may_be_requested(*frame, self.tester_present) or f"{frame.data[1]:02X}" in self.stopped:
            return False
        in_time = len(self.sent_s) < 10 or now_s - self.sent_s[0] >= 1.0
        self.sent_s.append(now_s)
        self.asked[key] = now_s
        return in_time

    def first_frame(self, target: tuple[int, bool], now_s: float) -> None:
        """An ECU began to answer: that is owed a flow control if it was asked within ten seconds."""
        functional = (0x18DB33F1, True) if target[1] else (0x7DF, False)
        asked_s = [self.asked.get(target, -1e9)]
        asked_s += [self.asked.get(functional, -1e9)] if target not in WHOLE_REQUESTS else []
        if now_s < max(asked_s) + 10.0:
            self.begun[target] = now_s


TARGETS: Final = [(0x7E0, False), (0x7E3, False), (0x18DA10F1, True), *ANSWERS]
RESPONSES: Final = {(0x7E0, False): 0x7E8, (0x7E3, False): 0x7EB, (0x18DA10F1, True): 0x18DAF110, **ANSWERS}


def living(count: int, chance: random.Random) -> Tally:
    """Offer frames to one guard while its car lives."""
    stopped = chance.sample(STOPS, chance.randrange(3))
    remote = chance.sample(STOPS, chance.randrange(3))
    judge = Judge(chance.random() < 0.5, chance.random() < 0.9, [*stopped, *remote])
    bus = Bus()
    guard = Guard(bus, polling=judge.polling, tester_present=judge.tester_present, stops=stops(stopped))
    guard.narrow(stops(remote))
    now_s = astray = 0.0
    for _ in range(count):
        now_s += chance.choice((0.0, 0.01, 0.05, 0.2, 0.2, 0.6)) if chance.random() < 0.99 else 30.0
        happens = chance.random()
        if happens < 0.02:
            _sleep_or_wake(guard, judge, chance)
        elif happens < 0.023:
            target = chance.choice(TARGETS)
            guard.observe(CanFrame(*target, bytes(8)), now_s)
            judge.other_s, judge.asked, judge.begun = now_s, {}, {}
        elif happens < 0.25:
            target = chance.choice(TARGETS)
            guard.observe(CanFrame(RESPONSES[target], target[1], bytes.fromhex("1024490201544D42")), now_s)
            judge.first_frame(target, now_s)
        before = len(bus.frames)
        guard.send(_offered(chance), now_s)
        astray += sum(not judge.allows(frame, now_s) for frame in bus.frames[before:])
    return Tally(count, len(bus.frames), int(astray))


def _sleep_or_wake(guard: Guard, judge: Judge, chance: random.Random) -> None:
    judge.is_awake = chance.random() < 0.8
    if judge.is_awake:
        guard.wake()
    else:
        guard.sleep()
        judge.asked, judge.begun = {}, {}


def _offered(chance: random.Random) -> CanFrame:
    if chance.random() < 0.8:
        return random_frame(chance)
    head = bytes((chance.choice((0x30, 0x30, 0x31, 0x32, 0x33)), 0, chance.choice((0, 10))))
    return CanFrame(*chance.choice(TARGETS), head.ljust(8, b"\x55"))


def run(count: int, seed: int) -> Tally:
    """Offer `count` frames, half of them to guards that live; progress goes to stderr."""
    chance = random.Random(seed)
    total = Tally(0, 0, 0)
    began_s, told = time.monotonic(), 0
    while total.offered < count:
        size = min(LIFE, count - total.offered)
        tally = exactly(size, chance) if total.offered % (2 * LIFE) < LIFE else living(size, chance)
        total = Tally(*(a + b for a, b in zip(total, tally, strict=True)))
        if total.offered // EVERY > told:
            told = total.offered // EVERY
            print(f"{total.offered:,} offered, {total.sent:,} sent, {total.astray} astray,"
                  f" {time.monotonic() - began_s:.0f} s", file=sys.stderr)  # fmt: skip
    return total


def main() -> int:
    """Run as a command; status 1 when one frame went astray."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=10_000_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    seed = random.SystemRandom().getrandbits(32) if args.seed is None else args.seed
    print(f"seed {seed}", file=sys.stderr)
    tally = run(args.count, seed)
    if args.json:
        print(json.dumps({"seed": seed, **tally._asdict()}))
    else:
        print(f"{tally.offered:,} frames offered, {tally.sent:,} sent, {tally.astray} outside the list (seed {seed})")
    return 1 if tally.astray else 0


if __name__ == "__main__":
    raise SystemExit(main())
