"""From the store's read models to the API's shapes: milliseconds become instants, names become the API's."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec

from cloud.api.models.base import Model, Page, Pin
from cloud.store import views

Shape = TypeVar("Shape", bound=Model)

_INSTANTS: Final = {
    "as_of_ms": "as_of",
    "asked_ms": "asked_at",
    "at_ms": "at",
    "cleared_ms": "cleared_at",
    "confirmed_ms": "confirmed_at",
    "created_ms": "created_at",
    "deadline_ms": "deadline",
    "due_ms": "due_at",
    "escalated_ms": "escalated_at",
    "eta_ms": "eta",
    "first_ms": "first_reported",
    "last_seen_ms": "last_seen",
    "offered_ms": "offered_at",
    "opened_ms": "opened_at",
    "reported_ms": "last_reported",
    "promise_ms": "promise_by",
    "updated_ms": "updated_at",
}
_NAMES: Final = {"latitude_deg": "lat", "longitude_deg": "lon"}
_OF_THE_KEY: Final = {"health"}  # dictionaries of structs; a row's own key is not said twice


def shape(model: type[Shape], view: msgspec.Struct, **more: object) -> Shape:
    """Return `view` as `model`, with `more` fields that the store does not know."""
    known = {**_plain(view), **more}
    return model.model_validate({name: value for name, value in known.items() if name in model.model_fields})


def page(model: type[Shape], found: views.Page[Any]) -> Page[Shape]:
    """Return one page of views as one page of `model`."""
    return Page[Shape](items=shapes(model, found.items), next=found.next)


def shapes(model: type[Shape], found: Iterable[msgspec.Struct]) -> list[Shape]:
    """Return every view as `model`."""
    return [shape(model, view) for view in found]


def instant(ms: float) -> datetime:
    """Return domain milliseconds as an aware datetime."""
    return datetime.fromtimestamp(ms / 1000.0, UTC)


def _plain(view: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name in view.__struct_fields__:
        value = getattr(view, name)
        if name in _INSTANTS:
            plain[_INSTANTS[name]] = None if value is None else instant(value)
        elif name == "risks":
            plain[name] = None if value is None else [{"horizon_h": hours, "p": p} for hours, p in value]
        elif name in _OF_THE_KEY:
            plain[name] = {key: _without(_plain(row), "cause") for key, row in value.items()}
        else:
            plain[_NAMES.get(name, name)] = _value(value)
    return plain


def _value(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return _plain(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    return value


def _without(plain: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != name}


def pinned(pin: Pin, now_ms: int) -> views.Point:
    """Return a pin that a person set as the store keeps places."""
    return views.Point(latitude_deg=pin.lat, longitude_deg=pin.lon, crs=pin.crs, precision="pin", as_of_ms=now_ms)
