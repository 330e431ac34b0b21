"""Turns what the agent has to say into drafts that carry its clocks: pure, but for reading the clock port."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from contract.codec import decode, encode
from contract.columns import check
from contract.columns import samples as samples_of
from contract.errors import ContractError
from contract.messages import (
    AnyRecorded,
    ClockQuality,
    Column,
    DtcReport,
    FreezeFrame,
    Position,
    Recorded,
    Status,
    TelemetryBatch,
    UrgentEvent,
    UrgentKind,
)
from edge.batch import Batcher
from edge.obd.codes import CodeRound
from edge.ports import CarClock, Draft, Kind, Record, Unsealed

SURE_FOR_MS: Final = 20_000_000  # a crystal that is 50 ppm off is a second off after so long


class Now(NamedTuple):
    """Both clocks, read together, in milliseconds of the domain, and the boot that the first counts from."""

    mono_ms: int
    wall_ms: int
    quality: ClockQuality
    boot_id: str


class Sealer:
    """Makes drafts for one vehicle; stream and seq are put in when the spool takes them."""

    def __init__(self, vehicle: str, clock: CarClock) -> None:
        self._vehicle = vehicle
        self._clock = clock

    def now(self) -> Now:
        mono_ms, wall_ms = round(self._clock.mono_s() * 1000), round(self._clock.wall_s() * 1000)
        return Now(mono_ms, wall_ms, self._clock.quality(), self._clock.boot_id)

    def telemetry(self, columns: Sequence[Column], samples: int, now: Now) -> Draft:
        """Return a batch; the columns' times count from `now.mono_ms`."""
        return self._draft("telemetry", samples, now, TelemetryBatch, columns=tuple(columns))

    def urgent(
        self, event: UrgentKind, facts: dict[str, float | str], now: Now, position: Position | None = None
    ) -> Draft:
        return self._draft("urgent", 0, now, UrgentEvent, event=event, facts=facts, position=position)

    def dtc(self, codes: CodeRound, now: Now) -> Draft:
        return self._draft("dtc", 0, now, DtcReport, **codes._asdict() | {"lamps": dict(codes.lamps)})

    def freeze_frame(self, frame: FreezeFrame, now: Now) -> Draft:
        """Return a report of one frame; it asks nobody for codes, so it holds no set of them."""
        return self._draft("dtc", 0, now, DtcReport, sets=(), freeze_frames=(frame,))

    def status(self, online: bool, about: Status) -> bytes:
        """Return the payload of birth or will, which no spool keeps."""
        now = self.now()
        fresh = msgspec.structs.replace(about, online=online, wall_ms=now.wall_ms, boot_id=self._clock.boot_id)
        return encode(fresh)

    def _draft(
        self, kind: Kind, samples: int, now: Now, message: Callable[..., AnyRecorded], **content: object
    ) -> Draft:
        def seal(stream: str, seq: int) -> bytes:
            return encode(
                message(
                    vehicle=self._vehicle,
                    stream=stream,
                    seq=seq,
                    boot_id=now.boot_id,
                    mono_ms=now.mono_ms,
                    wall_ms=now.wall_ms,
                    clock_quality=now.quality,
                    **content,
                )
            )

        return Draft(kind, seal, samples, now.wall_ms, now.quality == "synchronised")


def unsealed(columns: Sequence[Column], samples: int, now: Now) -> Unsealed:
    """Return columns, whose times count from `now.mono_ms`, as the spool holds them until a message carries them."""
    return Unsealed(now.boot_id, now.mono_ms, now.wall_ms, now.quality, samples, msgspec.msgpack.encode(columns))


def gathered(held: Sequence[Unsealed]) -> tuple[list[Column], Now]:
    """Return what one boot has left, at least one, as columns by the clocks of the last; raise `ContractError` where
    it cannot be read."""
    last, batch = held[-1], Batcher()
    try:
        for part in held:
            for column in msgspec.msgpack.decode(part.columns, type=list[Column]):
                check(column, part.mono_ms)
                for sample in samples_of(column, part.mono_ms):
                    batch.add(column.signal, column.ecu, sample)
    except msgspec.MsgspecError as error:
        raise ContractError(str(error)) from error
    return list(batch.seal(last.mono_ms)), Now(last.mono_ms, last.wall_ms, last.quality, last.boot_id)


def retimed(record: Record, now: Now) -> Record:
    """Return `record` with the wall time that it would have had, had the clock been as sure as it is at `now`.

    One of another boot stays as it is: nothing leads from its clock to this one.
    """
    try:
        message = decode(record.payload)
    except ContractError:
        return record._replace(is_sure=True)
    if not isinstance(message, Recorded) or message.boot_id != now.boot_id:
        return record._replace(is_sure=True)
    age_ms = now.mono_ms - message.mono_ms
    quality: ClockQuality = "synchronised" if age_ms <= SURE_FOR_MS else "free_running"
    mended = msgspec.structs.replace(message, wall_ms=now.wall_ms - age_ms, clock_quality=quality)
    return record._replace(payload=encode(mended), wall_ms=mended.wall_ms, is_sure=True)
