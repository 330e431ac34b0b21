"""The words of a model card, in English and Chinese."""

from typing import Final

TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "card": """# Model card: breakdown risk

Model: `$model`. Calibrated causes: $calibrated.

**What it is for.** It forecasts breakdowns of a car by cause within 24 h, 72 h and 7 days, so that a driver is told, a
workshop is booked or help is offered. It sets no price and judges no driver. A score alone never sends a truck: costs,
data quality and the driver's answer do.

**Trained on.** $trained

**Evaluated on.** A simulated fleet, seed $seed: $vehicles vehicles, $days days, none of whose seeds any training saw.
Simulated cars break as their makers' and clubs' published rates say; real fleets differ, so recalibrate on outcomes.

| cause | breakdowns | told of | lead, days (10/50/90 %) | false per 1,000 vehicle-years | AUC | A/E | net cost |
|---|---|---|---|---|---|---|---|
$rows

All causes: $rescue false rescue-grade alerts in 1,000 vehicle-years, $advice false pieces of advice in a vehicle-year.

**Where not to use it.** Causes without enough breakdowns to learn from keep their uncalibrated rule. A reading that is
missing, stale or implausible raises uncertainty or makes the cause abstain; it never raises health.
""",
        "none": "none",
        "rules": "No training: the rules score, and their probabilities are not calibrated.",
        "seeds": "Simulated fleets of seeds {seeds}.",
    },
    "zh": {
        "card": """# 模型卡：抛锚风险

模型：`$model`。已校准的原因：$calibrated。

**用途。** 按原因预测车辆在24小时、72小时和7天内抛锚的概率，用于提醒车主、预约维修或主动提供救援。它不用于定价，
也不评价驾驶人。仅凭分数从不派车：成本、数据质量和车主的答复才决定。

**训练数据。** $trained

**评估数据。** 模拟车队，种子$seed：$vehicles辆车，$days天，任何训练都未见过其种子。模拟车辆的故障率取自公开数据；
真实车队会有差异，应以实际结果重新校准。

| 原因 | 抛锚次数 | 提前告知 | 提前天数（10/50/90%） | 每千车年误报 | AUC | 实际/预期 | 净成本 |
|---|---|---|---|---|---|---|---|
$rows

全部原因：每千车年$rescue次救援级误报，每车年$advice次建议级误报。

**不适用之处。** 抛锚样本不足的原因仍使用未校准的规则。读数缺失、过期或不可信时，只会增大不确定性或放弃判断，
绝不会被当作健康。
""",
        "none": "无",
        "rules": "未训练：由规则评分，其概率未经校准。",
        "seeds": "模拟车队，种子{seeds}。",
    },
}
