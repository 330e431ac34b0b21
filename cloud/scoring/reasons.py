"""The sentences that explain a score. Every number in one is among the reason's own, rounded alike."""

import functools
import string
from typing import Final

from cloud.scoring.more_words import MORE
from cloud.scoring.types import Reason

# code: (zh, en)
TEMPLATES: Final[dict[str, tuple[str, str]]] = {
    "resting_voltage": (
        "静置 {rest_h:.1f} 小时后 12 V 电池电压为 {volts:.2f} V，约合 {soc_pct:.0f}% 电量",
        "12 V battery at {volts:.2f} V after {rest_h:.1f} h of rest, about {soc_pct:.0f} % charged",
    ),
    "wake_voltage": (
        "唤醒后首次读数为 {volts:.2f} V（此前静置 {rest_h:.1f} 小时，无供电电压监测）",
        "first reading after waking was {volts:.2f} V (after {rest_h:.1f} h of rest, not watched by a supply source)",
    ),
    "parking_drain": (
        "停放时电压每小时下降 {mv_h:.0f} mV，约每小时 {pct_h:.1f}% 电量",
        "falling by {mv_h:.0f} mV per hour while parked, about {pct_h:.1f} % of charge per hour",
    ),
    "time_to_no_start": (
        "预计 {hours:.1f} 小时后（{low_h:.1f} 至 {high_h:.1f} 小时）降至 {limit_v:.2f} V，将无法启动",
        "reaches {limit_v:.2f} V, too low to start, in {hours:.1f} h ({low_h:.1f} to {high_h:.1f} h)",
    ),
    "no_drain": (
        "停放 {rest_h:.1f} 小时，未见明显放电（每小时 {mv_h:.1f} mV）",
        "no significant drain over {rest_h:.1f} h parked ({mv_h:.1f} mV per hour)",
    ),
    "drain_not_watched": (
        "停放期间的放电无法判断：没有供电电压监测",
        "drain while parked is not known: no supply source",
    ),
    "drain_too_early": (
        "停放时间 {rest_h:.1f} 小时，尚不足以判断放电速度",
        "{rest_h:.1f} h parked is too short to judge the drain",
    ),
    "crank_polled": (
        "最近 {starts:.0f} 次启动的最低电压平均 {volts:.1f} V（轮询读数，可能未捕捉到真正低点）",
        "lowest voltage over {starts:.0f} starts averages {volts:.1f} V (polled; the true dip may be lower)",
    ),
    "crank_measured": (
        "最近 {starts:.0f} 次启动的最低电压平均 {volts:.1f} V",
        "lowest voltage over {starts:.0f} starts averages {volts:.1f} V",
    ),
    "crank_unknown": ("没有启动时的电压记录", "no voltage was recorded while starting"),
    "start_limit": (
        "在 {degc:.0f} °C 时，低于 {limit_v:.2f} V 将难以启动",
        "at {degc:.0f} °C, below {limit_v:.2f} V it will hardly start",
    ),
    "not_charging": (
        "行驶中电压仅 {volts:.2f} V，已持续 {minutes:.0f} 分钟，未在充电",
        "only {volts:.2f} V while running, for {minutes:.0f} min: it is not being charged",
    ),
    "voltage_sagging": (
        "行驶中电压 {volts:.2f} V，每分钟下降 {mv_min:.0f} mV",
        "{volts:.2f} V while running and falling by {mv_min:.0f} mV per minute",
    ),
    "undercharged": (
        "连续 {trips:.0f} 次行程充电电压偏低（低于 {limit_v:.1f} V）",
        "charge voltage was low (below {limit_v:.1f} V) on {trips:.0f} trips in a row",
    ),
    "overcharged": (
        "充电电压高于 {limit_v:.1f} V，已持续 {minutes:.0f} 分钟",
        "charge voltage above {limit_v:.1f} V for {minutes:.0f} min",
    ),
    "last_voltage": ("最近一次读数 {volts:.2f} V", "the last reading was {volts:.2f} V"),
    "charging_limits": (
        "正常充电电压应在 {low_v:.1f} 至 {high_v:.1f} V 之间",
        "a working charging system holds {low_v:.1f} to {high_v:.1f} V",
    ),
    "pressure": (
        "{wheel_zh}胎压 {kpa:.0f} kPa（标称 {placard_kpa:.0f} kPa 的 {share_pct:.0f}%）",
        "{wheel_en} tyre at {kpa:.0f} kPa, {share_pct:.0f} % of its {placard_kpa:.0f} kPa placard",
    ),
    "leak": (
        "{wheel_zh}胎每天漏气 {kpa_d:.1f} kPa（误差 {sd_kpa_d:.1f}）",
        "{wheel_en} tyre loses {kpa_d:.1f} kPa per day (give or take {sd_kpa_d:.1f})",
    ),
    "time_to_flat": (
        "预计 {hours:.1f} 小时后（{low_h:.1f} 至 {high_h:.1f} 小时）低于 {flat_kpa:.0f} kPa",
        "falls below {flat_kpa:.0f} kPa in {hours:.1f} h ({low_h:.1f} to {high_h:.1f} h)",
    ),
    "flat_now": (
        "最近 {readings:.0f} 次读数均低于 {flat_kpa:.0f} kPa",
        "the last {readings:.0f} readings were all below {flat_kpa:.0f} kPa",
    ),
    "no_leak": (
        "未见漏气：最低的{wheel_zh}胎变化为每天 {kpa_d:.1f} kPa",
        "no leak seen: the {wheel_en} tyre, the lowest, changes by {kpa_d:.1f} kPa per day",
    ),
    "leak_too_early": (
        "已有 {windows:.0f} 个六小时均值，尚不足以判断缓慢漏气",
        "{windows:.0f} six-hour means are too few to judge a slow leak",
    ),
    "tyre_compensated": (
        "已按轮胎温度换算到 {degc:.0f} °C（绝对压力）",
        "pressures are brought to {degc:.0f} °C by tyre temperature (absolute pressure)",
    ),
    "tyre_relative": (
        "无轮胎温度：与其他车轮的中位数 {median_kpa:.0f} kPa 比较",
        "no tyre temperature: compared with the other wheels' median of {median_kpa:.0f} kPa",
    ),
    "charge_left": (
        "电量 {soc_pct:.1f}%，按当前能耗还可行驶约 {range_km:.0f} km",
        "{soc_pct:.1f} % charged, about {range_km:.0f} km at the present consumption",
    ),
    "charger_distance": (
        "到充电站按 {charger_km:.0f} km 计，能到达的概率 {reach_pct:.0f}%",
        "a charger is taken to be {charger_km:.0f} km away; it is reached with {reach_pct:.0f} % probability",
    ),
    "consumption": (
        "能耗每百公里 {pct_100km:.1f}% 电量（{learned_km:.0f} km 内测得）",
        "consumes {pct_100km:.1f} % of charge per hundred km (measured over {learned_km:.0f} km)",
    ),
    "consumption_assumed": (
        "尚未测得能耗，按每百公里 {pct_100km:.1f}% 电量估算",
        "consumption not yet measured; taken as {pct_100km:.1f} % of charge per hundred km",
    ),
    "empty_in": (
        "电量每小时下降 {pct_h:.1f}%，约 {hours:.1f} 小时后耗尽",
        "falling by {pct_h:.1f} % per hour, empty in about {hours:.1f} h",
    ),
    "is_charging": ("正在充电", "it is charging"),
    "code": ("{ecu} 报告{status_zh}故障码 {code}：{text_zh}", "{ecu} reports {status_en} code {code}: {text_en}"),
    "code_severity": (
        "严重度 {severity:.0f}（最高 {most:.0f}）：{meaning_zh}",
        "severity {severity:.0f} of {most:.0f}: {meaning_en}",
    ),
    "code_count": (
        "共 {codes:.0f} 个故障码，来自 {ecus:.0f} 个控制单元",
        "{codes:.0f} codes in all, from {ecus:.0f} control units",
    ),
    "code_seen": (
        "该故障码已被报告 {times:.0f} 次，故障灯{lamp_zh}",
        "reported {times:.0f} times so far, warning lamp {lamp_en}",
    ),
    "burst": (
        "{minutes:.0f} 分钟内 {ecus:.0f} 个控制单元出现 {codes:.0f} 个故障码，多为供电或总线问题",
        "{codes:.0f} codes from {ecus:.0f} control units within {minutes:.0f} min: most likely supply voltage or bus",
    ),
    "cell_advise": (
        "第 {cell:.0f} 号电芯偏离电池组中位电压 {off_mv:.0f} mV，较自身基线变化 {drift_mv:.0f} mV，建议检查",
        "cell {cell:.0f} is {off_mv:.0f} mV off the pack's median, {drift_mv:.0f} mV off its own past: look at it",
    ),
    "cell_inspect": (
        "第 {cell:.0f} 号电芯明显偏离电池组中位电压 {off_mv:.0f} mV，较自身基线变化 {drift_mv:.0f} mV，应尽快检测",
        "cell {cell:.0f} stands out by {off_mv:.0f} mV, {drift_mv:.0f} mV of it lately: inspect it soon",
    ),
    "cell_stop": (
        "第 {cell:.0f} 号电芯偏离达 {off_mv:.0f} mV（较自身基线变化 {drift_mv:.0f} mV），请勿继续使用",
        "cell {cell:.0f} is {off_mv:.0f} mV away ({drift_mv:.0f} mV from its own baseline): do not go on using the car",
    ),
    "cell_resistance": (
        "第 {cell:.0f} 号电芯内阻 {milliohm:.2f} mΩ，电池组中位值为 {usual_milliohm:.2f} mΩ，建议检查",
        "cell {cell:.0f} shows {milliohm:.2f} mOhm, the pack's median is {usual_milliohm:.2f}: have it looked at",
    ),
    "cell_swings": (
        "第 {cell:.0f} 号电芯随充放电的电压波动达 {swing_mv:.0f} mV，明显大于其他电芯，容量可能衰减，建议检查",
        "cell {cell:.0f} swings by {swing_mv:.0f} mV with the charge, the others do not: it holds less, look at it",
    ),
    "cells_ranked": (
        "最可疑电芯：{cell_1:.0f} 号 {mv_1:.0f} mV、{cell_2:.0f} 号 {mv_2:.0f} mV、{cell_3:.0f} 号 {mv_3:.0f} mV",
        "most suspicious: cell {cell_1:.0f} {mv_1:.0f} mV, {cell_2:.0f} {mv_2:.0f} mV, {cell_3:.0f} {mv_3:.0f} mV",
    ),
    "cells_even": (
        "电芯电压一致：压差平均 {spread_mv:.0f} mV（低电流下观察 {hours:.1f} 小时）",
        "cells agree: {spread_mv:.0f} mV apart on average (watched at low current for {hours:.1f} h)",
    ),
    "cells_spread": (
        "电芯压差平均 {spread_mv:.0f} mV（低电流下观察 {hours:.1f} 小时）",
        "the cells are {spread_mv:.0f} mV apart on average (watched at low current for {hours:.1f} h)",
    ),
    "cells_believed": (
        "共 {cells:.0f} 个电芯，{refused:.0f} 个读数不可信、未采用",
        "{cells:.0f} cells in all; {refused:.0f} readings were not believed and left out",
    ),
    "cells_not_watched": (
        "电芯电压的观察时间尚不足以比较",
        "the cells have not been watched for long enough to compare",
    ),
    "cell_frames": ("已收到 {frames:.0f} 帧电芯电压", "{frames:.0f} frames of cell voltages were read so far"),
    "pack_heats": (
        "动力电池温度 {hot_degc:.0f} °C，每分钟上升 {degc_min:.0f} °C：立即停车并远离车辆",
        "battery at {hot_degc:.0f} °C, rising by {degc_min:.0f} °C per minute: stop and get away from the car",
    ),
    "pack_uneven": (
        "动力电池温差 {spread_degc:.0f} °C，最高 {hot_degc:.0f} °C",
        "traction battery temperatures differ by {spread_degc:.0f} °C, the highest is {hot_degc:.0f} °C",
    ),
    "alarm_level": (
        "电池管理系统报警等级 {level:.0f}（最高 {most:.0f} 级）",
        "the battery management raises alarm level {level:.0f} of at most {most:.0f}",
    ),
    "insulation": (
        "绝缘电阻 {kohm:.0f} kΩ，即 {ohm_v:.0f} Ω/V（应不低于 {limit:.0f}）",
        "insulation resistance {kohm:.0f} kOhm, {ohm_v:.0f} Ohm/V (at least {limit:.0f} is sound)",
    ),
    "no_codes": ("控制单元未报告故障码", "the control units report no codes"),
    "codes_asked": ("已询问 {ecus:.0f} 个控制单元", "{ecus:.0f} control units were asked"),
    "lamp": ("故障灯{lamp_zh}", "the warning lamp is {lamp_en}"),
    **MORE,
}


def reason(code: str, /, **numbers: float | str) -> Reason:
    """Return the reason `code` with its numbers rounded as its sentences show them."""
    zh, en = TEMPLATES[code]
    digits = _digits(zh)
    kept = {
        name: number if isinstance(number, str) else _rounded(number, digits[name]) for name, number in numbers.items()
    }
    return Reason(code, kept, zh.format(**kept), en.format(**kept))


def _rounded(number: float, digits: int) -> float:
    return round(float(number), digits) + 0.0  # + 0.0 so that -0.0 is not shown


@functools.cache
def _digits(template: str) -> dict[str, int]:
    """Return how many decimals the sentence shows of each of its numbers."""
    fields = string.Formatter().parse(template)
    return {name: int(spec[1:-1]) for _, name, spec, _ in fields if name and spec}
