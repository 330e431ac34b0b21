"""The published document says what the code does: every lane, every reference, every message of the golden payloads."""

from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from contract import codec, topics
from contract.asyncapi import document
from tests.contract.by_hand import one_of_each

ROOT = Path(__file__).resolve().parents[2]


def references(node: object) -> list[str]:
    """Return every `$ref` under `node`."""
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for child in node.values() for found in references(child)]
    if isinstance(node, list):
        return [found for child in node for found in references(child)]
    return []


def resolve(whole: dict[str, Any], reference: str) -> object:
    """Return what `reference` points to, or raise `KeyError`."""
    node: Any = whole
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


@pytest.mark.source
def test_the_committed_document_is_current() -> None:
    committed = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text())

    assert committed == document(), "run `python -m scripts.write_asyncapi`"


def test_every_lane_has_its_channel_and_its_direction() -> None:
    whole = document()

    assert set(whole["channels"]) == set(topics.UP + topics.DOWN)
    for lane, channel in whole["channels"].items():
        assert channel["address"].replace("{vehicle}", "car-1") == topics.build("car-1", lane)
    sends = {name for name, operation in whole["operations"].items() if operation["action"] == "send"}
    assert sends == {f"send_{lane}" for lane in topics.UP}


def test_every_reference_points_at_something() -> None:
    whole = document()

    found = references(whole)

    assert found
    for reference in found:
        assert resolve(whole, reference)


@pytest.mark.parametrize("lane", topics.UP + topics.DOWN)
def test_a_message_of_every_kind_fits_its_schema(lane: str) -> None:
    whole = document()
    schema = {**whole["components"]["messages"][lane]["payload"], "components": whole["components"]}

    jsonschema.Draft202012Validator(schema).validate(msgspec.json.decode(msgspec.json.encode(one_of_each()[lane])))


def test_the_limits_are_the_codec_s() -> None:
    about = document()["info"]["description"]

    assert str(codec.MAX_DECODED_BYTES) in about
    assert str(codec.MAX_PAYLOAD_BYTES) in about
