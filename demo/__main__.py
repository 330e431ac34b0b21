"""`python -m demo`: the whole loop on this machine, until Ctrl-C or for a given time."""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.live import Live

from demo.processes import StartError
from demo.screen import render
from demo.stage import FACTOR, Stage, talk
from demo.verdict import summary
from demo.watch import Watcher


def main() -> int:
    """Set the stage, watch, clear the stage, give the verdict; 0 when the loop closed or a person stopped it."""
    options = _options()
    stopped = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    folder = Path(tempfile.mkdtemp(prefix="outrider-demo-"))
    stage = Stage(folder, http_port=options.port, seed=options.seed)
    watcher = Watcher(stage.url, stage.operator)
    began = time.monotonic()
    try:
        talk(f"starting {len(stage.cars)} cars, their agents, the cloud and {len(stage.partners)} rescue partners")
        stage.set_up()
        talk(f"the UI: {stage.url}/#token={stage.operator}")
        _watch(stage, watcher, options, began, stopped)
        watcher.look()
    except StartError as error:
        talk(f"could not start: {error}")
        stage.clear()
        return 1
    finally:
        days = stage.simulated_days()
        watcher.seen.killed = stage.clear()
        watcher.close()
    return _verdict(stage, watcher, days, options, keep=options.keep)


def _watch(stage: Stage, watcher: Watcher, options: argparse.Namespace, began: float, stopped: threading.Event) -> None:
    console = Console(stderr=True)
    live = Live(console=console, auto_refresh=False, transient=False)
    fancy = console.is_terminal and not options.json
    if fancy:
        live.start()
    try:
        said: set[str] = set()
        while not stopped.wait(1.0) and (not options.duration or time.monotonic() - began < options.duration):
            watcher.look()
            gone = stage.ended()
            days = stage.simulated_days()
            head = f"Outrider demo  clock x{FACTOR:g}, {days:.2f} simulated days  {stage.url}/#token={stage.operator}"
            foot = " ".join([watcher.trouble, *(f"{name} has ended!" for name in gone), "Ctrl-C stops everything"])
            if fancy:
                live.update(render(stage.cars, watcher.vehicles, watcher.seen, head, foot), refresh=True)
            else:
                _tell_news(watcher, said)
    finally:
        if fancy:
            live.stop()


def _tell_news(watcher: Watcher, said: set[str]) -> None:
    """Say each new case, job state and reminder once, for a terminal that is no screen."""
    news = [
        f"case: {case['vehicle']['name']} {case['cause']} -> {(case['decision'] or {}).get('action', 'undecided')}"
        for case in watcher.seen.cases
    ]
    news += [f"job: {job['vehicle']['name']} {job['service']} {job['state']}" for job in watcher.seen.jobs]
    news += [f"reminder: {row['vehicle']['name']} {row['kind']} {row['state']}" for row in watcher.seen.reminders]
    for line in news:
        if line not in said:
            said.add(line)
            talk(line)


def _verdict(stage: Stage, watcher: Watcher, days: float, options: argparse.Namespace, *, keep: bool) -> int:
    watcher.seen.truths = stage.truths()
    watcher.seen.ledger = stage.ledger()
    result = summary(watcher.seen, FACTOR, days)
    talk(f"{days:.2f} simulated days at factor {FACTOR:g}; closed: {result['closed']}")
    for fault in result["why_not"]:
        talk(f"  {fault}")
    if keep or (options.duration and not result["closed"]):
        talk(f"logs and data are in {stage.folder}")
    else:
        shutil.rmtree(stage.folder, ignore_errors=True)
    if options.json:
        print(json.dumps(result), flush=True)
    return 0 if result["closed"] or not options.duration else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--duration", type=float, default=0.0, help="real seconds to run unattended; 0: until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="one JSON summary as the last line of stdout")
    parser.add_argument("--port", type=int, default=8080, help="port of the UI; a free one is taken if it is in use")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulated world")
    parser.add_argument("--keep", action="store_true", help="keep logs and data even when all went well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
