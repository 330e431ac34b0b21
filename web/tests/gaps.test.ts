import { expect, test } from "vitest";
import type { SignalSeries } from "~/api/types";
import { drawn, summary } from "~/chart/gaps";

const START = Date.parse("2027-03-04T00:00:00Z");

function series(minutes: readonly number[], v: (number | null)[], validity?: number[]): SignalSeries {
  return {
    path: "Vehicle.Speed",
    unit: "km/h",
    t: minutes.map((minute) => new Date(START + minute * 60_000).toISOString()),
    v,
    validity: validity ?? v.map(() => 0),
  };
}

test("readings that follow each other are one line", () => {
  expect(drawn(series([0, 1, 2], [1, 2, 3])).v).toEqual([1, 2, 3]);
});

test("a silence breaks the line", () => {
  expect(drawn(series([0, 1, 2, 60, 61], [1, 2, 3, 4, 5])).v).toEqual([1, 2, 3, null, 4, 5]);
});

test("a slow signal is not silent", () => {
  expect(drawn(series([0, 60, 120], [1, 2, 3])).v).toEqual([1, 2, 3]);
});

test("a sample that is no value is a gap, is marked, and its number is never shown", () => {
  const made = drawn(series([0, 1, 2], [1, 99, 3], [0, 2, 0]));

  expect(made.v).toEqual([1, null, 3]);
  expect(made.nonValues).toEqual([{ t: START / 1000 + 60, validity: 2 }]);
});

test("a series without a value has no lowest, no highest and no latest", () => {
  expect(summary(drawn(series([0], [null], [1])))).toEqual({
    latest: null,
    low: null,
    high: null,
    nonValues: 1,
  });
  expect(summary(drawn(series([], [])))).toMatchObject({ latest: null });
});

test("a summary says the latest, lowest and highest value", () => {
  expect(summary(drawn(series([0, 1, 2], [5, -1, 3])))).toMatchObject({ latest: 3, low: -1, high: 5 });
});
