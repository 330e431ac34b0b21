"""The agent as a process whose clock starts in 1970, a broker behind TLS, and somebody who sets the clock."""

import time
from pathlib import Path

import pytest

from tests.edge.authority import Authority, tls_broker
from tests.edge.brokers import Cloud, eventually, free_port, listens
from tests.edge.process import Process, SlcanCar, digest
from tests.support import disk_faults

BEHIND_S = round(time.time()) - 86_400  # the second of January 1970
UP_WITHIN_S = 120.0

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


def test_it_keeps_what_it_learns_says_what_is_wrong_and_connects_once_the_clock_is_set(
    tmp_path: Path, mosquitto_program: Path, c_compiler: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = disk_faults.build(c_compiler, tmp_path, disk_faults.OTHER_CLOCK)
    behind = tmp_path / "behind_s"
    behind.write_text(str(BEHIND_S))
    authority, plain = Authority(tmp_path / "authority"), free_port()
    lines = (f"listener {plain} 127.0.0.1",)
    car = SlcanCar()
    with tls_broker(mosquitto_program, authority, *lines) as port:
        eventually(lambda: listens(plain))
        cloud = Cloud(plain)
        monkeypatch.setenv("LD_PRELOAD", str(shim))
        monkeypatch.setenv("OTHER_CLOCK", str(behind))
        tls = {"host": "localhost", "protocol": "5", "tls": True, "ca_file": authority.ca_file}
        with Process(tmp_path, car, port, clock="real", **tls) as agent:
            agent.start()
            eventually(lambda: any("not yet valid" in row.get("reason", "") for row in agent.log()), within_s=60.0)
            agent.supply.write_text("9000")  # something urgent, so that something is accepted at once
            eventually(agent.witnessed, within_s=60.0)
            assert not any(row["event"] == "uplink_up" for row in agent.log())
            assert cloud.deliveries == 0

            behind.write_text("0")
            set_s = time.monotonic()
            eventually(lambda: any(row["event"] == "uplink_up" for row in agent.log()), within_s=UP_WITHIN_S)
            accepted = agent.witnessed()
            eventually(lambda: accepted.keys() <= cloud.records.keys(), within_s=UP_WITHIN_S)
            print(f"up and told within {time.monotonic() - set_s:.1f} s of the clock being set")

        assert {place: digest(payload) for place, payload in cloud.records.items()}.items() >= accepted.items()
        monkeypatch.undo()
        cloud.close()
    car.close()
