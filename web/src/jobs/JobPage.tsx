/** One rescue: where it stands, whom it was offered to, what happened. */

import { Ban, BellRing, CircleDot, MapPin } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Link, useParams } from "react-router";
import { useCancelJob, useJob } from "~/api/queries";
import type { Job } from "~/api/types";
import { useDomainNow } from "~/clock/domainNow";
import { countdownText } from "~/format/duration";
import { useFormat } from "~/format/useFormat";
import { useActor, useLanguage, useTerm, useText } from "~/i18n/language";
import { JobStateTag } from "~/jobs/JobCard";
import { PromiseBar } from "~/jobs/PromiseBar";
import { isEnded } from "~/jobs/promise";
import { Banner, Button, buttonClass, Loaded, Plate, useProblemText } from "~/kit/basics";
import { Sheet } from "~/kit/dialog";
import { Line } from "~/kit/fields";
import { Tag } from "~/kit/lamps";
import { useTell } from "~/kit/told";
import { Page } from "~/shell/Page";
import "~/jobs/jobs.css";

const OFFER_TONE: Record<string, string> = {
  accepted: "ok",
  offered: "accent",
  declined: "risk",
  expired: "unknown",
};

function Offers({ job, nowMs }: { job: Job; nowMs: number }) {
  const text = useText();
  const term = useTerm();
  const format = useFormat();
  if (job.offers.length === 0) return <p className="dim">{text("job.noOffers")}</p>;
  return (
    <ul className="offers">
      {job.offers.map((offer) => {
        const leftS = (Date.parse(offer.deadline) - nowMs) / 1000;
        return (
          <li key={`${offer.partner.id}${offer.offered_at}`}>
            <b>{offer.partner.name}</b>
            <Tag tone={OFFER_TONE[offer.state] ?? "unknown"}>{term("offer", offer.state)}</Tag>
            <span className="faint">
              {offer.state === "offered" && leftS > 0
                ? text("job.offerLeft", { time: countdownText(leftS) })
                : text("job.offeredAt", { at: format.moment(offer.offered_at, nowMs) })}
            </span>
            {offer.reason ? <span>{text("job.because", { reason: offer.reason })}</span> : null}
          </li>
        );
      })}
    </ul>
  );
}

function Steps({ job, nowMs }: { job: Job; nowMs: number }) {
  const text = useText();
  const term = useTerm();
  const format = useFormat();
  const actor = useActor();
  const names = new Map(job.offers.map(({ partner }) => [partner.id, partner.name]));
  return (
    <ol className="timeline">
      {[...job.history].reverse().map((step) => (
        <li key={`${step.state}${step.at}`}>
          <span className="timeline__icon" aria-hidden="true">
            <CircleDot size={15} />
          </span>
          <div>
            <p>
              <b>{term("job", step.state)}</b>
              {step.reason ? <span> {text("job.because", { reason: step.reason })}</span> : null}
            </p>
            <p className="faint">
              <time dateTime={step.at}>{format.moment(step.at, nowMs)}</time> · {actor(step.by, names)}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function CancelSheet({ job, onClose }: { job: Job; onClose: () => void }) {
  const text = useText();
  const problem = useProblemText();
  const { tell } = useTell();
  const [reason, setReason] = useState("");
  const change = useCancelJob();

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate(
      { id: job.id, reason },
      {
        onSuccess: () => {
          tell(text("job.cancelDone"));
          onClose();
        },
      },
    );
  }

  return (
    <Sheet isOpen onClose={onClose} title={text("job.cancelTitle", { plate: job.vehicle.plate })}>
      <form onSubmit={submit} className="gate__form">
        <p>{text("job.cancelWhat")}</p>
        <Line
          label={text("job.cancelWhy")}
          value={reason}
          onChange={setReason}
          maxLength={500}
          tall
          autoFocus
        />
        {change.error ? (
          <div role="alert">
            <Banner tone="critical">{problem(change.error)}</Banner>
          </div>
        ) : null}
        <div className="sheet__actions">
          <Button onPress={onClose}>{text("job.keep")}</Button>
          <Button look="danger" type="submit" isPending={change.isPending}>
            {text("job.cancel")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

function Actions({ job }: { job: Job }) {
  const text = useText();
  const [cancelling, setCancelling] = useState(false);
  return (
    <>
      {job.case_id ? (
        <Link className={buttonClass()} to={`/cases/${encodeURIComponent(job.case_id)}`}>
          <BellRing size={16} aria-hidden />
          {text("job.case")}
        </Link>
      ) : null}
      {job.position ? (
        <Link className={buttonClass()} to={`/map?job=${encodeURIComponent(job.id)}`}>
          <MapPin size={16} aria-hidden />
          {text("vehicle.onMap")}
        </Link>
      ) : null}
      {isEnded(job.state) ? null : (
        <Button look="danger" onPress={() => setCancelling(true)}>
          <Ban size={16} aria-hidden />
          {text("job.cancel")}
        </Button>
      )}
      {cancelling ? <CancelSheet job={job} onClose={() => setCancelling(false)} /> : null}
    </>
  );
}

function Shown({ job }: { job: Job }) {
  const text = useText();
  const term = useTerm();
  const nowMs = useDomainNow();
  const { language } = useLanguage();
  const service = term("service", job.service);
  return (
    <Page
      title={`${service} ${job.vehicle.plate}`}
      heading={
        <span className="vehicle__title">
          {service}
          <JobStateTag job={job} />
        </span>
      }
      lead={
        <span className="vehicle__lead">
          {job.vehicle.id ? (
            <Link to={`/vehicles/${encodeURIComponent(job.vehicle.id)}`} className="case__vehicle">
              <Plate>{job.vehicle.plate}</Plate> {job.vehicle.name}
            </Link>
          ) : (
            <Plate>{job.vehicle.plate || text("board.noPlate")}</Plate>
          )}
          <span>{job.vehicle.model}</span>
          <span>{text("job.origin", { origin: term("origin", job.origin) })}</span>
          {job.phone_masked ? <span translate="no">{job.phone_masked}</span> : null}
        </span>
      }
      actions={<Actions job={job} />}
    >
      <div className="stack">
        {job.escalated_at && !isEnded(job.state) ? (
          <Banner tone="critical">
            {text("job.escalated")}
            {job.escalated_why ? (
              <span>{text("job.because", { reason: job.escalated_why[language] })}</span>
            ) : null}
          </Banner>
        ) : null}
        <div className="case__two">
          <section className="panel panel--pad" aria-labelledby="promise">
            <h2 id="promise" className="section-head">
              {text("job.promise")}
            </h2>
            <PromiseBar job={job} nowMs={nowMs} />
            <p className="job__partner">
              {job.partner ? text("job.partner", { partner: job.partner.name }) : text("board.seeking")}
            </p>
          </section>
          <section className="panel panel--pad" aria-labelledby="offers">
            <h2 id="offers" className="section-head">
              {text("job.offers")}
            </h2>
            <Offers job={job} nowMs={nowMs} />
          </section>
        </div>
        <section className="panel panel--pad" aria-labelledby="steps">
          <h2 id="steps" className="section-head">
            {text("job.steps")}
          </h2>
          <Steps job={job} nowMs={nowMs} />
        </section>
      </div>
    </Page>
  );
}

export default function JobPage() {
  const { id = "" } = useParams();
  const query = useJob(id);
  return <Loaded query={query}>{({ body }) => <Shown job={body} />}</Loaded>;
}
