"""Word to systemd, on a socket of the kind that it gives."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.adapters.service_manager import ServiceManager


@pytest.fixture
def line(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.setblocking(False)
        yield made


def heard(line: socket.socket) -> list[bytes]:
    words: list[bytes] = []
    while True:
        try:
            words.append(line.recv(100))
        except BlockingIOError:
            return words


def manager(line: socket.socket, now: list[float], **more: str) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": str(line.getsockname()), **more}, lambda: now[0])


def test_ready_and_stopping_are_said_once_each(line: socket.socket) -> None:
    told = manager(line, [0.0])
    told.ready()
    told.alive()
    told.stopping()

    assert heard(line) == [b"READY=1", b"STOPPING=1"]


def test_a_loop_that_turns_is_told_three_times_in_the_watchdog_s_time(line: socket.socket) -> None:
    now = [0.0]
    told = manager(line, now, WATCHDOG_USEC="30000000", WATCHDOG_PID=str(os.getpid()))

    for turn in range(3_000):
        now[0] = turn * 0.01
        told.alive()

    assert heard(line) == [b"WATCHDOG=1"] * 3


@pytest.mark.parametrize(
    "more", [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "x"}, {"WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}]
)
def test_without_a_watchdog_for_us_nothing_is_said(line: socket.socket, more: dict[str, str]) -> None:
    manager(line, [0.0], **more).alive()

    assert heard(line) == []


def test_where_nobody_listens_nothing_happens(tmp_path: Path) -> None:
    ServiceManager({}).ready()
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nowhere")}).ready()
