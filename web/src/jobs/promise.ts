/** A job's promise: how much of the time is used, and what colour and word that has. Pure. */

import type { Job, JobState } from "~/api/types";

export type PromiseTone = "calm" | "amber" | "breach" | "kept" | "over";

export interface PromiseView {
  tone: PromiseTone;
  /** Used share of the promised time, 0 to 1. */
  used: number;
  /** Seconds to the promise; negative after it. */
  leftS: number;
  /** Seconds by which the arrival is expected after the promise; 0 when in time or not known. */
  lateByS: number;
}

const AMBER_FROM = 0.8;
const ARRIVED: readonly JobState[] = ["on_site", "towing", "at_destination", "completed"];
const ENDED: readonly JobState[] = ["completed", "cancelled", "gone_on_arrival", "unsuccessful"];

export const isEnded = (state: JobState) => ENDED.includes(state);

export function arrivedAtMs(job: Job): number | null {
  const step = job.history.find(({ state }) => state === "on_site");
  return step ? Date.parse(step.at) : null;
}

export function promiseOf(job: Job, nowMs: number): PromiseView {
  const from = Date.parse(job.created_at);
  const by = Date.parse(job.promise_by);
  const arrived = arrivedAtMs(job);
  const isOver = isEnded(job.state) || ARRIVED.includes(job.state);
  const at = isOver ? (arrived ?? nowMs) : nowMs;
  const used = by > from ? Math.min(1, Math.max(0, (at - from) / (by - from))) : 1;
  const leftS = (by - at) / 1000;
  const eta = job.eta ? Date.parse(job.eta) : null;
  const lateByS = !isOver && eta !== null && eta > by ? (eta - by) / 1000 : 0;
  return { tone: toneOf(isOver, arrived !== null, leftS, used), used, leftS, lateByS };
}

function toneOf(isOver: boolean, hasArrived: boolean, leftS: number, used: number): PromiseTone {
  if (isOver && !hasArrived) return "over";
  if (leftS < 0) return "breach";
  if (isOver) return "kept";
  return used >= AMBER_FROM ? "amber" : "calm";
}

export type Lane = "seeking" | "accepted" | "en_route" | "on_site" | "towing" | "ended";

export const LANES: readonly Lane[] = ["seeking", "accepted", "en_route", "on_site", "towing", "ended"];

const LANE_OF: Record<JobState, Lane> = {
  proposed: "seeking",
  offered: "seeking",
  accepted: "accepted",
  en_route: "en_route",
  on_site: "on_site",
  towing: "towing",
  at_destination: "towing",
  completed: "ended",
  cancelled: "ended",
  gone_on_arrival: "ended",
  unsuccessful: "ended",
};

/** Jobs by lane; within a lane the ones a person must look at first, ended ones newest first. */
export function lanes(jobs: readonly Job[]): Record<Lane, Job[]> {
  const made: Record<Lane, Job[]> = {
    seeking: [],
    accepted: [],
    en_route: [],
    on_site: [],
    towing: [],
    ended: [],
  };
  for (const job of jobs) made[LANE_OF[job.state]].push(job);
  const urgentFirst = (a: Job, b: Job) =>
    Number(b.escalated_at !== null) - Number(a.escalated_at !== null) ||
    Date.parse(a.promise_by) - Date.parse(b.promise_by);
  for (const lane of LANES) made[lane].sort(urgentFirst);
  made.ended.sort((a, b) => lastStepMs(b) - lastStepMs(a));
  return made;
}

const lastStepMs = (job: Job) => Date.parse(job.history.at(-1)?.at ?? job.created_at);
