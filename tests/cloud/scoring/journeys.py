"""Made-up days of made-up cars, as the log would hold them; seeded, and sharing no formula with what is tested."""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cloud.log.ports import LogEntry
from cloud.scoring.types import VehicleFacts, encode_facts
from contract import codec, columns, signals
from contract.arrays import CELL_TEMPERATURES, CELL_VOLTAGES
from contract.columns import Sample
from contract.messages import ClockQuality, DtcReport, DtcSet, DtcStatus, TelemetryBatch
from contract.signals import Signal
from contract.validity import Validity

START_S: Final = 1_768_464_000.0  # 2026-01-15T08:00:00Z
HOUR: Final = 3600.0
STREAM: Final = "0" * 32
KPA_STEP: Final = 1.373  # a fifth of a psi, as E-GMP cars say it

Reading = tuple[float, Signal, float]  # seconds since START_S, signal, value (NaN: no value)


def telemetry(
    vehicle: str, seq: int, readings: Iterable[Reading], *, quality: ClockQuality = "synchronised"
) -> LogEntry:
    """Return the log entry of one batch, sealed at its newest reading and received a second later."""
    rows = sorted(readings, key=lambda row: row[0])
    sealed_s = START_S + rows[-1][0]
    wall_ms, mono_ms = round(sealed_s * 1000), round(rows[-1][0] * 1000) + 10_000_000
    by_signal: dict[Signal, list[Sample]] = {}
    for t, signal, value in rows:
        kind = Validity.VALUE if math.isfinite(value) else Validity.NOT_MEASURED
        by_signal.setdefault(signal, []).append(Sample(mono_ms - wall_ms + round((START_S + t) * 1000), value, kind))
    packed = tuple(
        columns.pack(signal.path, "", signal.resolution, 0.0, mono_ms, samples) for signal, samples in by_signal.items()
    )
    message = TelemetryBatch(
        vehicle=vehicle,
        stream=f"{STREAM}-t",
        seq=seq,
        boot_id="boot",
        mono_ms=mono_ms,
        wall_ms=wall_ms,
        clock_quality=quality,
        columns=packed,
    )
    return LogEntry(0, vehicle, message.stream, seq, "telemetry", wall_ms + 1000, codec.encode(message))


def batched(vehicle: str, readings: Sequence[Reading], every_s: float = 60.0, first_seq: int = 1) -> list[LogEntry]:
    """Return `readings` as batches that are sealed every `every_s`."""
    by_batch: dict[int, list[Reading]] = {}
    for reading in readings:
        by_batch.setdefault(math.floor(reading[0] / every_s), []).append(reading)
    return [telemetry(vehicle, first_seq + n, by_batch[key]) for n, key in enumerate(sorted(by_batch))]


def codes(
    vehicle: str, seq: int, at_s: float, sets: Sequence[tuple[str, DtcStatus, Sequence[str]]], mil: bool | None = None
) -> LogEntry:
    """Return the log entry of one report of trouble codes."""
    wall_ms = round((START_S + at_s) * 1000)
    report = DtcReport(
        vehicle=vehicle,
        stream=f"{STREAM}-u",
        seq=seq,
        boot_id="boot",
        mono_ms=round(at_s * 1000) + 10_000_000,
        wall_ms=wall_ms,
        clock_quality="synchronised",
        sets=tuple(DtcSet(ecu=ecu, status=status, codes=tuple(listed)) for ecu, status, listed in sets),
        mil_on=mil,
    )
    return LogEntry(0, vehicle, report.stream, seq, "dtc", wall_ms + 1000, codec.encode(report))


def facts(vehicle: str, what: VehicleFacts, seq: int = 1) -> LogEntry:
    """Return the log entry that tells a vehicle's facts."""
    return LogEntry(0, vehicle, "facts", seq, "facts", round(START_S * 1000), encode_facts(what))


def in_log_order(*tapes: Sequence[LogEntry]) -> list[LogEntry]:
    """Return all entries by arrival, with offsets as a log would give them."""
    arrived = sorted((entry for tape in tapes for entry in tape), key=lambda entry: entry.received_ms)
    return [entry._replace(offset=number) for number, entry in enumerate(arrived, start=1)]


