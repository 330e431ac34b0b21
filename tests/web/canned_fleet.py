"""A small made-up fleet as `GET /v1/vehicles` would show it: every level, every freshness, both powertrains."""

from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]

BEV = "Crossover EV 77 kWh"
PETROL = "Compact 1.6 petrol"
VOLTAGE = "Vehicle.Rescue.SupplyVoltage"
TYRES = [
    f"Vehicle.Chassis.Axle.Row{row}.Wheel.{side}.Tire.Pressure" for row in (1, 2) for side in ("Left", "Right")
]
CHARGE = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed"
COOLANT = "Vehicle.Powertrain.CombustionEngine.EngineCoolant.Temperature"
SPEED = "Vehicle.Speed"
PETROL_SIGNALS = [VOLTAGE, COOLANT, SPEED]
BEV_SIGNALS = [VOLTAGE, *TYRES, CHARGE, SPEED]


def iso(at: datetime) -> str:
    """Write `at` as the API does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def words(code: str, zh: str, en: str) -> Json:
    """Say one sentence in both languages."""
    return {"code": code, "zh": zh, "en": en}


def health(
    level: str,
    now: datetime,
    risks: tuple[float, float, float] | None = None,
    hours: tuple[float, float, float] | None = None,
    reasons: list[Json] | None = None,
    **more: Any,
) -> Json:
    """Say what is known of one cause; `hours` is the time to the threshold with its range."""
    return {
        "level": level,
        "risks": None if risks is None else [{"horizon_h": h, "p": p} for h, p in zip((24, 72, 168), risks, strict=True)],
        "calibrated": False,
        "time_to_threshold_h": None if hours is None else hours[0],
        "ttt_low_h": None if hours is None else hours[1],
        "ttt_high_h": None if hours is None else hours[2],
        "reasons": reasons or [],
        "as_of": None if level == "unknown" else iso(now - timedelta(seconds=40)),
        "quality": 0.0 if level == "unknown" else 0.92,
        "abstained": "",
    } | more


def low_voltage_reasons() -> list[Json]:
    """Say why the 12 V battery will not start the car."""
    return [
        words("rest_voltage", "静置电压 11.92 V，低于半电水平 12.2 V", "Resting voltage 11.92 V, below half charge at 12.2 V"),
        words("night_sag", "昨夜下降 0.31 V，为平时的 3 倍", "Fell by 0.31 V last night, three times its usual"),
        words("time_left", "按此趋势约 5 小时后无法启动", "At this rate it will not start in about 5 hours"),
    ]


def tyre_reasons() -> list[Json]:
    """Say why the tyre will be flat."""
    return [
        words("leak_rate", "左后轮 24 小时内漏气 38 kPa", "The rear left tyre lost 38 kPa in 24 hours"),
        words("others_hold", "其余三轮保持不变", "The other three hold their pressure"),
        words("to_limit", "约 19 小时后低于标准值的 75 %", "Below 75 % of the placard in about 19 hours"),
    ]


def ok(now: datetime) -> Json:
    """Say that nothing points to a breakdown."""
    return health("ok", now, (0.004, 0.01, 0.03))


def vehicle(now: datetime, number: int, plate: str, kind: str, **more: Any) -> Json:
    """Return one row of the fleet; `more` says how it differs from a healthy one."""
    age_s = more.pop("age_s", 42.0)
    causes = ("low_voltage_battery", "dtc") if kind == PETROL else ("low_voltage_battery", "tyre", "traction_battery")
    return {
        "id": f"car-{number}",
        "name": f"配送 {number:02d}",
        "plate": plate,
        "model": kind,
        "powertrain": "petrol" if kind == PETROL else "bev",
        "state": "driving",
        "last_seen": None if age_s is None else iso(now - timedelta(seconds=age_s)),
        "age_s": age_s,
        "fresh": age_s is not None and age_s < 600,
        "health": {cause: ok(now) for cause in causes} | more.pop("health", {}),
        "urgency": 0.0,
        "next_action": None,
        "open_cases": [],
        "position": None,
        "online": age_s is not None and age_s < 600,
        "agent_version": "0.1.0",
        "clock_quality": "synchronised",
        "odometer_km": 41_280.0 + 913 * number,
        "signals": PETROL_SIGNALS if kind == PETROL else BEV_SIGNALS,
    } | more


def place(lat: float, lon: float, precision: str = "exact", crs: str = "WGS84") -> Json:
    """Return a position."""
    return {"lat": lat, "lon": lon, "crs": crs, "precision": precision, "as_of": None}


def at_risk(now: datetime) -> list[Json]:
    """Return the vehicles with a finding."""
    stranding = words("dtc_stop", "确认故障码 P0087：燃油压力过低，可能随时熄火", "Confirmed code P0087: fuel pressure too low, may stall")
    charge = words("range", "剩余续航 31 km，最近充电桩 24 km", "31 km of range left, the nearest charger is 24 km away")
    return [
        vehicle(now, 3, "粤B·K72F6", PETROL, urgency=12.4, open_cases=["case-dtc"],
                health={"dtc": health("critical", now, (0.41, 0.62, 0.80), None, [stranding])},
                next_action=words("dispatch", "救援车已派出，预计 18 分钟到达", "A truck is on its way, about 18 minutes out") | {"action": "dispatch"},
                position=place(22.5401, 113.9532)),
        vehicle(now, 1, "粤B·D8L21", PETROL, urgency=9.1, state="parked", open_cases=["case-battery"],
                health={"low_voltage_battery": health("risk", now, (0.58, 0.83, 0.95), (5.2, 3.4, 8.8), low_voltage_reasons())},
                next_action=words("ask", "已询问驾驶人，等待答复", "The driver was asked, waiting for the answer") | {"action": "ask"},
                position=place(22.5312, 114.0551, "cell")),
        vehicle(now, 4, "粤BD·21577", BEV, urgency=6.3, open_cases=["case-tyre"],
                health={"tyre": health("risk", now, (0.31, 0.88, 0.97), (19.0, 15.0, 26.0), tyre_reasons())},
                next_action=words("inform", "已建议到 3 公里外的门店补胎", "Advised a tyre shop 3 km away") | {"action": "inform"},
                position=place(22.6021, 114.0319)),
        vehicle(now, 5, "粤BD·80843", BEV, urgency=2.0, state="driving",
                health={"traction_battery": health("watch", now, (0.12, 0.20, 0.24), (3.1, 2.2, 4.6), [charge])},
                next_action=words("watch", "继续观察，低于 8 % 时再提示", "Watching; says more below 8 %") | {"action": "watch"}),
    ]


def others(now: datetime) -> list[Json]:
    """Return the vehicles without a finding: unknown, silent, healthy."""
    abstained = health("unknown", now, abstained="no_tyre_pressure")
    unmeasured = {cause: health("unknown", now, abstained="no_voltage_measured") for cause in ("low_voltage_battery", "dtc")}
    return [
        vehicle(now, 6, "粤B·Q55M0", PETROL, urgency=0.2, age_s=None, state="unknown", health=unmeasured, signals=[],
                agent_version="", clock_quality="", odometer_km=None),
        vehicle(now, 7, "粤BD·33916", BEV, age_s=27_400.0, state="parked", health={"tyre": abstained}),
        vehicle(now, 8, "粤BD·47190", BEV, state="charging", position=place(22.5560, 113.8840, "exact", "GCJ02")),
        vehicle(now, 2, "粤B·H90T3", PETROL),
    ]  # fmt: skip


def vehicles(now: datetime) -> list[Json]:
    """Return the whole fleet."""
    return at_risk(now) + others(now)
