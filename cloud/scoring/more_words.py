"""The sentences of engine, fuel, charging system and charging pile; see `reasons`."""

from typing import Final

# code: (zh, en)
MORE: Final[dict[str, tuple[str, str]]] = {
    "battery_replaced": (
        "{days:.0f} 天前疑似更换了蓄电池：静置电压上升 {step_v:.2f} V 且启动更轻松",
        "another battery since {days:.0f} days: {step_v:.2f} V more at rest, and starting is easier",
    ),
    "slow_starts": (
        "近两周约 {starts:.0f} 次启动吃力，启动压降比 {rho_pct:.0f}%（换算至标准温度）",
        "about {starts:.0f} hard starts lately, the dip is {rho_pct:.0f} % of what is left (at standard temperature)",
    ),
    "start_limit_forecast": (
        "预报最低 {degc:.0f} °C，低于 {limit_v:.2f} V 将难以启动",
        "down to {degc:.0f} °C is forecast: below {limit_v:.2f} V it will hardly start",
    ),
    "soc_jumped": (
        "电量显示曾突降 {pct:.1f}%，剩余电量不可尽信",
        "the shown charge fell by {pct:.1f} % at once: it is not to be relied on",
    ),
    "parked_drift": (
        "停放时电量每天下降 {pct_d:.1f}%",
        "loses {pct_d:.1f} % of charge per day while parked",
    ),
    "code_returns": (
        "该故障码清除后一周内再次出现，已 {times:.0f} 次：间歇性故障",
        "it came back within a week of being cleared, {times:.0f} times so far: it is intermittent",
    ),
    "charges": ("充电系统工作正常", "the charging system carries the load"),
    "charges_weakly": (
        "有 {trips:.0f} 次行程充电电压偏低（低于 {limit_v:.1f} V），尚不足以判断",
        "charge voltage was low (below {limit_v:.1f} V) on {trips:.0f} trips, too few to tell",
    ),
    "coolant_now": ("冷却液温度 {degc:.0f} °C", "coolant at {degc:.0f} °C"),
    "coolant_stop": (
        "冷却液温度 {degc:.0f} °C，超过 {limit_degc:.0f} °C（或 {rising_degc:.0f} °C 且仍在上升）：请安全停车并熄火",
        "coolant at {degc:.0f} °C, past {limit_degc:.0f} °C (or {rising_degc:.0f} °C and rising): stop safely",
    ),
    "coolant_lost": (
        "{minutes:.0f} 分钟前运转中冷却液温度骤降至环境温度，现读数 {degc:.0f} °C：可能缺液，请安全停车",
        "fell to the air's temperature while running {minutes:.0f} min ago, now {degc:.0f} °C: coolant gone?",
    ),
    "coolant_rises": (
        "按当前升温约 {minutes:.1f} 分钟后（{low_min:.1f} 至 {high_min:.1f} 分钟）达到 {limit_degc:.0f} °C",
        "reaches {limit_degc:.0f} °C in about {minutes:.1f} min ({low_min:.1f} to {high_min:.1f} min)",
    ),
    "coolant_trend": ("每分钟变化 {k_min:.1f} K", "changing by {k_min:.1f} K per minute"),
    "coolant_doubted": (
        "最近 {readings:.0f} 次读数不可能出现，视为坏数据、未采用",
        "the last {readings:.0f} readings are impossible: bad data, left out",
    ),
    "thermostat": (
        "该发动机正常保持在 {degc:.0f} °C（{hours:.1f} 小时内学得）",
        "this engine is held at {degc:.0f} °C (learned over {hours:.1f} h)",
    ),
    "thermostat_unknown": (
        "正常工作温度尚未学得（仅 {hours:.1f} 小时热机数据）",
        "where this engine is held is not learned yet ({hours:.1f} h of warm running)",
    ),
    "oil_now": ("机油压力 {kpa:.0f} kPa", "oil pressure {kpa:.0f} kPa"),
    "oil_lost": (
        "机油压力仅 {kpa:.0f} kPa，过低已持续 {seconds:.0f} 秒：请立即熄火",
        "oil pressure only {kpa:.0f} kPa, too low for {seconds:.0f} s: switch the engine off now",
    ),
    "oil_floor": (
        "在 {rpm:.0f} rpm 时至少应有 {floor_kpa:.0f} kPa",
        "at {rpm:.0f} rpm at least {floor_kpa:.0f} kPa is needed",
    ),
    "engine_stands": ("发动机未运转", "the engine does not turn"),
    "oil_share": (
        "运转 {hours:.1f} 小时平均为最低要求的 {share_pct:.0f}%",
        "averages {share_pct:.0f} % of the least it needs, over {hours:.1f} h of running",
    ),
    "fuel_left": (
        "油量 {pct:.0f}%，按当前油耗还可行驶约 {range_km:.0f} km",
        "{pct:.0f} % of fuel left, about {range_km:.0f} km at the present consumption",
    ),
    "station_distance": (
        "到加油站按 {station_km:.0f} km 计，能到达的概率 {reach_pct:.0f}%",
        "a station is taken to be {station_km:.0f} km away; it is reached with {reach_pct:.0f} % probability",
    ),
    "fuel_empty_in": (
        "油量每小时下降 {pct_h:.1f}%，约 {hours:.1f} 小时后耗尽",
        "falling by {pct_h:.1f} % per hour, empty in about {hours:.1f} h",
    ),
    "fuel_consumption": (
        "油耗每百公里 {pct_100km:.1f}% 油箱（{learned_km:.0f} km 内测得）",
        "uses {pct_100km:.1f} % of the tank per hundred km (measured over {learned_km:.0f} km)",
    ),
    "fuel_assumed": (
        "尚未测得油耗，按每百公里 {pct_100km:.1f}% 油箱估算",
        "consumption not yet measured; taken as {pct_100km:.1f} % of the tank per hundred km",
    ),
    "pile_idle": (
        "充电已启动 {minutes:.0f} 分钟，但没有电流",
        "charging was started {minutes:.0f} min ago and nothing flows",
    ),
    "pile_broken": (
        "最近一天内充电中断 {times:.0f} 次",
        "charging was broken off {times:.0f} times within a day",
    ),
    "pile_code": (
        "{ecu} 报告充电故障码 {code}",
        "{ecu} reports the charging code {code}",
    ),
    "pile_flows": (
        "本次充电已有 {minutes:.0f} 分钟电流",
        "current has flowed for {minutes:.0f} min in the latest session",
    ),
    "pile_fault": ("中断原因：{what_zh}", "what stopped it: {what_en}"),
    "pile_no_fault": ("未报告充电中断原因", "no cause of a stop was reported"),
    "other_pile": (
        "电量 {soc_pct:.0f}%，到另一充电站按 {charger_km:.0f} km 计，能到达的概率 {reach_pct:.0f}%",
        "{soc_pct:.0f} % charged; a charger taken to be {charger_km:.0f} km away is reached with {reach_pct:.0f} %",
    ),
    "charge_unknown": ("电量未知", "the state of charge is not known"),
}
