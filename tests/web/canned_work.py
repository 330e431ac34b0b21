"""Cases, rescues, reminders and partners that go with the made-up fleet."""

from datetime import datetime, timedelta
from typing import Any

from tests.web.canned_fleet import BEV, PETROL, Json, iso, low_voltage_reasons, place, tyre_reasons, words


def minutes(now: datetime, ago: float) -> str:
    """Write the moment `ago` minutes before `now`; a negative one lies ahead."""
    return iso(now - timedelta(minutes=ago))


def ref(number: int, plate: str, model: str) -> Json:
    """Point at a vehicle of the fleet."""
    return {"id": f"car-{number}", "name": f"配送 {number:02d}", "plate": plate, "model": model}


def event(at: str, actor: str, kind: str, zh: str, en: str) -> Json:
    """Return one line of a timeline."""
    return {"at": at, "actor": actor, "kind": kind, "zh": zh, "en": en, "data": {}}


def decision(action: str, at: str, zh: str, en: str, act: float | None, wait: float | None) -> Json:
    """Return what was decided."""
    return {
        "action": action,
        "at": at,
        "zh": zh,
        "en": en,
        "expected_cost_act": act,
        "expected_cost_wait": wait,
        "inputs": {"p": 0.58, "horizon_h": 24, "quality": 0.92, "age_s": 40.0, "model": "low-voltage-1"},
    }


def case(now: datetime, name: str, vehicle: Json, cause: str, **more: Any) -> Json:
    """Return one case."""
    return {
        "id": name,
        "vehicle": vehicle,
        "cause": cause,
        "state": "open",
        "severity": 3,
        "opened_at": minutes(now, 26),
        "updated_at": minutes(now, 3),
        "as_of": minutes(now, 1),
        "age_at_open_s": 55.0,
        "late": False,
        "reasons": [],
        "risks": [{"horizon_h": h, "p": p} for h, p in ((24, 0.58), (72, 0.83), (168, 0.95))],
        "calibrated": False,
        "time_to_threshold_h": None,
        "decision": None,
        "job_id": None,
        "resolution": None,
        "version": 3,
        "timeline": [],
    } | more


def battery_case(now: datetime) -> Json:
    """Return the case of the dying 12 V battery, with the driver asked."""
    zh = "24小时内抛锚概率58%：等待的期望损失464，出车成本180；先征求驾驶人同意"
    en = "58 % breakdown risk within 24 h: waiting is expected to cost 464, a visit 180; the driver is asked first"
    return case(
        now, "case-battery", ref(1, "粤B·D8L21", PETROL), "low_voltage_battery",
        reasons=low_voltage_reasons(), time_to_threshold_h=5.2,
        decision=decision("ask", minutes(now, 25), zh, en, 180.0, 464.0),
        timeline=[
            event(minutes(now, 26), "outrider", "opened", "开启：12V 蓄电池有风险", "Opened: the 12 V battery is at risk"),
            event(minutes(now, 25), "outrider", "decision", zh, en),
            event(minutes(now, 25), "outrider", "asked", "已向驾驶人发送询问链接", "The driver was sent a link with the question"),
        ],
    )  # fmt: skip


def cases(now: datetime) -> list[Json]:
    """Return every case, the newest first."""
    stall = words("dtc_stop", "确认故障码 P0087：燃油压力过低", "Confirmed code P0087: fuel pressure too low")
    zh, en = "停车级故障：先给出指引并联系人工，再派车", "A stop-now fault: instructions and a person first, then a truck"
    return [
        case(now, "case-dtc", ref(3, "粤B·K72F6", PETROL), "dtc", severity=5, state="acknowledged", reasons=[stall],
             opened_at=minutes(now, 14), job_id="job-dtc",
             decision=decision("emergency", minutes(now, 14), zh, en, None, None),
             timeline=[
                 event(minutes(now, 14), "outrider", "opened", "开启：故障码", "Opened: fault codes"),
                 event(minutes(now, 13), "operator", "acknowledged", "值班员已接手：已电话联系驾驶人", "Acknowledged: driver called"),
                 event(minutes(now, 11), "partner:nanshan", "job", "南山救援站已接单", "Nanshan Rescue accepted"),
             ]),
        battery_case(now),
        case(now, "case-tyre", ref(4, "粤BD·21577", BEV), "tyre", reasons=tyre_reasons(), time_to_threshold_h=19.0,
             opened_at=minutes(now, 190), age_at_open_s=5_400.0, late=True,
             decision=decision("inform", minutes(now, 188), "尚可自行前往门店", "There is time to drive to a shop", 180.0, 96.0)),
        case(now, "case-old", ref(2, "粤B·H90T3", PETROL), "low_voltage_battery", state="resolved", resolution="repaired",
             opened_at=minutes(now, 3_000), updated_at=minutes(now, 1_400), severity=2),
    ]  # fmt: skip


def step(state: str, at: str, by: str, reason: str | None = None) -> Json:
    """Return one step of a job."""
    return {"state": state, "at": at, "by": by, "reason": reason}


def offer(now: datetime, partner: Json, state: str, ago: float, reason: str | None = None) -> Json:
    """Return one offer, made `ago` minutes before `now`, open for two minutes."""
    return {
        "partner": partner,
        "state": state,
        "offered_at": minutes(now, ago),
        "deadline": minutes(now, ago - 2),
        "reason": reason,
    }


