/** Rescues by state. A card stands where the service says the job is, never where a press hoped it would be. */

import { Phone, Truck } from "lucide-react";
import { Link } from "react-router";
import { useJobs } from "~/api/queries";
import type { Job } from "~/api/types";
import { useDomainNow } from "~/clock/domainNow";
import { useText } from "~/i18n/language";
import { JobCard } from "~/jobs/JobCard";
import { LANES, lanes } from "~/jobs/promise";
import { buttonClass, EmptyState, Loaded } from "~/kit/basics";
import { Page } from "~/shell/Page";
import "~/jobs/jobs.css";

const ENDED_SHOWN = 30;

function CallForHelp() {
  const text = useText();
  return (
    <Link className={buttonClass("main")} to="/rescues/new">
      <Phone size={16} aria-hidden />
      {text("rescue.open")}
    </Link>
  );
}

function Board({ jobs }: { jobs: readonly Job[] }) {
  const text = useText();
  const nowMs = useDomainNow();
  if (jobs.length === 0) {
    return (
      <EmptyState icon={Truck} title={text("board.empty")}>
        <p>{text("board.emptyWhy")}</p>
        <CallForHelp />
      </EmptyState>
    );
  }
  const byLane = lanes(jobs);
  return (
    <div className="board">
      {LANES.map((lane) => (
        <section
          key={lane}
          className="lane"
          aria-labelledby={`lane-${lane}`}
          data-empty={byLane[lane].length === 0}
        >
          <h2 id={`lane-${lane}`}>
            {text(`lane.${lane}`)} <span className="lane__count">{byLane[lane].length}</span>
          </h2>
          <ul>
            {byLane[lane].slice(0, ENDED_SHOWN).map((job) => (
              <JobCard key={job.id} job={job} nowMs={nowMs} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

export default function BoardPage() {
  const text = useText();
  const query = useJobs();
  return (
    <Page title={text("board.title")} lead={text("board.lead")} wide>
      <Loaded query={query}>{({ items }) => <Board jobs={items} />}</Loaded>
    </Page>
  );
}
