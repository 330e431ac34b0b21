"""The bus adapter on what exists without hardware: python-can's virtual bus, and slcan over a pty pair."""

import gc
import os
import tty
from collections.abc import Iterator
from contextlib import suppress

import can
import pytest

from edge.adapters.can_bus import FIRST_REOPEN_S, LONGEST_REOPEN_S, PythonCanBus
from edge.config import Bus
from edge.errors import BusError, ConfigError
from edge.obd.frames import CanFrame
from tests.edge.brokers import eventually

FRAME = CanFrame(0x7E8, False, bytes.fromhex("03410D2855555555"))
WIDE = CanFrame(0x18DAF110, True, bytes.fromhex("03410D28"))


class Adapter:
    """The device end of an slcan line."""

    def __init__(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self.master)
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self._slave)
        self.heard = b""

    def say(self, data: bytes) -> None:
        os.write(self.master, data)

    def hear(self) -> bytes:
        with suppress(BlockingIOError):
            self.heard += os.read(self.master, 4096)
        return self.heard

    def vanish(self) -> None:
        for end in (self.master, self._slave):
            with suppress(OSError):
                os.close(end)


@pytest.fixture
def adapter() -> Iterator[Adapter]:
    made = Adapter()
    yield made
    made.vanish()


@pytest.fixture
def slcan(adapter: Adapter) -> Iterator[PythonCanBus]:
    bus = PythonCanBus(Bus(interface="slcan", channel=adapter.path))
    bus.receive(0.0)
    yield bus
    bus.close()


def test_frames_of_both_widths_come_in_as_they_are(adapter: Adapter, slcan: PythonCanBus) -> None:
    adapter.say(b"t7E8803410D2855555555\rT18DAF110403410D28\r")

    assert slcan.receive(1.0) == FRAME
    assert slcan.receive(1.0) == WIDE
    assert slcan.receive(0.0) is None


def test_frames_of_both_widths_go_out_as_they_are(adapter: Adapter, slcan: PythonCanBus) -> None:
    slcan.send(FRAME)
    slcan.send(WIDE)

    eventually(lambda: b"T18DAF110403410D28\r" in adapter.hear())
    assert b"t7E8803410D2855555555\r" in adapter.heard


def test_lines_that_are_no_frames_are_counted_and_their_neighbours_read(adapter: Adapter, slcan: PythonCanBus) -> None:
    adapter.say(b"tZZZ8\rt7\rt7E8\r\r\a?!\rt7E8803410D2855555555\r")

    assert slcan.receive(1.0) == FRAME
    assert slcan.unreadable > 0


def test_bytes_that_are_no_text_are_a_bus_error_and_the_bus_is_opened_again(
    adapter: Adapter, slcan: PythonCanBus
) -> None:
    adapter.say(b"t\xff\xfe\r")
    with pytest.raises(BusError):
        slcan.receive(1.0)

    eventually(lambda: slcan.receive(0.05) is None and slcan._bus is not None)
    adapter.say(b"t7E8803410D2855555555\r")

    assert slcan.receive(1.0) == FRAME


def test_remote_frames_are_passed_over(adapter: Adapter, slcan: PythonCanBus) -> None:
    adapter.say(b"r7E80\rR18DAF1100\rt7E8803410D2855555555\r")

    assert slcan.receive(1.0) == FRAME


def test_an_adapter_that_is_pulled_out_is_a_bus_error_and_not_a_busy_loop(
    adapter: Adapter, slcan: PythonCanBus
) -> None:
    adapter.vanish()

    with pytest.raises(BusError):
        slcan.receive(1.0)
    with pytest.raises(BusError):
        slcan.send(FRAME)
    assert slcan.receive(0.01) is None


def test_a_bus_that_is_not_there_is_tried_again_ever_more_rarely_and_opens_when_it_comes(adapter: Adapter) -> None:
    now_s = 0.0
    bus = PythonCanBus(Bus(interface="slcan", channel="/dev/not-there"), now_s=lambda: now_s)
    waits = []
    for _ in range(6):
        assert bus.receive(0.0) is None
        waits.append(bus._reopen_at_s - now_s)
        assert bus.receive(0.0) is None
        now_s = bus._reopen_at_s
    assert waits[0] == FIRST_REOPEN_S
    assert waits[-1] == LONGEST_REOPEN_S

    bus._settings = Bus(interface="slcan", channel=adapter.path)
    assert bus.receive(0.0) is None
    adapter.say(b"t7E8803410D2855555555\r")

    eventually(lambda: bus.receive(0.0) == FRAME)
    bus.close()


# python-can cannot close a bus that it could not open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("interface", "bitrate", "key"),
    [("slcan", 123_456, "bus.bitrate"), ("no-such-interface", 500_000, "bus")],
)
def test_settings_that_no_interface_takes_are_a_config_error(
    adapter: Adapter, interface: str, bitrate: int, key: str
) -> None:
    with pytest.raises(ConfigError, match=f"key '{key}'"):
        PythonCanBus(Bus(interface=interface, channel=adapter.path, bitrate=bitrate)).receive(0.0)
    gc.collect()


def test_it_runs_on_the_virtual_bus_too_and_counts_error_frames() -> None:
    bus = PythonCanBus(Bus(interface="virtual", channel="test-can-bus"))
    bus.receive(0.0)
    with can.Bus(interface="virtual", channel="test-can-bus") as other:
        other.send(can.Message(is_error_frame=True))
        other.send(can.Message(arbitration_id=0x7E8, is_extended_id=False, data=FRAME.data))

        assert bus.receive(1.0) == FRAME
        assert bus.error_frames == 1

        bus.send(WIDE)
        heard = other.recv(1.0)
        assert heard is not None
        assert (heard.arbitration_id, heard.is_extended_id, bytes(heard.data)) == tuple(WIDE)
    bus.close()
