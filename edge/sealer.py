"""Turns what the agent has to say into drafts that carry its clocks: pure, but for reading the clock port."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from contract.codec import encode
from contract.messages import (
    AnyRecorded,
    ClockQuality,
    Column,
    DtcReport,
    FreezeFrame,
    Position,
    Status,
    TelemetryBatch,
    UrgentEvent,
    UrgentKind,
)
from edge.obd.codes import CodeRound
from edge.ports import CarClock, Draft, Kind


class Now(NamedTuple):
    """Both clocks, read together, in milliseconds of the domain."""

    mono_ms: int
    wall_ms: int
    quality: ClockQuality


class Sealer:
    """Makes drafts for one vehicle; stream and seq are put in when the spool takes them."""

    def __init__(self, vehicle: str, clock: CarClock) -> None:
        self._vehicle = vehicle
        self._clock = clock

    def now(self) -> Now:
        return Now(round(self._clock.mono_s() * 1000), round(self._clock.wall_s() * 1000), self._clock.quality())

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
                    boot_id=self._clock.boot_id,
                    mono_ms=now.mono_ms,
                    wall_ms=now.wall_ms,
                    clock_quality=now.quality,
                    **content,
                )
            )

        return Draft(kind, seal, samples, now.wall_ms)
