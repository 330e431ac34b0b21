/** One vehicle in the fleet list. */

import { BellRing } from "lucide-react";
import { Link } from "react-router";
import type { VehicleSummary } from "~/api/types";
import { RoadAhead } from "~/fleet/RoadAhead";
import { coverage, leadFinding, standing } from "~/fleet/urgency";
import { useFormat } from "~/format/useFormat";
import { type TextId, useSaid, useTerm, useText } from "~/i18n/language";
import { Plate } from "~/kit/basics";
import { Freshness, LevelLamp, StateWord } from "~/kit/lamps";

const HOUR_S = 3_600;

/** What was found, or what was looked at where nothing was. */
function FindingCell({ vehicle }: { vehicle: VehicleSummary }) {
  const text = useText();
  const term = useTerm();
  const said = useSaid();
  const lead = leadFinding(vehicle);
  const { level, isCurrent } = standing(vehicle);
  const { measured, unmeasured } = coverage(vehicle);
  const names = (causes: string[]) =>
    causes.map((cause) => term("cause", cause)).join(text("list.separator"));
  const [reason] = lead?.health.reasons ?? [];
  return (
    <>
      <span className="row__top">
        <LevelLamp level={level} isCurrent={isCurrent} />
        {lead ? <b className="row__cause">{term("cause", lead.cause)}</b> : null}
      </span>
      {reason ? <span className="row__reason">{said(reason)}</span> : null}
      {!lead && measured.length > 0 ? (
        <span className="row__reason dim">{text("fleet.measured", { causes: names(measured) })}</span>
      ) : null}
      {!lead && unmeasured.length > 0 ? (
        <span className="row__reason dim">{text("fleet.unmeasured", { causes: names(unmeasured) })}</span>
      ) : null}
    </>
  );
}

function AheadCell({ vehicle }: { vehicle: VehicleSummary }) {
  const text = useText();
  const format = useFormat();
  const lead = leadFinding(vehicle);
  if (!lead) return <span className="faint">{text(nothingAhead(vehicle))}</span>;
  const { time_to_threshold_h: hours, risks, calibrated } = lead.health;
  return (
    <>
      <span className="row__lead">
        {hours === null ? <span className="faint">{text("road.noTime")}</span> : null}
        {hours !== null && hours <= 0 ? text("road.reached") : null}
        {hours !== null && hours > 0 ? text("road.about", { time: format.duration(hours * HOUR_S) }) : null}
        {risks !== null && !calibrated ? <span className="faint">{text("risk.uncalibrated")}</span> : null}
      </span>
      <RoadAhead health={lead.health} />
    </>
  );
}

/** What an empty road means: nothing in sight, nothing then, or nobody can tell. */
function nothingAhead(vehicle: VehicleSummary): TextId {
  const { level, isCurrent } = standing(vehicle);
  if (level === "unknown") return "fleet.cannotTell";
  return isCurrent ? "fleet.nothingAhead" : "fleet.nothingThen";
}

function NextCell({ vehicle }: { vehicle: VehicleSummary }) {
  const text = useText();
  const said = useSaid();
  const [first] = vehicle.open_cases;
  const { level, isCurrent } = standing(vehicle);
  const isWaiting = level === "unknown" || !isCurrent;
  return (
    <>
      <span>
        {vehicle.next_action ? said(vehicle.next_action) : text(isWaiting ? "fleet.waiting" : "fleet.noNext")}
      </span>
      {first ? (
        <Link className="row__case" to={`/cases/${encodeURIComponent(first)}`}>
          <BellRing size={15} aria-hidden />
          {text("fleet.cases", { count: vehicle.open_cases.length })}
          <span className="unseen">{vehicle.plate}</span>
        </Link>
      ) : null}
    </>
  );
}

export function FleetRow({ vehicle, nowMs }: { vehicle: VehicleSummary; nowMs: number }) {
  const term = useTerm();
  const { level, isCurrent } = standing(vehicle);
  const tone = level === "ok" && !isCurrent ? "unknown" : level;
  return (
    <tr role="row" className="row" data-tone={tone}>
      <th role="rowheader" scope="row" className="row__vehicle">
        <Link to={`/vehicles/${encodeURIComponent(vehicle.id)}`}>
          <Plate>{vehicle.plate}</Plate>
          <span className="row__name">{vehicle.name}</span>
        </Link>
        <span className="faint">
          {vehicle.model} · {term("powertrain", vehicle.powertrain)}
        </span>
      </th>
      <td role="cell" className="row__finding">
        <FindingCell vehicle={vehicle} />
      </td>
      <td role="cell" className="row__ahead">
        <AheadCell vehicle={vehicle} />
      </td>
      <td role="cell" className="row__data">
        <Freshness lastSeen={vehicle.last_seen} fresh={vehicle.fresh} nowMs={nowMs} />
        <StateWord state={vehicle.state} />
      </td>
      <td role="cell" className="row__next">
        <NextCell vehicle={vehicle} />
      </td>
    </tr>
  );
}
