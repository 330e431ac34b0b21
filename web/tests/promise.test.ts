import { expect, test } from "vitest";
import type { JobState } from "~/api/types";
import { LANES, lanes, promiseOf } from "~/jobs/promise";
import { job } from "./made";

const at = (clock: string) => Date.parse(`2027-03-04T${clock}:00Z`);

test.each([
  ["07:00", "calm", 0],
  ["07:23", "calm", 23 / 30],
  ["07:24", "amber", 0.8],
  ["07:29", "amber", 29 / 30],
  ["07:30", "amber", 1],
  ["07:31", "breach", 1],
])("at %s a promise from 07:00 to 07:30 is %s", (clock, tone, used) => {
  const view = promiseOf(job(), at(clock));

  expect(view.tone).toBe(tone);
  expect(view.used).toBeCloseTo(used);
});

test("an arrival stops the clock and keeps the promise", () => {
  const arrived = job({
    state: "towing",
    history: [{ state: "on_site", at: "2027-03-04T07:20:00Z", by: "partner:a", reason: null }],
  });

  expect(promiseOf(arrived, at("09:00"))).toMatchObject({ tone: "kept", leftS: 600 });
});

test("an arrival after the promise is a broken one", () => {
  const late = job({
    state: "completed",
    history: [{ state: "on_site", at: "2027-03-04T07:40:00Z", by: "partner:a", reason: null }],
  });

  expect(promiseOf(late, at("09:00"))).toMatchObject({ tone: "breach", leftS: -600 });
});

test("a job that was cancelled on the way neither kept nor broke its promise", () => {
  expect(promiseOf(job({ state: "cancelled" }), at("09:00")).tone).toBe("over");
});

test("an expected arrival after the promise is told before it is late", () => {
  const view = promiseOf(job({ state: "en_route", eta: "2027-03-04T07:37:00Z" }), at("07:05"));

  expect(view).toMatchObject({ tone: "calm", lateByS: 420 });
});

test("every state of a job has its lane", () => {
  const states: JobState[] = [
    "proposed",
    "offered",
    "accepted",
    "en_route",
    "on_site",
    "towing",
    "at_destination",
    "completed",
    "cancelled",
    "gone_on_arrival",
    "unsuccessful",
  ];
  const made = lanes(states.map((state) => job({ id: state, state })));

  expect(LANES.flatMap((lane) => made[lane]).map(({ id }) => id)).toHaveLength(states.length);
});

test("in a lane the jobs that need a person come first, then the nearest promise", () => {
  const made = lanes([
    job({ id: "far", promise_by: "2027-03-04T08:00:00Z" }),
    job({ id: "near" }),
    job({ id: "escalated", promise_by: "2027-03-04T09:00:00Z", escalated_at: "2027-03-04T07:10:00Z" }),
  ]);

  expect(made.seeking.map(({ id }) => id)).toEqual(["escalated", "near", "far"]);
});
