"""Why something was decided, in both languages, with the numbers that it stands on."""

from cloud.store.words import Sentence


def reason(
    code: str,
    *,
    p_pct: float | None,
    horizon_h: int,
    act: float,
    wait: float | None,
    age_s: float,
    quality: float,
    abstained: str,
) -> Sentence:
    """Return the sentence for a decision's `code`; raise `KeyError` for a code that no decision has."""
    p = "-" if p_pct is None else f"{p_pct:.0f}"
    waits = "-" if wait is None else f"{wait:.0f}"
    weighed_zh = f"{horizon_h}小时内抛锚概率{p}%：等待的期望损失{waits}，出车成本{act:.0f}"
    weighed_en = f"{p} % breakdown risk within {horizon_h} h: waiting is expected to cost {waits}, a visit {act:.0f}"
    sentences = {
        "stop_class": (
            "停车级故障：先给出指引并联系人工，再派车",
            "A stop-now fault: instructions and a person first, then a truck",
        ),
        "job_open": ("救援已在进行，不再重复派车", "Help is already on its way; nothing more is sent"),
        "stale": (
            f"数据已过去{age_s / 60.0:.0f}分钟，超出时效，不据此派车",
            f"The data are {age_s / 60.0:.0f} min old, past the limit; nothing is sent on them",
        ),
        "future": (
            "数据时间在未来，时钟不可信，不据此决策",
            "The data carry a time in the future; the clock is not trusted",
        ),
        "unmeasured": (
            f"没有可用的测量，无法判断（{abstained or '未测得'}）",
            f"Nothing was measured, so nothing is decided ({abstained or 'no reading'})",
        ),
        "poor_quality": (
            f"数据质量{quality:.2f}不足，只观察",
            f"Data quality {quality:.2f} is too low to act on; watching",
        ),
        "low_risk": (f"{weighed_zh}；风险低", f"{weighed_en}; the risk is low"),
        "below_ask": (f"{weighed_zh}；继续观察", f"{weighed_en}; watching"),
        "shop_matter": (f"{weighed_zh}；请到店处理，无需救援车", f"{weighed_en}; a matter for a workshop, not a truck"),
        "time_enough": (f"{weighed_zh}；尚可自行前往门店", f"{weighed_en}; there is time to drive to a shop"),
        "cool_down": (
            f"{weighed_zh}；该原因在冷却期内，不再打扰",
            f"{weighed_en}; asked about this lately, so not again yet",
        ),
        "quiet_period": (f"{weighed_zh}；静默期内，稍后再问", f"{weighed_en}; the driver was asked a short while ago"),
        "breaker": (
            f"{weighed_zh}；全车队告警激增，等待人工放行",
            f"{weighed_en}; too many alarms in the fleet at once, a person must release it",
        ),
        "standing_consent": (
            f"{weighed_zh}；车主已预先同意，直接派车",
            f"{weighed_en}; the owner agreed beforehand, a truck is sent",
        ),
        "ask_first": (f"{weighed_zh}；先征求驾驶人同意", f"{weighed_en}; the driver is asked first"),
    }
    return Sentence(*sentences[code])


def plain(code: str, *, age_s: float) -> Sentence:
    """Return the sentence of a decision that no probability stands behind."""
    return reason(code, p_pct=None, horizon_h=0, act=0.0, wait=None, age_s=age_s, quality=0.0, abstained="")
