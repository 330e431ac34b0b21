/** One job on the board. */

import { Siren, UserRound } from "lucide-react";
import { Link } from "react-router";
import type { Job } from "~/api/types";
import { useTerm, useText } from "~/i18n/language";
import { PromiseBar } from "~/jobs/PromiseBar";
import { isEnded } from "~/jobs/promise";
import { Plate } from "~/kit/basics";
import { Tag } from "~/kit/lamps";

const OUTCOME_TONE: Partial<Record<Job["state"], string>> = { completed: "ok", unsuccessful: "risk" };

export function JobStateTag({ job }: { job: Job }) {
  const term = useTerm();
  return <Tag tone={OUTCOME_TONE[job.state] ?? "unknown"}>{term("job", job.state)}</Tag>;
}

function Who({ job }: { job: Job }) {
  const text = useText();
  const term = useTerm();
  if (job.partner) return <span>{job.partner.name}</span>;
  const waiting = job.offers.find(({ state }) => state === "offered");
  if (waiting) return <span>{text("board.offered", { partner: waiting.partner.name })}</span>;
  return <span className="dim">{isEnded(job.state) ? term("job", job.state) : text("board.seeking")}</span>;
}

export function JobCard({ job, nowMs }: { job: Job; nowMs: number }) {
  const text = useText();
  const term = useTerm();
  return (
    <li className="panel job" data-origin={job.origin}>
      <Link to={`/rescues/${encodeURIComponent(job.id)}`} className="job__title">
        <Plate>{job.vehicle.plate || text("board.noPlate")}</Plate>
        <b>{term("service", job.service)}</b>
      </Link>
      <p className="job__tags">
        {job.origin === "emergency" ? (
          <Tag tone="critical" icon={Siren}>
            {term("origin", job.origin)}
          </Tag>
        ) : null}
        {job.origin === "person" ? (
          <Tag tone="accent" icon={UserRound}>
            {term("origin", job.origin)}
          </Tag>
        ) : null}
        {isEnded(job.state) || job.state === "at_destination" ? <JobStateTag job={job} /> : null}
        {job.escalated_at && !isEnded(job.state) ? (
          <Tag tone="critical" icon={UserRound}>
            {text("board.needsPerson")}
          </Tag>
        ) : null}
      </p>
      <p className="job__who">
        <Who job={job} />
      </p>
      <PromiseBar job={job} nowMs={nowMs} />
    </li>
  );
}
