/** One case: what, why, what was decided at what expected cost, what happened since. */

import { ArrowLeft, Check, CheckCheck, Clock, Truck, UserRound } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useCase, useVehicle } from "~/api/queries";
import type { Case } from "~/api/types";
import { AcknowledgeSheet, ResolveSheet } from "~/cases/actions";
import { CaseStateTag } from "~/cases/CaseRow";
import { DecisionPanel } from "~/cases/DecisionPanel";
import { levelOfSeverity } from "~/cases/order";
import { Timeline } from "~/cases/Timeline";
import { useDomainNow } from "~/clock/domainNow";
import { RoadAhead } from "~/fleet/RoadAhead";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";
import { Banner, Button, buttonClass, Loaded, Plate } from "~/kit/basics";
import { LevelLamp } from "~/kit/lamps";
import { Page } from "~/shell/Page";
import { SignalChart } from "~/vehicle/SignalChart";
import { chartOfCause } from "~/vehicle/signals";

const HOUR_MS = 3_600_000;
const HOUR_S = 3_600;
const EVIDENCE_H = 12;
/** The evidence shows what came after as well, in steps so that it is not drawn anew at every tick. */
const AFTER_STEP_MS = HOUR_MS / 4;

function Evidence({ case_, nowMs }: { case_: Case; nowMs: number }) {
  const text = useText();
  const vehicle = useVehicle(case_.vehicle.id);
  const plan = chartOfCause(case_.cause, vehicle.data?.body.signals ?? []);
  if (case_.vehicle.id === null || plan === null) return null;
  const opened = Date.parse(case_.opened_at);
  const until = Math.min(
    Math.ceil(nowMs / AFTER_STEP_MS) * AFTER_STEP_MS,
    opened + (EVIDENCE_H / 2) * HOUR_MS,
  );
  return (
    <section className="panel panel--pad" aria-label={text("case.evidence")}>
      <SignalChart vehicleId={case_.vehicle.id} plan={plan} hours={EVIDENCE_H} until={until} mark={opened} />
      <p className="faint">{text("case.evidenceMark")}</p>
    </section>
  );
}

function Why({ case_ }: { case_: Case }) {
  const text = useText();
  const said = useSaid();
  const format = useFormat();
  const { risks, calibrated, time_to_threshold_h: hours } = case_;
  const level = levelOfSeverity(case_.severity);
  return (
    <section className="panel panel--pad case__why" aria-labelledby="why">
      <h2 id="why">{text("case.why")}</h2>
      {case_.reasons.length > 0 ? (
        <ol className="reasons">
          {case_.reasons.map((reason) => (
            <li key={reason.code}>{said(reason)}</li>
          ))}
        </ol>
      ) : (
        <p className="dim">{text("case.noReasons")}</p>
      )}
      {hours !== null ? (
        <p className="row__lead">
          {hours <= 0 ? text("road.reached") : text("road.about", { time: format.duration(hours * HOUR_S) })}
        </p>
      ) : null}
      {risks !== null ? (
        <RoadAhead
          health={{
            level,
            risks,
            calibrated,
            time_to_threshold_h: hours,
            reasons: [],
            as_of: null,
            quality: 1,
            abstained: "",
          }}
        />
      ) : null}
      {risks !== null && !calibrated ? <p className="faint">{text("risk.uncalibratedLong")}</p> : null}
    </section>
  );
}

function Actions({ case_ }: { case_: Case }) {
  const text = useText();
  const [asking, setAsking] = useState<"acknowledge" | "resolve" | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      {case_.state === "open" ? (
        <Button look="main" onPress={() => setAsking("acknowledge")}>
          <Check size={17} aria-hidden />
          {text("cases.acknowledge")}
        </Button>
      ) : null}
      {case_.state !== "resolved" ? (
        <Button onPress={() => setAsking("resolve")}>
          <CheckCheck size={17} aria-hidden />
          {text("cases.resolve")}
        </Button>
      ) : null}
      {case_.job_id ? (
        <Link className={buttonClass()} to={`/rescues/${encodeURIComponent(case_.job_id)}`}>
          <Truck size={17} aria-hidden />
          {text("case.job")}
        </Link>
      ) : null}
      {asking === "acknowledge" ? <AcknowledgeSheet case_={case_} onClose={close} /> : null}
      {asking === "resolve" ? <ResolveSheet case_={case_} onClose={close} /> : null}
    </>
  );
}

function Shown({ case_ }: { case_: Case }) {
  const text = useText();
  const term = useTerm();
  const format = useFormat();
  const nowMs = useDomainNow();
  const { vehicle } = case_;
  const cause = term("cause", case_.cause);
  return (
    <Page
      title={`${cause} ${vehicle.plate}`}
      heading={
        <span className="vehicle__title">
          {cause}
          <LevelLamp level={levelOfSeverity(case_.severity)} />
          <CaseStateTag state={case_.state} />
        </span>
      }
      lead={
        <span className="vehicle__lead">
          {vehicle.id ? (
            <Link to={`/vehicles/${encodeURIComponent(vehicle.id)}`} className="case__vehicle">
              <Plate>{vehicle.plate}</Plate> {vehicle.name}
            </Link>
          ) : (
            <Plate>{vehicle.plate}</Plate>
          )}
          <span>{vehicle.model}</span>
          <span>
            {text("cases.opened", { age: format.ago((nowMs - Date.parse(case_.opened_at)) / 1000) })}
          </span>
        </span>
      }
      actions={<Actions case_={case_} />}
    >
      <div className="stack">
        {case_.escalated_at && case_.state !== "resolved" ? (
          <Banner tone="critical" icon={UserRound}>
            {text("case.escalated", { at: format.moment(case_.escalated_at, nowMs) })}
          </Banner>
        ) : null}
        {case_.late ? (
          <Banner tone="unknown" icon={Clock}>
            {text("case.late", { age: format.duration(case_.age_at_open_s) })}
          </Banner>
        ) : null}
        {case_.resolution ? (
          <Banner tone="accent" icon={CheckCheck}>
            {text("case.resolution", { reason: term("resolve", case_.resolution) })}
          </Banner>
        ) : null}
        <div className="case__two">
          <Why case_={case_} />
          <DecisionPanel decision={case_.decision} nowMs={nowMs} />
        </div>
        <Evidence case_={case_} nowMs={nowMs} />
        <section className="panel panel--pad" aria-labelledby="timeline">
          <h2 id="timeline" className="section-head">
            {text("case.timeline")}
          </h2>
          <Timeline events={case_.timeline} nowMs={nowMs} />
        </section>
      </div>
    </Page>
  );
}

export default function CaseDetail() {
  const text = useText();
  const { id = "" } = useParams();
  const query = useCase(id);
  return (
    <>
      <Link to="/cases" className="case__back with-icon">
        <ArrowLeft size={16} aria-hidden />
        {text("case.back")}
      </Link>
      <Loaded query={query}>{({ body }) => <Shown key={body.id} case_={body} />}</Loaded>
    </>
  );
}
