"""Reading OBDb's corpora of real answers (https://github.com/OBDb, CC BY-SA 4.0), which stay where they are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from edge.obd.addressing import Link
from edge.obd.frames import CanFrame

_FRAME: Final = re.compile(r"(?P<id>[0-9A-F]{3})(?P<data>(?:[0-9A-F]{2}){1,8})")
_ECHO: Final = re.compile(r"22[0-9A-F]{4}|OK|[0-9A-F]{3}|")  # what the adapter itself said
_FULL: Final = 3 + 16  # an 11-bit id and eight bytes, the only length these cars send


class Case(NamedTuple):
    """One recorded response, what OBDb's own decoder makes of it, and the lines whose characters got lost."""

    command: str  # service and DID, e.g. 22C00B
    link: Link
    year: int
    frames: tuple[CanFrame, ...]
    damaged: tuple[str, ...]
    expected: dict[str, float]


def cases(folder: Path) -> Iterator[Case]:
    """Yield every test case of the model in `folder`."""
    for path in sorted(folder.glob("tests/test_cases/*/commands/*.yaml")):
        content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        request, response, command = content["command_id"].split("|")[0].split(".")
        link = Link(int(request, 16), int(response, 16))
        for case in content["test_cases"]:
            frames, damaged = _frames(case["response"])
            yield Case(command, link, int(path.parts[-3]), frames, damaged, case["expected_values"])


def _frames(text: str) -> tuple[tuple[CanFrame, ...], tuple[str, ...]]:
    frames: list[CanFrame] = []
    damaged: list[str] = []
    for line in text.splitlines():
        packed = "".join(line.split())
        if (match := _FRAME.fullmatch(packed)) and len(packed) == _FULL:
            frames.append(CanFrame(int(match["id"], 16), False, bytes.fromhex(match["data"])))
        elif not _ECHO.fullmatch(packed):
            damaged.append(packed)
    return tuple(frames), tuple(damaged)


def formats(folder: Path) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """Return OBDb's own definitions: (header, service and PID or DID) -> signal id -> its `fmt`."""
    content = json.loads((folder / "signalsets/v3/default.json").read_text("utf-8"))
    return {
        (command["hdr"], service + key): {signal["id"]: signal["fmt"] for signal in command["signals"]}
        for command in content["commands"]
        for service, key in command["cmd"].items()
    }
