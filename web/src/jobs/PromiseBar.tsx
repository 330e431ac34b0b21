/** The promise of a job: how much of it is used, and what is left or lost, in words and as a bar. */

import { CircleCheck, Hourglass, OctagonAlert, TriangleAlert } from "lucide-react";
import type { Job } from "~/api/types";
import { countdownText } from "~/format/duration";
import { useFormat } from "~/format/useFormat";
import { type TextId, useText } from "~/i18n/language";
import { type PromiseTone, promiseOf } from "~/jobs/promise";
import "~/jobs/promise-bar.css";

const TEXT: Record<PromiseTone, TextId> = {
  calm: "promise.left",
  amber: "promise.left",
  breach: "promise.broken",
  kept: "promise.kept",
  over: "promise.over",
};

const ICON = {
  calm: Hourglass,
  amber: TriangleAlert,
  breach: OctagonAlert,
  kept: CircleCheck,
  over: Hourglass,
} as const;

export function PromiseBar({ job, nowMs }: { job: Job; nowMs: number }) {
  const text = useText();
  const format = useFormat();
  const { tone, used, leftS, lateByS } = promiseOf(job, nowMs);
  const Icon = ICON[tone];
  return (
    <div className="promise" data-tone={tone}>
      <p className="promise__words">
        <Icon size={15} strokeWidth={2.2} aria-hidden />
        <span>
          {text(TEXT[tone], { time: tone === "kept" ? format.duration(leftS) : countdownText(leftS) })}
        </span>
      </p>
      <div className="promise__track" aria-hidden="true">
        <span className="promise__used" style={{ width: `${used * 100}%` }} />
        <span className="promise__amber" />
      </div>
      <p className="faint">
        {text("promise.by", { at: format.clock(job.promise_by) })}
        {job.eta ? text("list.separator") : null}
        {job.eta ? text("promise.eta", { at: format.clock(job.eta) }) : null}
      </p>
      {lateByS > 0 ? (
        <p className="promise__late">{text("promise.late", { time: format.duration(lateByS) })}</p>
      ) : null}
    </div>
  );
}
