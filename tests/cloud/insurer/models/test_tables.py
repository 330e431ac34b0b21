"""Tables: Parquet and CSV as people keep them, and claims joined to the policies they belong to."""

from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.insurer.models import mapping, tables
from cloud.insurer.models.errors import BookError, MapError

PLAIN = mapping.parse('claims = "n"', "book.toml")
JOINED = mapping.parse('[claims_table]\nkey = ["id", "car"]\namount = "paid"', "book.toml")


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_csv_is_read_whatever_parts_its_columns(tmp_path: Path, mark: str) -> None:
    file = written(tmp_path, "book.csv", f"id{mark}n\na{mark}1\nb{mark}NA\n")

    found = tables.load([file], PLAIN).policies

    assert found.to_dict(as_series=False) == {"id": ["a", "b"], "n": [1, None]}


def test_letters_of_another_encoding_do_not_stop_the_reading(tmp_path: Path) -> None:
    (tmp_path / "book.csv").write_bytes("ville;n\nOrléans;1\n".encode("latin-1"))

    assert tables.load([tmp_path / "book.csv"], PLAIN).policies["n"].to_list() == [1]


def test_several_files_are_one_book(tmp_path: Path) -> None:
    files = [written(tmp_path, "a.csv", "id,n\na,1\n"), written(tmp_path, "b.csv", "n,id\n0.5,b\n")]

    assert tables.load(files, PLAIN).policies["n"].to_list() == [1.0, 0.5]


def test_files_with_other_columns_are_refused_by_name(tmp_path: Path) -> None:
    files = [written(tmp_path, "a.csv", "id,n\na,1\n"), written(tmp_path, "b.csv", "id,m\nb,1\n")]

    with pytest.raises(BookError, match=r"b\.csv.*m, n"):
        tables.load(files, PLAIN)


@pytest.mark.parametrize("name", ["none.parquet", "none.csv"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(BookError, match=name):
        tables.load([tmp_path / name], PLAIN)


@given(content=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".parquet"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_only_our_error_comes_out_of_any_bytes(tmp_path: Path, content: bytes, suffix: str) -> None:
    file = tmp_path / f"book{suffix}"
    file.write_bytes(content)

    with suppress(BookError):
        tables.load([file], PLAIN)


POLICIES = "id,car,age\na,1,30\na,2,40\nb,1,50\n"
CLAIMS = "id,car,paid\na,2,100.5\na,2,50\nb,1,-20\nz,9,7\n"


def test_claims_are_counted_and_summed_for_their_policy(tmp_path: Path) -> None:
    files = [written(tmp_path, "p.csv", POLICIES), written(tmp_path, "c.csv", CLAIMS)]

    found = tables.load(files, JOINED)

    assert found.policies[tables.COUNT].to_list() == [0.0, 2.0, 1.0]
    assert found.policies[tables.AMOUNT].to_list() == [None, 150.5, -20.0]
    assert found.claims_without_policy == 1


def test_the_order_of_policies_and_claims_does_not_matter(tmp_path: Path) -> None:
    files = [written(tmp_path, "c.csv", CLAIMS), written(tmp_path, "p.csv", POLICIES)]

    assert tables.load(files, JOINED).policies["age"].to_list() == [30, 40, 50]


def test_a_column_of_counts_is_summed(tmp_path: Path) -> None:
    chosen = mapping.parse('[claims_table]\nkey = "id"\ncount = "k"', "book.toml")
    files = [written(tmp_path, "p.csv", "id,age\na,1\nb,2\n"), written(tmp_path, "c.csv", "id,k\na,2\na,3\n")]

    assert tables.load(files, chosen).policies[tables.COUNT].to_list() == [5.0, 0.0]


def test_a_claims_file_named_in_the_map_lies_beside_the_book(tmp_path: Path) -> None:
    chosen = mapping.parse('[claims_table]\nkey = ["id", "car"]\nfile = "c.csv"', "book.toml")
    written(tmp_path, "c.csv", CLAIMS)

    found = tables.load([written(tmp_path, "p.csv", POLICIES)], chosen)

    assert found.policies[tables.COUNT].sum() == 3.0


def test_keys_of_other_types_still_meet(tmp_path: Path) -> None:
    chosen = mapping.parse('[claims_table]\nkey = "id"', "book.toml")
    pl.DataFrame({"id": ["1", "2"], "age": [1, 2]}).write_parquet(tmp_path / "p.parquet")
    pl.DataFrame({"id": [2, 2]}).write_parquet(tmp_path / "c.parquet")

    found = tables.load([tmp_path / "p.parquet", tmp_path / "c.parquet"], chosen)

    assert found.policies[tables.COUNT].to_list() == [0.0, 2.0]


def test_a_whole_number_kept_as_a_float_is_the_same_key(tmp_path: Path) -> None:
    chosen = mapping.parse('[claims_table]\nkey = "id"', "book.toml")
    pl.DataFrame({"id": [1.0, 2.0], "age": [1, 2]}).write_parquet(tmp_path / "p.parquet")
    pl.DataFrame({"id": ["2"]}).write_parquet(tmp_path / "c.parquet")

    found = tables.load([tmp_path / "p.parquet", tmp_path / "c.parquet"], chosen)

    assert found.policies[tables.COUNT].to_list() == [0.0, 1.0]
    assert found.policies["id"].to_list() == [1.0, 2.0]


def test_claims_that_meet_no_policy_at_all_are_refused(tmp_path: Path) -> None:
    files = [written(tmp_path, "p.csv", POLICIES), written(tmp_path, "c.csv", "id,car,paid\nq,1,5\n")]

    with pytest.raises(MapError, match="no claim meets a policy by id, car"):
        tables.load(files, JOINED)


def test_without_a_table_of_claims_it_is_said_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"id, car, paid; p\.csv has id, car, age"):
        tables.load([written(tmp_path, "p.csv", POLICIES)], JOINED)


def test_a_key_that_is_not_one_policy_each_is_refused(tmp_path: Path) -> None:
    files = [written(tmp_path, "p.csv", POLICIES + "b,1,60\n"), written(tmp_path, "c.csv", CLAIMS)]

    with pytest.raises(MapError, match="counted twice"):
        tables.load(files, JOINED)
