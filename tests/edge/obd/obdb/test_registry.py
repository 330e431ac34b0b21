"""Which command reads an answer, when several could."""

from typing import Any

from edge.obd.obdb.model import Command
from edge.obd.obdb.reader import parse
from edge.obd.obdb.registry import Registry
from tests.edge.obd.obdb import made


def commands(*rows: dict[str, Any]) -> tuple[Command, ...]:
    return parse(made.text(*rows), "a.json").commands


def picked(registry: Registry, payload: str, response_id: int = 0x7EC, named: str = "") -> list[str]:
    found, _ = registry.pick(response_id, bytes.fromhex(payload), named)
    return [prepared.command.signals[0].id for prepared in found]


def test_the_data_begins_behind_what_was_asked() -> None:
    registry = Registry((), commands(made.command("22F00D"), made.command("2101"), made.command("010C")), 2022)

    for payload in ("62F00D0102", "61010102", "410C0102"):
        found, data = registry.pick(0x7EC, bytes.fromhex(payload))
        assert (len(found), data) == (1, b"\x01\x02")


def test_who_is_named_as_answering_reads_before_who_is_not() -> None:
    named, other = made.command("22F00D", made.signal("NAMED")), made.command("22F00D", made.signal("OTHER"), rax="7ED")
    anybody = {**made.command("22F00D", made.signal("ANY"), hdr="7DF")}
    registry = Registry((), commands(anybody, named, other), 2022)

    assert picked(registry, "62F00D01") == ["NAMED"]
    assert picked(registry, "62F00D01", 0x7ED) == ["OTHER"]
    assert picked(registry, "62F00D01", 0x7EF) == ["ANY"]


def test_a_models_own_pid_reads_before_the_standards_which_any_ecu_may_answer() -> None:
    standard = commands(made.command("010C", made.signal("RPM"), hdr="7E0"))
    own = commands(made.command("010C", made.signal("OWN"), hdr="7E0"))

    assert picked(Registry(standard, (), 2022), "410C01", 0x18DAF110) == ["RPM"]
    assert picked(Registry(standard, own, 2022), "410C01", 0x7E8) == ["OWN"]
    assert picked(Registry(standard, own, 2022), "410C01", 0x7E9) == ["RPM"]


def test_a_command_of_other_years_reads_only_what_names_it_and_nobody_else_reads() -> None:
    old = made.command("22F00D", made.signal("OLD"), filter={"to": 2017})
    new = made.command("22F00D", made.signal("NEW"), filter={"from": 2018})
    both, only_old = commands(old, new), commands(old)

    assert picked(Registry((), both, 2017), "62F00D01") == ["OLD"]
    assert picked(Registry((), both, 2018), "62F00D01", named="7E4.7EC.22F00D|f=-2017") == ["NEW"]
    assert picked(Registry((), only_old, 2018), "62F00D01") == []
    assert picked(Registry((), only_old, 2018), "62F00D01", named="7E4.7EC.22F00D|f=-2017") == ["OLD"]
    assert picked(Registry((), only_old, 2018), "62F00E01", named="7E4.7EC.22F00D|f=-2017") == []
    assert picked(Registry((), both, None), "62F00D01") == []


def test_what_is_no_answer_is_read_by_nobody() -> None:
    registry = Registry((), commands(made.command("22F00D")), 2022)

    for payload in ("", "62", "62F0", "7F2231", "7F2278", "22F00D", "62F00E01", "50030032"):
        assert picked(registry, payload) == []
