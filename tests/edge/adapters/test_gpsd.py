"""A gpsd of the distribution, fed by a receiver of our own on a pty."""

import os
import pty
import shutil
import socket
import subprocess
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.adapters.gpsd import GpsdPosition
from edge.adapters.position import REOPEN_S
from edge.nmea import checksum
from tests.edge.brokers import eventually, free_port

RMC = "GPRMC,081836,A,3113.824,N,12128.422,E,000.0,360.0,220126,,,A"
GGA = "GPGGA,081836,3113.824,N,12128.422,E,1,08,0.9,10.0,M,8.0,M,,"


def sentence(body: str) -> bytes:
    return f"${body}*{checksum(body.encode()):02X}\r\n".encode()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def gpsd(tmp_path: Path) -> Iterator[int]:
    """Run gpsd on loopback over a pty on which a receiver speaks; yield its port."""
    program = shutil.which("gpsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("needs gpsd, which this machine has not: apt-get install gpsd")
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    device, port, stop = os.ttyname(theirs), free_port(), threading.Event()

    def speak() -> None:
        while not stop.is_set():
            os.write(ours, sentence(RMC) + sentence(GGA))
            stop.wait(0.2)

    speaker = threading.Thread(target=speak, daemon=True)
    speaker.start()
    command = [program, "-N", "-n", "-b", "-S", str(port), device]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lambda: listens(port))
    yield port
    process.terminate()
    process.wait(10.0)
    stop.set()
    speaker.join(5.0)
    os.close(ours)
    os.close(theirs)


def test_a_real_gpsd_says_where_the_car_is(gpsd: int) -> None:
    position = GpsdPosition("127.0.0.1", gpsd)

    eventually(lambda: position.fix() is not None)

    fix = position.fix()
    assert fix is not None
    assert fix.latitude_deg == pytest.approx(31.2304, abs=1e-4)
    assert fix.longitude_deg == pytest.approx(121.4737, abs=1e-4)
    position.close()


def test_a_gpsd_that_is_away_is_no_position_and_is_tried_again_only_later() -> None:
    now, port = [0.0], free_port()
    position = GpsdPosition("127.0.0.1", port, now_s=lambda: now[0])
    assert position.fix() is None

    with socket.create_server(("127.0.0.1", port)) as server:
        assert position.fix() is None
        now[0] = REOPEN_S + 0.1
        position.fix()
        line, _ = server.accept()
        assert line.recv(100).startswith(b"?WATCH=")
        line.sendall(b'{"class":"VERSION"}\n{"class":"TPV","mode":3,"lat":1.5,"lon":2.5}\n{"class"')
        eventually(lambda: position.fix() is not None)
        line.close()
        now[0] += 10.0
        eventually(lambda: position.fix() is None)
    position.close()
