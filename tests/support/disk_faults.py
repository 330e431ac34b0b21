"""Disks that fail or lose power: the shim between a program and its disk, and the disk that a power cut leaves."""

import ctypes
import os
import random
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

SOURCE: Final = Path(__file__).with_name("disk_faults.c")
OTHER_CLOCK: Final = Path(__file__).with_name("other_clock.c")
SECTOR_BYTES: Final = 512
PAGE_BYTES: Final = 4096
OPEN, READ, WRITE, SYNC, TRUNCATE, NAME = 1, 2, 4, 8, 16, 32
CHANGES: Final = OPEN | WRITE | SYNC | TRUNCATE | NAME

_HEAD: Final = struct.Struct("=IIIIQQ")


def build(compiler: Path, folder: Path, source: Path = SOURCE) -> Path:
    """Compile the shim `source` into `folder` and return the library to be named in LD_PRELOAD."""
    library = folder / f"{source.stem}.so"
    flags = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "-o", library, source, "-ldl"], check=True)
    return library


class Shim:
    """The shim as the program under it speaks to it; it was preloaded, so it is found among its own symbols."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.disk_calls.restype = ctypes.c_long

    def watch(self, folder: Path, trace: Path | None = None) -> None:
        """Count calls on files below `folder`; write every change down in `trace`."""
        self._library.disk_watch(os.fsencode(folder), os.fsencode(trace or ""))

    def arm(self, nth: int, error: int, kinds: int, *, stays: bool = False, is_short: bool = False) -> None:
        """Let the `nth` call of `kinds` from now fail with `error`, or write only half; none does if `nth` is 0."""
        self._library.disk_arm(ctypes.c_long(nth), error, kinds, int(stays), int(is_short))

    @property
    def calls(self) -> int:
        """How many calls of the armed kinds there were since `arm`."""
        return int(self._library.disk_calls())

    def mark(self, words: str) -> None:
        """Write `words` down among the changes."""
        self._library.disk_mark(words.encode())


class Change(NamedTuple):
    """One line of a trace: create, write, truncate, sync, failed sync, unlink, rename or a mark."""

    op: str
    path: str
    other: str
    at: int
    data: bytes


def read_trace(trace: Path) -> Iterator[Change]:
    """Yield the changes in `trace`, in order."""
    data, at = trace.read_bytes(), 0
    while at < len(data):
        op, path, other, _, offset, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        ends = at + path, at + path + other, at + path + other + length
        texts = data[at : ends[0]].decode(), data[ends[0] : ends[1]].decode()
        yield Change(chr(op), *texts, offset, data[ends[1] : ends[2]])
        at = ends[2]


class _File:
    """What was written to one file: on the disk for sure, or perhaps."""

    def __init__(self) -> None:
        self.sure = bytearray()
        self.perhaps: list[tuple[Change, bool]] = []  # and whether the next sync still makes it sure

    def change(self, change: Change) -> None:
        self.perhaps.append((change, True))

    def sync_failed(self) -> None:
        """The kernel calls the pages clean after a failed sync: no later sync writes them, unless they change again."""
        due = [(piece, False) for change, _ in self.perhaps for piece in _pieces(change, PAGE_BYTES)]
        self.perhaps = [(piece, piece.op == "T") for piece, _ in due]

    def sync(self) -> None:
        written = {page for change, is_due in self.perhaps if is_due for page in _pages(change)}
        left = []
        for change, is_due in self.perhaps:
            if is_due or _pages(change) <= written:
                _apply(self.sure, change)
            else:
                left.append((change, False))
        self.perhaps = left

    def after_cut(self, chance: random.Random) -> bytes:
        """Return the file with any sectors of what was not sure."""
        data, survival = bytearray(self.sure), chance.choice((0.0, 0.5, 0.9, 1.0))
        for change, _ in self.perhaps:
            for piece in _pieces(change, SECTOR_BYTES):
                if chance.random() < survival:
                    _apply(data, piece)
        return bytes(data)


def _pieces(change: Change, size: int) -> Iterator[Change]:
    """Yield `change` cut where its file is cut every `size` bytes."""
    if change.op == "T":
        yield change
        return
    at, end = change.at, change.at + len(change.data)
    while at < end:
        until = min(end, (at // size + 1) * size)
        yield change._replace(at=at, data=change.data[at - change.at : until - change.at])
        at = until


def _pages(change: Change) -> set[int]:
    if change.op == "T":
        return set()
    return set(range(change.at // PAGE_BYTES, (change.at + len(change.data) - 1) // PAGE_BYTES + 1))


def _apply(data: bytearray, change: Change) -> None:
    if change.op == "T":
        del data[change.at :]
        data.extend(bytes(change.at - len(data)))
        return
    end = change.at + len(change.data)
    data.extend(bytes(max(0, end - len(data))))
    data[change.at : end] = change.data


class Disk:
    """A folder as a trace makes it, step by step; names become sure when the folder is synced, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._now: dict[str, _File] = {}
        self._sure: dict[str, _File] = {}
        self._names: list[tuple[str, str, str, _File]] = []

    def take(self, change: Change) -> None:
        """Do what the program did."""
        match change.op:
            case "C" | "U" | "R":
                made = _File() if change.op == "C" else self._now[change.path]
                self._names.append((change.op, change.path, change.other, made))
                _rename(self._now, *self._names[-1])
            case "W" | "T":
                self._now[change.path].change(change)
            case "F":
                if change.path != self._folder:
                    self._now[change.path].sync_failed()
            case "S" if change.path == self._folder:
                for name in self._names:
                    _rename(self._sure, *name)
                self._names.clear()
            case "S":
                self._now[change.path].sync()

    def cut(self, chance: random.Random, into: Path) -> None:
        """Write into the folder `into` what the disk may hold when the power goes now."""
        names = dict(self._sure)
        for name in self._names[: chance.randint(0, len(self._names))]:
            _rename(names, *name)
        for path, file in names.items():
            (into / Path(path).name).write_bytes(file.after_cut(chance))


def _rename(names: dict[str, _File], op: str, path: str, other: str, file: _File) -> None:
    if op == "C":
        names[path] = file
    else:
        names.pop(path, None)
        if op == "R":
            names[other] = file
