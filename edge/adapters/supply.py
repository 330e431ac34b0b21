"""The dongle's own supply wire: an ADC as the Linux IIO subsystem shows it, one text file of millivolts."""

from pathlib import Path
from typing import Final

import structlog

MAX_V: Final = 100.0  # beyond it the wire is not what it is thought to be

log = structlog.get_logger()


class IioSupply:
    """A `Supply` that reads the file at `path` anew each time; an outage is logged once, and its end too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_out = False

    def voltage_v(self) -> float | None:
        try:
            voltage_v = float(self._path.read_bytes()[:64]) / 1000.0
            reason = "" if 0.0 <= voltage_v <= MAX_V else f"{voltage_v} V is no supply voltage"
        except (OSError, ValueError) as error:
            voltage_v, reason = 0.0, str(error)
        if bool(reason) != self._is_out:
            self._is_out = bool(reason)
            log.warning("supply_out" if reason else "supply_back", path=str(self._path), reason=reason)
        return None if reason else voltage_v


class NoSupply:
    """A dongle without the wire."""

    def voltage_v(self) -> float | None:
        return None
