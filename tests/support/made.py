"""Messages as an agent makes them, for tests that need some and do not care about the rest."""

from contract import codec, columns
from contract.columns import Sample
from contract.messages import DtcReport, DtcSet, Status, TelemetryBatch, UrgentEvent, UrgentKind

STREAM_ID = "0123456789abcdef" * 2
WALL_MS = 1_800_000_000_000


def stream(lane: str = "t") -> str:
    """Return the stream of that lane."""
    return f"{STREAM_ID}-{lane}"


def telemetry(
    seq: int,
    *values: float,
    vehicle: str = "car-1",
    signal: str = "Vehicle.Speed",
    wall_ms: int = WALL_MS,
    stream_id: str = STREAM_ID,
) -> bytes:
    """Return a batch with one column of samples a second apart, the last of them at `wall_ms`."""
    last = len(values) - 1
    samples = [Sample(60_000 + 1_000 * (n - last), value) for n, value in enumerate(values)]
    column = columns.pack(signal, "7E8", 0.01, 0.0, 60_000, samples or [Sample(60_000, 1.0)])
    return codec.encode(
        TelemetryBatch(
            vehicle=vehicle,
            stream=f"{stream_id}-t",
            seq=seq,
            boot_id="boot",
            mono_ms=60_000,
            wall_ms=wall_ms,
            clock_quality="synchronised",
            columns=(column,),
        )
    )


def urgent(
    seq: int, event: UrgentKind = "collision", *, vehicle: str = "car-1", lane: str = "u", wall_ms: int = WALL_MS
) -> bytes:
    """Return an urgent event."""
    return codec.encode(
        UrgentEvent(
            vehicle=vehicle,
            stream=stream(lane),
            seq=seq,
            boot_id="boot",
            mono_ms=60_000,
            wall_ms=wall_ms,
            clock_quality="synchronised",
            event=event,
        )
    )


def dtc(seq: int, *codes: str, vehicle: str = "car-1", wall_ms: int = WALL_MS) -> bytes:
    """Return a report of confirmed codes of one ECU."""
    return codec.encode(
        DtcReport(
            vehicle=vehicle,
            stream=stream("u"),
            seq=seq,
            boot_id="boot",
            mono_ms=60_000,
            wall_ms=wall_ms,
            clock_quality="synchronised",
            sets=(DtcSet(ecu="7E8", status="confirmed", codes=codes),),
        )
    )


def status(*, online: bool = True, vehicle: str = "car-1") -> bytes:
    """Return a birth, or a will."""
    return codec.encode(Status(vehicle=vehicle, online=online, boot_id="boot", wall_ms=WALL_MS, agent_version="0.1.0"))
