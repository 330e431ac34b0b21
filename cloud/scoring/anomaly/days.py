"""A vehicle's day as numbers that can be compared with the days of others of its class."""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contract import signals
from contract.signals import Signal

Floats = NDArray[np.float64]

LEAST_SAMPLES: Final = 3


class Summary(NamedTuple):
    """One signal on one day: its mean, least, most and standard deviation, and how many valid samples that is."""

    mean: float
    least: float
    most: float
    sd: float
    samples: int


class Feature(NamedTuple):
    """A number of a day: its code, its unit, and what it is called in both languages."""

    code: str
    unit: str
    zh: str
    en: str


FEATURES: Final = (
    Feature("low_v_mean", "V", "12 V 平均电压", "mean 12 V voltage"),
    Feature("low_v_least", "V", "12 V 最低电压", "lowest 12 V voltage"),
    Feature("low_v_sd", "V", "12 V 电压波动", "spread of the 12 V voltage"),
    Feature("cranking_v", "V", "启动最低电压", "lowest voltage while starting"),
    Feature("coolant_mean", "°C", "冷却液平均温度", "mean coolant temperature"),
    Feature("coolant_most", "°C", "冷却液最高温度", "highest coolant temperature"),
    Feature("oil_mean", "kPa", "机油平均压力", "mean oil pressure"),
    Feature("load_mean", "%", "发动机平均负荷", "mean engine load"),
    Feature("rpm_mean", "rpm", "发动机平均转速", "mean engine speed"),
    Feature("tyre_lowest", "kPa", "最低胎压与各轮中位数之差", "lowest tyre against the median of all"),
    Feature("tyre_sd", "kPa", "胎压波动", "spread of tyre pressure"),
    Feature("pack_hottest", "°C", "动力电池最高温度", "highest battery temperature"),
    Feature("pack_uneven", "°C", "动力电池温差", "difference of battery temperatures"),
    Feature("cells_apart", "mV", "电芯压差", "difference of cell voltages"),
    Feature("pack_power", "kW", "动力电池平均功率", "mean battery power"),
    Feature("soc_span", "%", "电量变化幅度", "charge used and filled"),
)
CODES: Final = tuple(feature.code for feature in FEATURES)
LOW_VOLTAGES: Final = (signals.SUPPLY_VOLTAGE, signals.LOW_VOLTAGE, signals.CONTROL_MODULE_VOLTAGE)
_NONE: Final = Summary(math.nan, math.nan, math.nan, math.nan, 0)


def features_of(day: Mapping[str, Summary]) -> Floats:
    """Return (len(FEATURES),) of a vehicle's `day`, given by path; NaN for what was not measured often enough."""

    def of(signal: Signal) -> Summary:
        found = day.get(signal.path, _NONE)
        return found if found.samples >= LEAST_SAMPLES else _NONE

    volts = next((found for signal in LOW_VOLTAGES if (found := of(signal)).samples), _NONE)
    coolant = of(signals.COOLANT_TEMPERATURE)
    tyres = [found for signal in signals.TYRES if (found := of(signal)).samples]
    hot, cool = of(signals.PACK_TEMPERATURE_MAX), of(signals.PACK_TEMPERATURE_MIN)
    high, low = of(signals.CELL_VOLTAGE_MAX), of(signals.CELL_VOLTAGE_MIN)
    soc, cranking = of(signals.SOC), day.get(signals.CRANKING_VOLTAGE.path, _NONE)
    means = [tyre.mean for tyre in tyres]
    numbers = (
        volts.mean,
        volts.least,
        volts.sd,
        cranking.least,
        coolant.mean,
        coolant.most,
        of(signals.OIL_PRESSURE).mean,
        of(signals.ENGINE_LOAD).mean,
        of(signals.ENGINE_SPEED).mean,
        min(means) - float(np.median(means)) if len(means) >= 3 else math.nan,
        max(tyre.sd for tyre in tyres) if tyres else math.nan,
        hot.most,
        hot.mean - cool.mean,
        1000.0 * (high.mean - low.mean),
        of(signals.PACK_POWER).mean / 1000.0,
        soc.most - soc.least,
    )
    return np.array(numbers, np.float64)
