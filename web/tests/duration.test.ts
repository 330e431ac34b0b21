import { expect, test } from "vitest";
import { countdownText, durationParts } from "~/format/duration";

test.each([
  [0, "s", 0, 0],
  [59.9, "s", 59, 0],
  [60, "m", 1, 0],
  [3_599, "m", 59, 0],
  [3_600, "h", 1, 0],
  [5.2 * 3_600, "hm", 5, 12],
  [11.5 * 3_600, "h", 11, 0],
  [25 * 3_600, "dh", 1, 1],
  [48 * 3_600, "d", 2, 0],
  [9.5 * 86_400, "d", 9, 0],
])("%d s is said in at most two units", (seconds, shape, major, minor) => {
  expect(durationParts(seconds)).toEqual({ shape, major, minor });
});

test("the sign of a span does not matter", () => {
  expect(durationParts(-90)).toEqual(durationParts(90));
});

test.each([
  [0, "00:00"],
  [61, "01:01"],
  [-62, "01:02"],
  [3_600, "1:00:00"],
  [5_025, "1:23:45"],
])("a countdown of %d s reads %s", (seconds, text) => {
  expect(countdownText(seconds)).toBe(text);
});
