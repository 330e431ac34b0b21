"""What an inspection reminder says, in both languages; its numbers are those of the finding, rounded alike."""

from cloud.scoring.anomaly.days import FEATURES
from cloud.scoring.anomaly.model import Odd, Oddity
from cloud.store.words import Sentence


def reason(oddity: Oddity) -> Sentence:
    """Return one number of a day against its class."""
    feature = FEATURES[oddity.column]
    digits = 2 if feature.unit == "V" else 0 if feature.unit in ("rpm", "mV", "kPa") else 1
    value, median = (f"{number + 0.0:.{digits}f} {feature.unit}" for number in (oddity.value, oddity.median))
    return Sentence(f"{feature.zh} {value}，同类车辆通常为 {median}", f"{feature.en} {value}, usually {median}")


def inspection(odd: Odd) -> Sentence:
    """Return the reminder for a vehicle to look at; it asks for an inspection and claims no fault."""
    reasons = [reason(oddity) for oddity in odd.oddities]
    zh, en = "；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)
    return Sentence(
        f"昨日表现与同类车辆明显不同，建议检查：{zh}。",
        f"Yesterday was unlike that of other vehicles of its kind; have it looked at: {en}.",
    )
