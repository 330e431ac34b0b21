"""What is done with a damaged spool: set aside whole, and every record that can still be read is read out.

SQLite stops at the first damaged page, and without its first page it reads nothing at all. The rows are all there: this
reads them from the leaf pages themselves (https://www.sqlite.org/fileformat2.html), whatever became of the rest.
"""

import mmap
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from edge.ports import Kind, Record

PAGE_BYTES: Final = 4096  # SQLite's default, and what the spool is made with
_WITH_IT: Final = ("-wal", "-shm")
_KINDS: Final[dict[str, Kind]] = {"telemetry": "telemetry", "urgent": "urgent", "dtc": "dtc"}
_LEAF: Final = 0x0D
_FILE_HEADER_BYTES: Final = 100
_WAL_HEADER_BYTES: Final = 32
_FRAME_HEADER: Final = struct.Struct(">IIII8x")  # page number, size after commit, two salts, checksum
_MOST_LOCAL: Final = PAGE_BYTES - 35
_LEAST_LOCAL: Final = (PAGE_BYTES - 12) * 32 // 255 - 23
_INTEGER_BYTES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_COLUMNS: Final = (9, 10)  # version 0 had no `is_unsure`

Value = int | float | str | bytes | None


class _Place(NamedTuple):
    row_id: int
    image: int  # where its page begins, in the file or behind it in the WAL
    cell: int


class _DamagedError(Exception):
    """What stands here is no row."""


def bad_path(path: Path) -> Path:
    """Return where the file at `path` is put when it is found damaged."""
    return path.with_name(path.name + ".bad")


def quarantine(path: Path) -> Path:
    """Move the file and what SQLite keeps beside it out of the way; an earlier one of its kind is given up."""
    bad = bad_path(path)
    for suffix in ("", *_WITH_IT):
        Path(f"{bad}{suffix}").unlink(missing_ok=True)
    # The file itself comes last: where it is set aside, its WAL is too.
    for suffix in (*_WITH_IT, ""):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{bad}{suffix}")
    return bad


def salvaged(bad: Path) -> Iterator[tuple[Record, int]]:
    """Yield every record of `bad` that can be read, in order of its making, with the checksum that was kept beside it.

    Some may come that were deleted, or twice: they are sound, and who takes them must know them by their place.
    """
    pages = _Pages(bad)
    for place in sorted(pages.cells()):
        with suppress(_DamagedError):
            yield _record(pages.row(place))


class _Pages:
    """The images of pages in a file and its WAL, end to end."""

    def __init__(self, bad: Path) -> None:
        # A spool may be larger than the memory.
        self._file: mmap.mmap | bytes = b""
        if bad.stat().st_size:
            with bad.open("rb") as file:
                self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._end = -(-len(self._file) // PAGE_BYTES) * PAGE_BYTES
        wal = Path(f"{bad}-wal")
        self._wal = wal.read_bytes() if wal.exists() else b""
        self._newest = dict(self._committed())

    def cells(self) -> Iterator[_Place]:
        """Yield where each cell of each leaf begins."""
        for image in (*range(0, self._end, PAGE_BYTES), *self._frames()):
            page = self._image(image)
            head = _FILE_HEADER_BYTES if image == 0 else 0
            if page[head] != _LEAF:
                continue
            (count,) = struct.unpack_from(">H", page, head + 3)
            for number in range(min(count, (PAGE_BYTES - head - 8) // 2)):
                (cell,) = struct.unpack_from(">H", page, head + 8 + 2 * number)
                with suppress(_DamagedError):
                    _, at = _varint(page, cell)
                    row_id, _ = _varint(page, at)
                    yield _Place(row_id, image, cell)

    def row(self, place: _Place) -> list[Value]:
        """Return the columns of the row at `place`."""
        page = self._image(place.image)
        size, at = _varint(page, place.cell)
        _, at = _varint(page, at)
        local = size
        if size > _MOST_LOCAL:
            local = _LEAST_LOCAL + (size - _LEAST_LOCAL) % (PAGE_BYTES - 4)
            local = local if local <= _MOST_LOCAL else _LEAST_LOCAL
        if size > self._end + len(self._wal) or at + local > PAGE_BYTES:
            raise _DamagedError
        whole = bytearray(page[at : at + local])
        if local < size:
            (number,) = _unpack(">I", page, at + local)
            self._overflow(whole, number, size)
        return _columns(bytes(whole))

    def _overflow(self, whole: bytearray, number: int, size: int) -> None:
        while len(whole) < size:
            image = self._newest.get(number, (number - 1) * PAGE_BYTES)
            if number < 1 or (number not in self._newest and image >= self._end):
                raise _DamagedError
            page = self._image(image)
            (number,) = struct.unpack_from(">I", page)
            whole += page[4 : 4 + size - len(whole)]

    def _image(self, at: int) -> bytes:
        if at < self._end:
            return self._file[at : at + PAGE_BYTES].ljust(PAGE_BYTES, b"\0")
        at -= self._end
        return self._wal[at : at + PAGE_BYTES]

    def _frames(self) -> Iterator[int]:
        """Yield where the image of each whole frame of the WAL begins."""
        step = _FRAME_HEADER.size + PAGE_BYTES
        for at in range(_WAL_HEADER_BYTES, len(self._wal) - step + 1, step):
            yield self._end + at + _FRAME_HEADER.size

    def _committed(self) -> Iterator[tuple[int, int]]:
        """Yield page numbers and images of the WAL's commits, later ones last."""
        group: list[tuple[int, int]] = []
        salts = self._wal[16:24]
        for image in self._frames():
            at = image - self._end - _FRAME_HEADER.size
            if self._wal[at + 8 : at + 16] != salts:
                return
            number, size, *_ = _FRAME_HEADER.unpack_from(self._wal, at)
            group.append((number, image))
            if size:
                yield from group
                group.clear()


def _columns(row: bytes) -> list[Value]:
    head, at = _varint(row, 0)
    types = []
    while at < head:
        kind, at = _varint(row, at)
        types.append(kind)
    values: list[Value] = []
    for kind in types:
        size = _INTEGER_BYTES.get(kind, 8 if kind == 7 else 0 if kind < 12 else (kind - 12) // 2)
        piece = row[at : at + size]
        if len(piece) < size or kind in (10, 11):
            raise _DamagedError
        values.append(_value(kind, piece))
        at += size
    return values


def _value(kind: int, piece: bytes) -> Value:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind == 7:
        number: float = struct.unpack(">d", piece)[0]
        return number
    if kind in _INTEGER_BYTES:
        return int.from_bytes(piece, "big", signed=True)
    # Bytes that are no text any more must not stop anything: the checksum will refuse them.
    return piece.decode(errors="replace") if kind % 2 else piece


def _record(row: list[Value]) -> tuple[Record, int]:
    if len(row) not in _COLUMNS:
        raise _DamagedError
    _, stream, seq, _, kind, wall_ms, samples, payload, checksum, *unsure = row
    match stream, seq, wall_ms, samples, payload, checksum:
        case str(), int(), int(), int(), bytes(), int() if isinstance(kind, str) and kind in _KINDS:
            is_sure = not (unsure and unsure[0])
            return Record(stream, seq, _KINDS[kind], payload, samples, wall_ms, is_sure), checksum
        case _:
            raise _DamagedError


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at `at` and where it ends."""
    number = 0
    for n, byte in enumerate(data[at : at + 9]):
        if n == 8:
            return number << 8 | byte, at + 9
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + n + 1
    raise _DamagedError


def _unpack(form: str, data: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, data, at)
    except struct.error as error:
        raise _DamagedError from error
