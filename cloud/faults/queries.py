"""Reading fault codes and control units; an unknown vehicle raises `MissingError`."""

from collections import defaultdict

from sqlalchemy import Connection, select

from cloud.faults.book import codes_of
from cloud.faults.lifecycle import FaultCode
from cloud.faults.texts import Described, describe
from cloud.faults.views import ControlUnitView, FaultCodeView, FreezeFrameView
from cloud.store.errors import MissingError
from cloud.store.queries.parts import refs
from cloud.store.tables import control_units, freeze_frames
from contract.dtc import base


def faults(connection: Connection, vehicle_id: str, *, cleared: bool = False) -> list[FaultCodeView]:
    """Return the vehicle's fault codes, the most severe first; with `cleared` those too that are listed no more."""
    known = refs(connection, [vehicle_id]).get(vehicle_id)
    if known is None:
        raise MissingError(f"no vehicle {vehicle_id}")
    codes = [one for one in codes_of(connection, vehicle_id).values() if cleared or one.listed]
    called = describe(connection, {one.code for one in codes}, known.model)
    frames = _frames(connection, vehicle_id)
    views = [_view(one, called[one.code], frames[one.ecu, base(one.code)]) for one in codes]
    return sorted(views, key=lambda view: (view.state == "cleared", -view.severity, -view.reported_ms, view.code))


def control_units_of(connection: Connection, vehicle_id: str) -> list[ControlUnitView]:
    """Return what the vehicle's control units say of themselves."""
    if vehicle_id not in refs(connection, [vehicle_id]):
        raise MissingError(f"no vehicle {vehicle_id}")
    query = select(control_units).where(control_units.c.vehicle_id == vehicle_id).order_by(control_units.c.ecu)
    fields = ControlUnitView.__struct_fields__
    return [ControlUnitView(**{name: row[name] for name in fields}) for row in connection.execute(query).mappings()]


def _frames(connection: Connection, vehicle_id: str) -> dict[tuple[str, str], list[FreezeFrameView]]:
    query = select(freeze_frames).where(freeze_frames.c.vehicle_id == vehicle_id).order_by(freeze_frames.c.number)
    found = defaultdict[tuple[str, str], list[FreezeFrameView]](list)
    for row in connection.execute(query):
        view = FreezeFrameView(number=row.number, at_ms=row.at_ms, readings=row.readings, raw=row.raw)
        found[row.ecu, base(row.code)].append(view)
    return found


def _view(one: FaultCode, called: Described, frames: list[FreezeFrameView]) -> FaultCodeView:
    return FaultCodeView(
        ecu=one.ecu,
        code=one.code,
        state=one.state,
        severity=called.severity,
        service=called.service,
        zh=called.zh,
        en=called.en,
        source=called.source,
        failure_type=one.failure_type,
        status=one.status,
        occurrences=one.occurrences,
        first_ms=one.first_ms,
        reported_ms=one.last_ms,
        confirmed_ms=one.confirmed_ms,
        cleared_ms=one.cleared_ms,
        cleared_by=one.cleared_by,
        times=one.times,
        freeze_frames=frames,
    )
