"""OBDb's folders: which set is for which car, what holds beside it, and answers in YAML."""

import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.adapters.obdb_folder import Repository, has_standard, own, repositories, standard
from edge.errors import ConfigError, ReplayError, SignalSetError
from tests.edge import obdb_repository as on_disk
from tests.edge.obd.obdb import made


def key_of(repository: Repository, year: int | None) -> int:
    return repository.set_of(year).commands[0].key


@pytest.mark.parametrize(
    ("year", "key"),
    [(2010, 0x0001), (2018, 0x0001), (2019, 0x0000), (2021, 0x0002), (2022, 0x0003), (2023, 0x0003), (None, 0x0000)],
)
def test_the_set_of_the_fewest_years_is_taken_and_the_default_for_all_others(
    tmp_path: Path, year: int | None, key: int
) -> None:
    names = ["default.json", "0000-2018.json", "2021.json", "2020-2025.json"]
    sets = {name: [made.command(f"22{n:04X}")] for n, name in enumerate(names)}
    on_disk.write(tmp_path, *sets.pop("default.json"), sets=sets)

    assert key_of(Repository(tmp_path), year) == key


def test_every_year_belongs_to_one_set(tmp_path: Path) -> None:
    on_disk.write(tmp_path, on_disk.BATTERY, sets={"0000-2018.json": [], "2016-2020.json": []})

    spans = Repository(tmp_path).spans()

    years = {Path(found.file).name: years for found, years in spans}
    assert years["2016-2020.json"] == set(range(2016, 2021))
    assert years["0000-2018.json"] == set(range(1980, 2016))
    assert years["default.json"] == set(range(2021, 2101))


def test_a_year_without_a_set_is_an_error(tmp_path: Path) -> None:
    on_disk.write(tmp_path, on_disk.BATTERY)
    (tmp_path / "signalsets/v3/default.json").rename(tmp_path / "signalsets/v3/2020-2022.json")

    with pytest.raises(SignalSetError, match="no signal set for model year 2019"):
        Repository(tmp_path).set_of(2019)


def test_one_folder_or_a_folder_of_folders_may_be_named(tmp_path: Path) -> None:
    car, bus = on_disk.write(tmp_path / "Make-Car"), on_disk.write(tmp_path / "Make-Bus")
    (tmp_path / "notes").mkdir()

    assert [repository.folder for repository in repositories(car)] == [car]
    assert [repository.name for repository in repositories(tmp_path)] == ["Make-Bus", "Make-Car"]
    assert bus.is_dir()
    for nowhere in (tmp_path / "notes", tmp_path / "gone"):
        with pytest.raises(ConfigError, match="no OBDb repository"):
            repositories(nowhere)


def test_a_repository_without_sets_says_so(tmp_path: Path) -> None:
    (tmp_path / "signalsets" / "v3").mkdir(parents=True)

    with pytest.raises(SignalSetError, match=r"no signalsets/v3/\*\.json"):
        Repository(tmp_path).set_of(2022)


def test_a_set_that_is_no_text_is_named(tmp_path: Path) -> None:
    on_disk.write(tmp_path)
    (tmp_path / "signalsets/v3/default.json").write_bytes(b"\xff\xfe{}")

    with pytest.raises(SignalSetError, match=r"default\.json"):
        Repository(tmp_path).set_of(2022)


def test_the_standard_lies_beside_a_model_or_is_named(tmp_path: Path) -> None:
    car = Repository(on_disk.write(tmp_path / "here" / "Make-Car"))
    there = on_disk.standard(tmp_path / "there")
    assert (has_standard(car, None), standard(car, None)) == (False, ())
    assert (has_standard(car, there), len(standard(car, there))) == (True, 1)

    on_disk.standard(tmp_path / "here")

    assert (has_standard(car, None), len(standard(car, None))) == (True, 1)


def test_the_standard_may_lie_beside_the_folder_that_the_models_are_in(tmp_path: Path) -> None:
    car = Repository(on_disk.write(tmp_path / "cars" / "Make-Car"))

    on_disk.standard(tmp_path)

    assert len(standard(car, None)) == 1


def test_a_nissan_has_its_makes_commands_too(tmp_path: Path) -> None:
    on_disk.standard(tmp_path)
    on_disk.write(tmp_path / "NissanInfiniti", made.command("2101"))

    leaf, bolt = (Repository(on_disk.write(tmp_path / name)) for name in ("Nissan-Leaf", "Chevrolet-Bolt-EV"))

    assert [command.request for command in standard(leaf, None)] == ["010C", "2101"]
    assert [command.request for command in standard(bolt, None)] == ["010C"]


