"""What causes, services and job states are called, in both languages."""

from typing import Final

from cloud.store.words import Sentence

CAUSES: Final = {
    "low_voltage_battery": Sentence("12伏蓄电池", "12 V battery"),
    "tyre": Sentence("轮胎", "tyre"),
    "traction_battery": Sentence("动力电池电量", "traction battery charge"),
    "traction_cells": Sentence("动力电池电芯", "traction battery cells"),
    "charging_system": Sentence("12伏充电系统", "12 V charging system"),
    "coolant": Sentence("冷却系统", "cooling system"),
    "oil": Sentence("机油压力", "oil pressure"),
    "fuel": Sentence("燃油", "fuel"),
    "charging": Sentence("充电故障", "charging at the pile"),
    "dtc": Sentence("故障码", "fault code"),
    "collision": Sentence("碰撞", "collision"),
    "thermal_event": Sentence("电池热失控", "battery thermal event"),
    "person": Sentence("人工求助", "call for help"),
    "silent": Sentence("车辆失联", "silent vehicle"),
    "service": Sentence("保养", "service"),
    "anomaly": Sentence("与同类车辆不同的表现", "unlike others of its kind"),
}
SERVICES: Final = {
    "jump_start": Sentence("搭电启动", "jump start"),
    "battery_exchange": Sentence("更换蓄电池", "battery exchange"),
    "tyre_change": Sentence("换胎", "tyre change"),
    "mobile_charge": Sentence("移动充电", "mobile charge"),
    "fuel_delivery": Sentence("送油", "fuel delivery"),
    "mobile_mechanic": Sentence("上门维修", "mobile mechanic"),
    "tow": Sentence("拖车", "tow"),
    "flatbed_tow": Sentence("平板拖车", "flatbed tow"),
}


def cause(name: str) -> Sentence:
    """Return what a cause is called; an unknown one is called by its own name."""
    return CAUSES.get(name, Sentence(name, name))


def service(name: str) -> Sentence:
    """Return what a service is called; an unknown one is called by its own name."""
    return SERVICES.get(name, Sentence(name, name))
