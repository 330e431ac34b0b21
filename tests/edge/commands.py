"""Runs one of the agent's commands as somebody would who types it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from edge.__main__ import main


@contextmanager
def own_logging() -> Iterator[None]:
    """Let nothing later log to the stream of what runs in here."""
    before = structlog.get_config()
    try:
        yield
    finally:
        structlog.configure(**before)


def run(*arguments: str | Path) -> int:
    """Return the exit status."""
    with own_logging(), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the result: the last line of stdout."""
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(told, dict)
    return told