def test_a_make_that_is_beside_a_model_comes_before_it(tmp_path: Path) -> None:
    on_disk.write(tmp_path / "Mercedes-Benz", on_disk.BATTERY)
    empty = Repository(on_disk.write(tmp_path / "Mercedes-Benz-G-Class"))
    full = Repository(on_disk.write(tmp_path / "Mercedes-Benz-EQS", on_disk.TYRES))
    alone = Repository(on_disk.write(tmp_path / "Lada-Niva", on_disk.TYRES))
    make = Repository(tmp_path / "Mercedes-Benz")

    assert [command.key for command in own(empty, 2022)] == [0xF00D]
    assert [command.key for command in own(full, 2022)] == [0xF00D, 0xC00B]
    assert [command.key for command in own(alone, 2022)] == [0xC00B]
    assert [command.key for command in own(make, 2022)] == [0xF00D]


def test_recorded_answers_belong_to_the_year_of_their_folder(tmp_path: Path) -> None:
    car = Repository(on_disk.write(tmp_path, on_disk.BATTERY))
    recorded = "- response: 7EC0462F00D10\n  expected_values: {CAR_SOC: 8}\n"
    path = on_disk.record(tmp_path, "2022", "7E4.7EC.22F00D", recorded)
    (path.parent.parent / "command_support.yaml").write_text("model_year: 2022\n")

    assert car.case_files() == [path]
    read = car.read(path)
    assert (read.year, read.cases[0].responses, read.cases[0].expected) == (2022, ("7EC0462F00D10",), {"CAR_SOC": "8"})


def test_a_file_outside_of_a_years_folder_says_its_year_or_nobody_does(tmp_path: Path) -> None:
    car = Repository(on_disk.write(tmp_path))
    said = {"a.yaml": ("model_year: 2021\ntest_cases: []\n", 2021), "b.yml": ("test_cases: []\n", None)}
    for name, (text, year) in said.items():
        path = tmp_path / "tests" / "test_cases" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        assert car.read(path).year == year
    assert len(car.case_files()) == 2


def test_yaml_changes_no_text_into_anything_else(tmp_path: Path) -> None:
    car = Repository(on_disk.write(tmp_path))
    path = on_disk.record(
        tmp_path,
        "2022",
        "720.728.2261A5|f=2009-",
        "- response: 7280476180010\n"
        "  expected_values: {A: OFF, B: 012, C: 1_0, D: 1:30, E: null, F: 1}\n"
        "- response: |-\n"
        "    22F00D\n"
        "    7E80341\n"
        "  expected_values:\n"
        "    F: 1\n"
        "    F: 2\n",
    )

    first, second = car.read(path).cases

    assert first.responses == ("7280476180010",)
    assert first.expected == {"A": "OFF", "B": "012", "C": "1_0", "D": "1:30", "E": "null", "F": "1"}
    assert second.responses == ("22F00D\n7E80341",)
    assert second.expected == {"F": "2"}  # a key that stands twice has its last value


@pytest.mark.parametrize("text", ["- [", "\t- a", "- *nobody", "- !!python/object:os.system {}\n- {", "\x01"])
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, text: str) -> None:
    car = Repository(on_disk.write(tmp_path))
    path = on_disk.record(tmp_path, "2022", "7E4.7EC.22F00D", text)

    with pytest.raises(ReplayError, match=r"tests/test_cases/2022/commands/7E4\.7EC\.22F00D\.yaml: "):
        car.read(path)


def test_a_missing_yaml_reader_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    car = Repository(on_disk.write(tmp_path))
    path = on_disk.record(tmp_path, "2022", "7E4.7EC.22F00D", "[]\n")
    monkeypatch.setitem(sys.modules, "yaml", None)

    with pytest.raises(ConfigError, match=r"install outrider\[signals\]"):
        car.read(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=60) | st.text("-{}[]:,&*!|>#'\"% \n\tabc123~", max_size=60).map(str.encode))
def test_any_bytes_at_all_raise_nothing_but_our_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "tests" / "test_cases" / "2022" / "commands" / "a.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with suppress(ReplayError):
        Repository(tmp_path).read(path)