def parked_voltage(
    seed: int,
    hours: float,
    *,
    drain_a: float = 0.0,
    capacity_ah: float = 30.0,
    full: float = 0.8,
    surface_v: float = 0.2,
) -> list[Reading]:
    """Return supply voltage every 300 s of a car that was parked at 0; open circuit 11.9 V empty, 12.7 V full."""
    draw = random.Random(seed)
    fade_h = draw.uniform(1.1, 1.7)
    rows: list[Reading] = [(0.0, signals.IS_AWAKE, 0.0)]
    for k in range(1, round(hours * 12) + 1):
        h = k / 12.0
        charge = full - (drain_a + 0.025) * h / capacity_ah
        volts = 11.9 + 0.8 * max(charge, 0.0) + surface_v * math.exp(-h / fade_h) - 0.01 * drain_a
        rows.append((h * HOUR, signals.SUPPLY_VOLTAGE, round(volts + draw.gauss(0.0, 0.02), 3)))
    return rows


def driven_tyres(
    seed: int,
    hours: Iterable[tuple[float, float]],
    *,
    leak_kpa_d: float = 0.0,
    every_s: float = 240.0,
    with_temperature: bool = True,
    cold_kpa: float = 250.0,
) -> list[Reading]:
    """Return tyre readings while driving (`hours` are from-to), the rear left one leaking from 0 on.

    The tyres warm by up to 18 K in a quarter of an hour; a sensor is off by a constant of its own, quantised, and its
    temperature is wrong by a kelvin or two, differently on each trip.
    """
    draw = random.Random(seed)
    bias = [draw.gauss(0.0, 3.0) for _ in range(4)]
    ambient, rows, warm, last = draw.uniform(-5.0, 25.0), [], 0.0, 0.0
    for begin, end in hours:
        lag = [draw.gauss(0.0, 1.0) for _ in range(4)]
        warm *= math.exp(-(begin - last) / 0.5)
        t = begin
        while t < end:
            target = 12.0 + 6.0 * math.sin(7.0 * t)
            warm += (target - warm) * (1.0 - math.exp(-every_s / 900.0))
            air = ambient + 4.0 * math.sin(t * math.pi / 12.0) + warm
            for wheel in range(4):
                lost = leak_kpa_d * t / 24.0 if wheel == 2 else 0.0
                gauge = (cold_kpa - lost + 101.325) * (air + 273.15) / 293.15 - 101.325 + bias[wheel]
                gauge = round((gauge + draw.gauss(0.0, 0.5)) / KPA_STEP) * KPA_STEP
                rows.append((t * HOUR, signals.TYRES[wheel], round(gauge, 2)))
                if with_temperature:
                    shown = round(air + lag[wheel] + 0.05 * warm * lag[wheel] + draw.gauss(0.0, 0.5))
                    rows.append((t * HOUR, signals.TYRE_AIRS[wheel], float(shown)))
            t += every_s / HOUR
        last = end
    return rows


def motorway_charge(
    seed: int, hours: float, *, soc: float, pct_h: float, kmh: float, every_s: float = 240.0
) -> list[Reading]:
    """Return state of charge (half-percent steps) and speed of a car that drives on and on."""
    draw = random.Random(seed)
    rows: list[Reading] = []
    for k in range(round(hours * HOUR / every_s)):
        t = k * every_s
        rows.append((t, signals.SPEED, round(max(4.0, draw.gauss(kmh, 0.1 * kmh)), 1)))
        left = soc - pct_h * t / HOUR
        if left <= 0.0:
            break
        rows.append((t + 5.0, signals.SOC, round(2.0 * left) / 2.0))
    return rows


def petrol_drive(seed: int, begin_h: float, end_h: float, every_s: float = 60.0) -> list[Reading]:
    """Return a healthy petrol car's drive: engine speed, road speed, coolant, charge voltage, from start to stop."""
    draw = random.Random(seed)
    rows: list[Reading] = [(begin_h * HOUR, signals.IS_AWAKE, 1.0)]
    t = begin_h * HOUR + 5.0
    while t < end_h * HOUR:
        age = t - begin_h * HOUR
        rows.append((t, signals.ENGINE_SPEED, round(max(750.0, draw.gauss(1900.0, 400.0)) * 4) / 4.0))
        rows.append((t, signals.SPEED, round(max(0.0, draw.gauss(50.0, 15.0)), 1)))
        rows.append((t, signals.COOLANT_TEMPERATURE, round(90.0 - 60.0 * math.exp(-age / 400.0), 0)))
        volts = round(draw.gauss(14.1, 0.06), 3)
        rows.append((t, signals.SUPPLY_VOLTAGE, volts))
        rows.append((t, signals.CONTROL_MODULE_VOLTAGE, round(volts - 0.1, 3)))
        t += every_s
    return rows