NANSHAN = {"id": "nanshan", "name": "南山救援站"}
FUTIAN = {"id": "futian", "name": "福田道路救援"}
LONGHUA = {"id": "longhua", "name": "龙华充电车"}


def job(now: datetime, name: str, vehicle: Json, state: str, **more: Any) -> Json:
    """Return one rescue."""
    return {
        "id": name,
        "case_id": None,
        "origin": "prediction",
        "priority": 5,
        "vehicle": vehicle,
        "state": state,
        "service": "jump_start",
        "created_at": minutes(now, 10),
        "promise_by": minutes(now, -20),
        "eta": None,
        "escalated_at": None,
        "partner": None,
        "offers": [],
        "position": None,
        "history": [step("proposed", minutes(now, 10), "outrider")],
    } | more


def jobs(now: datetime) -> list[Json]:
    """Return the rescues: in every lane, with a promise that holds, wears thin and is broken."""
    caller = {"id": None, "name": "", "plate": "粤A·66T18", "model": ""}
    return [
        job(now, "job-dtc", ref(3, "粤B·K72F6", PETROL), "en_route", case_id="case-dtc", origin="emergency", priority=0,
            service="tow", partner=NANSHAN, eta=minutes(now, -18), position=place(22.5401, 113.9532),
            offers=[offer(now, FUTIAN, "declined", 13, "no_truck"), offer(now, NANSHAN, "accepted", 12)],
            history=[step("proposed", minutes(now, 13), "outrider"), step("offered", minutes(now, 12), "outrider"),
                     step("accepted", minutes(now, 11), "partner:nanshan"), step("en_route", minutes(now, 10), "partner:nanshan")]),
        job(now, "job-caller", caller, "offered", origin="person", service="tyre_change", created_at=minutes(now, 25),
            promise_by=minutes(now, -5), position=place(22.6234, 114.0120, "pin"),
            offers=[offer(now, LONGHUA, "expired", 3), offer(now, FUTIAN, "offered", 0.5)]),
        job(now, "job-late", ref(8, "粤BD·47190", BEV), "accepted", service="mobile_charge", partner=LONGHUA,
            created_at=minutes(now, 48), promise_by=minutes(now, 3), eta=minutes(now, -9), escalated_at=minutes(now, 2)),
        job(now, "job-site", ref(4, "粤BD·21577", BEV), "on_site", service="tyre_change", partner=FUTIAN,
            created_at=minutes(now, 36), promise_by=minutes(now, -9),
            history=[step("proposed", minutes(now, 36), "outrider"), step("on_site", minutes(now, 4), "partner:futian")]),
        job(now, "job-done", ref(2, "粤B·H90T3", PETROL), "completed", partner=NANSHAN,
            created_at=minutes(now, 400), promise_by=minutes(now, 370),
            history=[step("proposed", minutes(now, 400), "outrider"), step("on_site", minutes(now, 381), "partner:nanshan"),
                     step("completed", minutes(now, 352), "partner:nanshan")]),
    ]  # fmt: skip


def reminders(now: datetime) -> list[Json]:
    """Return what is due."""

    def reminder(name: str, vehicle: Json, state: str, kind: str, zh: str, en: str, **more: Any) -> Json:
        return {
            "id": name,
            "vehicle": vehicle,
            "kind": kind,
            "state": state,
            "due_km": None,
            "due_at": None,
            "odometer_km": 42_193.0,
            "zh": zh,
            "en": en,
            "created_at": minutes(now, 600),
            "updated_at": minutes(now, 60),
        } | more

    return [
        reminder("rem-1", ref(2, "粤B·H90T3", PETROL), "overdue", "service", "保养已超过 493 公里", "Service is 493 km overdue",
                 due_km=42_613.0, odometer_km=43_106.0),
        reminder("rem-2", ref(1, "粤B·D8L21", PETROL), "due_soon", "low_voltage_battery", "蓄电池预计两周内需更换",
                 "The 12 V battery will likely need replacing within two weeks", due_at=minutes(now, -20_000)),
        reminder("rem-3", ref(7, "粤BD·33916", BEV), "booked", "tyre", "轮胎换位已预约", "Tyre rotation is booked", due_km=48_000.0),
    ]  # fmt: skip


def partners() -> list[Json]:
    """Return the partners, one of them with every truck out."""
    return [
        NANSHAN | {"services": ["jump_start", "battery_exchange", "tow"], "capacity": 4, "busy": 1,
                   "position": place(22.5188, 113.9300)},
        FUTIAN | {"services": ["tyre_change", "jump_start", "fuel_delivery"], "capacity": 3, "busy": 1,
                  "position": place(22.5480, 114.0620)},
        LONGHUA | {"services": ["mobile_charge", "flatbed_tow"], "capacity": 1, "busy": 1, "position": place(22.6570, 114.0230)},
    ]  # fmt: skip


def question(now: datetime) -> Json:
    """Return what the driver of the dying battery is asked."""
    return {
        "vehicle": ref(1, "粤B·D8L21", PETROL),
        "cause": "low_voltage_battery",
        "service": "jump_start",
        "zh": "您的车明早可能无法启动。救援车约 25 分钟可到，需要派车吗？",
        "en": "Your car may not start tomorrow. A van can be with you in about 25 minutes. Shall it come?",
        "reasons": low_voltage_reasons(),
        "eta_minutes": 25.0,
        "asked_at": minutes(now, 2),
        "deadline": minutes(now, -13),
        "answer": None,
        "needs_position": False,
        "job_id": None,
        "job_state": None,
    }
