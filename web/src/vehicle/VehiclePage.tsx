/** One vehicle: how it stands, why, and what its signals did. */

import { BellRing, MapPin, Phone } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useVehicle } from "~/api/queries";
import type { Vehicle } from "~/api/types";
import { useDomainNow } from "~/clock/domainNow";
import { findings, standing } from "~/fleet/urgency";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";
import { buttonClass, EmptyState, Loaded, Plate } from "~/kit/basics";
import { Choice } from "~/kit/fields";
import { Freshness, LevelLamp, StateWord } from "~/kit/lamps";
import { Page } from "~/shell/Page";
import { FaultCodes } from "~/vehicle/FaultCodes";
import { HealthCard } from "~/vehicle/HealthCard";
import { RiskHistory } from "~/vehicle/RiskHistory";
import { SignalChart } from "~/vehicle/SignalChart";
import { chartsFor } from "~/vehicle/signals";
import "~/vehicle/vehicle.css";

const SPANS_H = [6, 24, 168] as const;
const HOUR_MS = 3_600_000;
/** Charts move on in this part of their span, not at every tick. */
const STEPS_IN_SPAN = 120;

function Facts({ vehicle }: { vehicle: Vehicle }) {
  const text = useText();
  const term = useTerm();
  const format = useFormat();
  const link = vehicle.online === null ? "unknown" : vehicle.online ? "online" : "offline";
  return (
    <dl className="facts panel panel--pad">
      <div>
        <dt>{text("vehicle.model")}</dt>
        <dd>{vehicle.model}</dd>
      </div>
      <div>
        <dt>{text("vehicle.powertrain")}</dt>
        <dd>{term("powertrain", vehicle.powertrain)}</dd>
      </div>
      <div>
        <dt>{text("vehicle.odometer")}</dt>
        <dd>
          {vehicle.odometer_km === null
            ? text("vehicle.notKnown")
            : text("vehicle.km", { km: format.number(vehicle.odometer_km) })}
        </dd>
      </div>
      <div>
        <dt>{text("vehicle.dongle")}</dt>
        <dd>{text(`vehicle.${link}`)}</dd>
      </div>
      <div>
        <dt>{text("vehicle.clock")}</dt>
        <dd>{vehicle.clock_quality ? term("quality", vehicle.clock_quality) : text("vehicle.notKnown")}</dd>
      </div>
      <div>
        <dt>{text("vehicle.agent")}</dt>
        <dd translate="no">{vehicle.agent_version || text("vehicle.notKnown")}</dd>
      </div>
      <div>
        <dt>{text("vehicle.position")}</dt>
        <dd>{vehicle.position ? <Where vehicle={vehicle} /> : text("vehicle.noPosition")}</dd>
      </div>
    </dl>
  );
}

function Where({ vehicle }: { vehicle: Vehicle }) {
  const text = useText();
  return (
    <Link to={`/map?vehicle=${encodeURIComponent(vehicle.id)}`} className="with-icon">
      <MapPin size={15} aria-hidden />
      {text(onMap(vehicle.position?.precision))}
    </Link>
  );
}

function Signals({ vehicle, nowMs }: { vehicle: Vehicle; nowMs: number }) {
  const text = useText();
  const [hours, setHours] = useState<number>(24);
  const plans = chartsFor(vehicle.signals);
  const stepMs = (hours * HOUR_MS) / STEPS_IN_SPAN;
  const until = Math.ceil(nowMs / stepMs) * stepMs;
  return (
    <section aria-labelledby="signals">
      <div className="panel__head section-head">
        <h2 id="signals">{text("vehicle.signals")}</h2>
        <Choice
          label={text("vehicle.span")}
          hideLabel
          value={String(hours)}
          onChange={(chosen) => setHours(Number(chosen))}
          options={SPANS_H.map((span) => ({
            id: String(span),
            text: text("vehicle.lastHours", { hours: span }),
          }))}
        />
      </div>
      <div className="charts">
        <div className="panel panel--pad">
          <RiskHistory vehicleId={vehicle.id} from={until - hours * HOUR_MS} until={until} />
        </div>
        {plans.map((plan) => (
          <div key={plan.id} className="panel panel--pad">
            <SignalChart vehicleId={vehicle.id} plan={plan} hours={hours} until={until} />
          </div>
        ))}
      </div>
      {plans.length === 0 ? (
        <EmptyState title={text("vehicle.noSignals")}>
          <p>{text("vehicle.noSignalsHow")}</p>
        </EmptyState>
      ) : null}
    </section>
  );
}

function NextStep({ vehicle }: { vehicle: Vehicle }) {
  const text = useText();
  const said = useSaid();
  return (
    <div className="panel panel--pad next-step">
      <h2>{text("fleet.next")}</h2>
      <p>{vehicle.next_action ? said(vehicle.next_action) : text("fleet.noNext")}</p>
      {vehicle.open_cases.map((id) => (
        <Link key={id} className={buttonClass()} to={`/cases/${encodeURIComponent(id)}`}>
          <BellRing size={16} aria-hidden />
          {text("vehicle.openCase")}
        </Link>
      ))}
    </div>
  );
}

function Shown({ vehicle }: { vehicle: Vehicle }) {
  const text = useText();
  const nowMs = useDomainNow();
  const { level, isCurrent } = standing(vehicle);
  return (
    <Page
      title={`${vehicle.plate} ${vehicle.name}`}
      heading={
        <span className="vehicle__title">
          <Plate>{vehicle.plate}</Plate> {vehicle.name}
          <LevelLamp level={level} isCurrent={isCurrent} />
        </span>
      }
      lead={
        <span className="vehicle__lead">
          <Freshness lastSeen={vehicle.last_seen} fresh={vehicle.fresh} nowMs={nowMs} />
          <StateWord state={vehicle.state} />
        </span>
      }
      actions={
        <Link className={buttonClass()} to={`/rescues/new?vehicle=${encodeURIComponent(vehicle.id)}`}>
          <Phone size={16} aria-hidden />
          {text("vehicle.callHelp")}
        </Link>
      }
    >
      <div className="stack">
        <NextStep vehicle={vehicle} />
        <section aria-labelledby="health">
          <h2 id="health" className="section-head">
            {text("vehicle.health")}
          </h2>
          <ul className="healths">
            {findings(vehicle).map(({ cause, health }) => (
              <HealthCard key={cause} cause={cause} health={health} isCurrent={isCurrent} nowMs={nowMs} />
            ))}
          </ul>
          {Object.keys(vehicle.health).length === 0 ? <p className="dim">{text("health.nothing")}</p> : null}
        </section>
        <FaultCodes vehicleId={vehicle.id} nowMs={nowMs} />
        <Facts vehicle={vehicle} />
        <Signals vehicle={vehicle} nowMs={nowMs} />
      </div>
    </Page>
  );
}

export default function VehiclePage() {
  const { id = "" } = useParams();
  const query = useVehicle(id);
  return <Loaded query={query}>{({ body }) => <Shown vehicle={body} />}</Loaded>;
}

/** What the link to the map says of how exact the place is. */
function onMap(precision: NonNullable<Vehicle["position"]>["precision"]) {
  if (precision === "city") return "vehicle.onMapCity";
  return precision === "cell" ? "vehicle.onMapCell" : "vehicle.onMap";
}