def cells_awake(
    seed: int, hours: float, *, cells: int = 12, sinking_mv_h: float = 0.0, level: float = 0.0, every_s: float = 20.0
) -> list[Reading]:
    """Return cell voltages, current, temperatures and alarm level; the third cell sinks, others keep their places."""
    draw = random.Random(seed)
    places = [draw.gauss(0.0, 0.004) for _ in range(cells)]
    rows: list[Reading] = []
    for k in range(round(hours * HOUR / every_s)):
        t = k * every_s
        ampere = draw.choice([-2.0, -2.0, -40.0, 25.0])
        for n, place in enumerate(places):
            sunk = sinking_mv_h * t / HOUR / 1000.0 if n == 2 else 0.0
            volts = 3.95 + place - sunk + 0.001 * ampere + draw.gauss(0.0, 0.001)
            rows.append((t, CELL_VOLTAGES[n], round(volts, 3)))
        rows.append((t, signals.PACK_CURRENT, ampere))
        rows.append((t, CELL_TEMPERATURES[0], 24.0))
        rows.append((t, CELL_TEMPERATURES[1], 27.0))
        rows.append((t, signals.PACK_ALARM_LEVEL, level))
    return rows


def shifted(readings: Iterable[Reading], hours: float) -> list[Reading]:
    """Return `readings`, `hours` later."""
    return [(t + hours * HOUR, signal, value) for t, signal, value in readings]


def engine_running(seed: int, begin_h: float, end_h: float, every_s: float = 10.0) -> list[Reading]:
    """Return engine speed, road speed, coolant (held at 90 degC), oil pressure and fuel of a sound engine."""
    draw = random.Random(seed)
    rows: list[Reading] = [(begin_h * HOUR, signals.IS_AWAKE, 1.0), (begin_h * HOUR, signals.AMBIENT_TEMPERATURE, 12.0)]
    t = begin_h * HOUR + 5.0
    while t < end_h * HOUR:
        age = t - begin_h * HOUR
        rpm = round(max(750.0, draw.gauss(1900.0, 300.0)))
        rows.append((t, signals.ENGINE_SPEED, float(rpm)))
        rows.append((t, signals.SPEED, round(max(5.0, draw.gauss(60.0, 8.0)), 1)))
        coolant = 90.0 - 75.0 * math.exp(-age / 300.0) + draw.gauss(0.0, 0.4)
        rows.append((t, signals.COOLANT_TEMPERATURE, round(coolant)))
        rows.append((t, signals.OIL_PRESSURE, round(110.0 + 0.09 * rpm + draw.gauss(0.0, 8.0))))
        slosh = 3.0 * math.sin(t / 17.0) + draw.gauss(0.0, 0.8)
        rows.append((t, signals.FUEL_LEVEL, round(min(100.0, max(0.0, 60.0 - 9.0 * age / HOUR + slosh)) * 2.55) / 2.55))
        t += every_s
    return rows


def replaced(
    readings: Iterable[Reading], signal: Signal, begin_h: float, value: Callable[[float], float]
) -> list[Reading]:
    """Return `readings` with those of `signal` from `begin_h` on set to `value` (of the seconds since then)."""
    begin = begin_h * HOUR
    return [(t, s, value(t - begin) if s is signal and t >= begin else old) for t, s, old in readings]


def at_the_pile(
    soc: float, minutes: float, *, kw: float = 0.0, begin_h: float = 0.0, every_s: float = 30.0
) -> list[Reading]:
    """Return a session that is asked for and delivers `kw` to a pack of 60 kWh, or nothing."""
    t = begin_h * HOUR
    rows: list[Reading] = [
        (t, signals.SPEED, 0.0),
        (t + 1.0, signals.SOC, soc),
        (t + 2.0, signals.CHARGING_CABLE, 1.0),
        (t + 5.0, signals.CHARGING_SESSION, 1.0),
        (t + 20.0, signals.CHARGING_SESSION, 2.0),
    ]
    for k in range(1, round(minutes * 60.0 / every_s)):
        at = k * every_s
        rows.append((t + 20.0 + at, signals.PACK_POWER, 1000.0 * kw))
        rows.append((t + 21.0 + at, signals.SOC, round(soc + kw * at / HOUR / 0.6, 1)))
    return rows
