"""Why something was decided, in both languages, with the numbers that it stands on."""

from typing import Final

from cloud.store.words import Sentence

_WEIGHED: Final = Sentence(
    "{horizon_h}小时内抛锚概率{p}%：等待的期望损失{wait}，出车成本{act:.0f}",
    "{p} % breakdown risk within {horizon_h} h: waiting is expected to cost {wait}, a visit {act:.0f}",
)
# What stands on the data alone.
_PLAIN: Final = {
    "stop_class": Sentence(
        "停车级故障：先给出指引并联系人工，再派车",
        "A stop-now fault: instructions and a person first, then a truck",
    ),
    "job_open": Sentence("救援已在进行，不再重复派车", "Help is already on its way; nothing more is sent"),
    "stale": Sentence(
        "数据已过去{minutes:.0f}分钟，超出时效，不据此派车",
        "The data are {minutes:.0f} min old, past the limit; nothing is sent on them",
    ),
    "future": Sentence(
        "数据时间在未来，时钟不可信，不据此决策",
        "The data carry a time in the future; the clock is not trusted",
    ),
    "unmeasured": Sentence(
        "没有可用的测量，无法判断（{abstained}）", "Nothing was measured, so nothing is decided ({abstained})"
    ),
    "poor_quality": Sentence(
        "数据质量{quality:.2f}不足，只观察", "Data quality {quality:.2f} is too low to act on; watching"
    ),
}
# What both expected costs were weighed for.
_THEN: Final = {
    "low_risk": Sentence("风险低", "the risk is low"),
    "below_ask": Sentence("继续观察", "watching"),
    "shop_matter": Sentence("请到店处理，无需救援车", "a matter for a workshop, not a truck"),
    "time_enough": Sentence("尚可自行前往门店", "there is time to drive to a shop"),
    "cool_down": Sentence("该原因在冷却期内，不再打扰", "asked about this lately, so not again yet"),
    "quiet_period": Sentence("静默期内，稍后再问", "the driver was asked a short while ago"),
    "breaker": Sentence(
        "全车队告警激增，等待人工放行", "too many alarms in the fleet at once, a person must release it"
    ),
    "standing_consent": Sentence("车主已预先同意，直接派车", "the owner agreed beforehand, a truck is sent"),
    "ask_first": Sentence("先征求驾驶人同意", "the driver is asked first"),
}


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
    numbers = {
        "p": "-" if p_pct is None else percent(p_pct),
        "horizon_h": horizon_h,
        "act": act,
        "wait": "-" if wait is None else f"{wait:.0f}",
        "minutes": age_s / 60.0,
        "quality": quality,
        "abstained": abstained or "-",
    }
    if code in _PLAIN:
        return Sentence(*(template.format(**numbers) for template in _PLAIN[code]))
    weighed, then = Sentence(*(template.format(**numbers) for template in _WEIGHED)), _THEN[code]
    return Sentence(f"{weighed.zh}；{then.zh}", f"{weighed.en}; {then.en}")


def percent(p_pct: float) -> str:
    """Return a probability in percent; what is nearly certain is not called certain."""
    if p_pct > 99.0:
        return ">99"
    return "<1" if p_pct < 1.0 else f"{p_pct:.0f}"


def plain(code: str, *, age_s: float) -> Sentence:
    """Return the sentence of a decision that no probability stands behind."""
    return reason(code, p_pct=None, horizon_h=0, act=0.0, wait=None, age_s=age_s, quality=0.0, abstained="")
