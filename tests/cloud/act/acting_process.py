"""Act on what is in a folder until there is no more, saying a line after each step; meant to be killed."""

import sys
from pathlib import Path

from cloud.act.consumer import Consumer
from cloud.decision.policy import Policy
from cloud.log.adapters.sqlite import SqliteLog
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.store.engine import open_store


def main(folder: Path, now_ms: int) -> None:
    """Run to the end of the log and of the scores in `folder`."""
    store = open_store(folder)
    log, scores = SqliteLog(folder / "log.sqlite"), SqliteScores(folder / "scores.sqlite")
    consumer = Consumer(store, scores, log, Policy(), at_once=5)
    print("ready", flush=True)
    while consumer.advance(now_ms):
        print("step", flush=True)
    print("done", flush=True)
    scores.close()
    log.close()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
