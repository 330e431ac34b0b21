import { expect, test } from "vitest";
import { retryDelayMs } from "~/api/events";
import type { Case } from "~/api/types";
import { byWaiting, levelOfSeverity } from "~/cases/order";

function waiting(id: string, more: Partial<Case>): Case {
  const case_: Partial<Case> = {
    id,
    state: "open",
    severity: 3,
    opened_at: "2027-03-04T07:00:00Z",
    updated_at: "2027-03-04T07:00:00Z",
    escalated_at: null,
    time_to_threshold_h: null,
  };
  return { ...case_, ...more } as Case;
}

test("what nobody has comes first, then what needs a person, then the graver, then the sooner, then the older", () => {
  const cases = [
    waiting("acknowledged", { state: "acknowledged", severity: 5 }),
    waiting("younger", { opened_at: "2027-03-04T07:05:00Z" }),
    waiting("older", {}),
    waiting("sooner", { time_to_threshold_h: 4 }),
    waiting("graver", { severity: 4 }),
    waiting("escalated", { escalated_at: "2027-03-04T07:10:00Z" }),
  ];

  expect(cases.sort(byWaiting).map(({ id }) => id)).toEqual([
    "escalated",
    "graver",
    "sooner",
    "older",
    "younger",
    "acknowledged",
  ]);
});

test("of the resolved ones the newest comes first", () => {
  const cases = [
    waiting("old", { state: "resolved", severity: 5 }),
    waiting("new", { state: "resolved", updated_at: "2027-03-05T00:00:00Z" }),
  ];

  expect(cases.sort(byWaiting).map(({ id }) => id)).toEqual(["new", "old"]);
});

test.each([
  [5, "critical"],
  [4, "critical"],
  [3, "risk"],
  [2, "watch"],
  [0, "watch"],
])("severity %d is shown as %s", (severity, level) => {
  expect(levelOfSeverity(severity)).toBe(level);
});

test("a lost stream is tried again later and later, up to half a minute", () => {
  expect([1, 2, 3, 10].map(retryDelayMs)).toEqual([1_000, 2_000, 4_000, 30_000]);
});
