"""The device's own power, switched off by a command; a file remembers that it was, so that it is not done twice."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

COMMAND_S: Final = 30.0

log = structlog.get_logger()


class CommandPowerSwitch:
    """A `PowerSwitch` that runs `command`, once the file `marker` is on the disk."""

    def __init__(self, command: Sequence[str], marker: Path) -> None:
        self._command = tuple(command)
        self._marker = marker

    def was_asked(self) -> bool:
        return self._marker.exists()

    def off(self) -> None:
        try:
            self._remember()
        except OSError as error:
            # Without the file, a device that is switched on again would be switched off again, and so for ever.
            log.error("power_off_failed", reason=f"{self._marker}: {error.strerror or error}")
            return
        try:
            subprocess.run(self._command, check=True, timeout=COMMAND_S, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError) as error:
            log.error("power_off_failed", command=self._command[0], reason=str(error))

    def recovered(self) -> None:
        try:
            self._marker.unlink(missing_ok=True)
        except OSError as error:
            log.error("power_marker_stays", reason=f"{self._marker}: {error.strerror or error}")

    def _remember(self) -> None:
        file = os.open(self._marker, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.fsync(file)
        finally:
            os.close(file)
        folder = os.open(self._marker.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class NoPowerSwitch:
    """A device that whatever feeds it switches."""

    def was_asked(self) -> bool:
        return False

    def off(self) -> None:
        """There is nothing to switch."""

    def recovered(self) -> None:
        """There is nothing to forget."""
