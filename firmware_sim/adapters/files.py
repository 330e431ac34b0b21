"""The files of one car's folder: whole or not at all, or appended line by line."""

import json
import os
from pathlib import Path
from typing import Any

from firmware_sim.errors import WorldError


def make_folder(folder: Path) -> Path:
    """Return `folder`, made if need be, or raise `WorldError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorldError(f"cannot make the folder {folder}: {error.strerror}; choose another with --dir") from error
    return folder


def replace_text(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old file or the new one, never a half."""
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        raise WorldError(f"cannot write {path}: {error.strerror}") from error


def append_line(path: Path, row: dict[str, Any]) -> None:
    """Append `row` as one JSON line, in a single write."""
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        with path.open("ab", buffering=0) as file:
            file.write(line.encode())
    except OSError as error:
        raise WorldError(f"cannot append to {path}: {error.strerror}") from error


class LineTail:
    """The JSON lines that others append to a file, each given once; half a line waits for its end."""

    def __init__(self, path: Path) -> None:
        """Watch `path`, which need not be there yet."""
        self._path = path
        self._offset = 0

    def rows(self) -> list[dict[str, Any]]:
        """Return the objects appended since the last call; a line that is no JSON object is left out."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        rows = []
        for line in whole.splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                rows.append(row)
        return rows
