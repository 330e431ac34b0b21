"""python-OBD reading the emulated car, run by the peers' own Python; told what to read line by line on stdin.

    python benchmarks/peers/python_obd.py PATH    # PATH: a serial line with an ELM327

Says `{}` once it is ready. Each line of stdin is a number of samples; the answer is one JSON line with what was read.
"""

import json
import sys
import time
from typing import Any, Final

import obd

PIDS: Final = (0x0C, 0x0D, 0x05, 0x06, 0x11, 0x0F)
DEADLINE_S: Final = 60.0


def read(connection: Any, samples: int) -> dict[str, Any]:
    """Return at least `samples` samples by PID, the requests, and the wall and CPU seconds that they took."""
    values: dict[str, list[float]] = {f"{pid:02X}": [] for pid in PIDS}
    found = requests = 0
    began_s, cpu_s = time.monotonic(), time.process_time()
    while found < samples:
        for pid in PIDS:
            answer = connection.query(obd.commands[1][pid])
            requests += 1
            if not answer.is_null():
                values[f"{pid:02X}"].append(answer.value.magnitude)
                found += 1
        if time.monotonic() > began_s + DEADLINE_S:
            raise SystemExit(f"{found} of {samples} samples from {requests} requests")
    return {
        "samples": found,
        "requests": requests,
        "wall_s": time.monotonic() - began_s,
        "cpu_s": time.process_time() - cpu_s,
        "values": values,
    }


def main() -> None:
    """Read what stdin asks for, until it ends."""
    connection = obd.OBD(sys.argv[1])
    try:
        if not connection.is_connected():
            raise SystemExit(f"no car behind {sys.argv[1]}: {connection.status()}")
        print("{}", flush=True)
        for line in sys.stdin:
            print(json.dumps(read(connection, int(line))), flush=True)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
