import { expect, test } from "vitest";
import { type Anchor, type DomainClock, domainNow, observed, UNSET } from "~/clock/domainClock";

const EPOCH = Date.parse("2027-03-04T00:00:00Z");

function after(anchors: readonly Anchor[]): DomainClock {
  return anchors.reduce(observed, UNSET);
}

/** What a service whose clock runs at `pace` stamps at each of the real moments. */
function stamped(pace: number, realMs: readonly number[]): Anchor[] {
  return realMs.map((real) => ({ realMs: real, domainMs: EPOCH + real * pace }));
}

test("before any answer the domain time is not known", () => {
  expect(domainNow(UNSET, 1_000)).toBeNull();
});

test("one answer is enough to go on at the real pace", () => {
  const clock = after(stamped(1, [0]));

  expect(domainNow(clock, 2_500)).toBe(EPOCH + 2_500);
});

test("the pace of a scaled clock is learnt from two answers and is a round number", () => {
  const [first, second] = stamped(240, [0, 1_200]);
  if (!first || !second) throw new Error("two anchors were asked for");
  const clock = after([first, { ...second, domainMs: second.domainMs + 2_000 }]);

  expect(clock.pace).toBe(240);
  expect(domainNow(clock, 2_200)).toBe(second.domainMs + 2_000 + 240_000);
});

test("delays of answers matter less the longer they are watched", () => {
  const delays = [0, 300, 40, 500, 10, 350, 0, 420, 90, 200];
  const clock = after(
    delays.map((delay, index) => ({ realMs: index * 1_500 + delay, domainMs: EPOCH + index * 1_500 * 240 })),
  );

  expect(clock.pace).toBe(240);
});

test("answers close together do not disturb the pace", () => {
  const clock = after([...stamped(1, [0, 1_500]), { realMs: 1_510, domainMs: EPOCH + 1_900 }]);

  expect(clock.pace).toBe(1);
  expect(clock.last?.domainMs).toBe(EPOCH + 1_900);
});

test("a jump of the service's clock is followed at once and does not pass for a pace", () => {
  const steady = stamped(1, [0, 2_000, 4_000, 6_000]);
  const jumped = stamped(1, [8_000, 10_000]).map(({ realMs, domainMs }) => ({
    realMs,
    domainMs: domainMs + 3_600_000,
  }));
  const clock = after([...steady, ...jumped]);

  expect(clock.pace).toBe(1);
  expect(domainNow(clock, 11_000)).toBe(EPOCH + 11_000 + 3_600_000);
});

test("a clock that is set back never makes time run backwards", () => {
  const clock = after([
    { realMs: 0, domainMs: EPOCH },
    { realMs: 2_000, domainMs: EPOCH - 60_000 },
  ]);

  expect(clock.pace).toBe(1);
});
