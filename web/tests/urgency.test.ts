import { expect, test } from "vitest";
import { byUrgency, coverage, findings, leadFinding, matches, standing } from "~/fleet/urgency";
import { health, vehicle } from "./made";

const ok = health("ok");
const unknown = health("unknown");

test("a vehicle of which nothing was measured is unknown, never ok", () => {
  expect(standing(vehicle({ health: {} })).level).toBe("unknown");
  expect(standing(vehicle({ health: { tyre: unknown, dtc: unknown } })).level).toBe("unknown");
});

test("one cause that nobody measured does not hide what the others say", () => {
  expect(standing(vehicle({ health: { tyre: unknown, dtc: health("risk") } })).level).toBe("risk");
  expect(standing(vehicle({ health: { tyre: unknown, dtc: ok } })).level).toBe("ok");
});

test("a level that rests on old data is not current", () => {
  expect(standing(vehicle({ health: { dtc: ok }, fresh: false }))).toEqual({ level: "ok", isCurrent: false });
});

test("the worst level leads, then the least time, then the greater risk", () => {
  const made = findings(
    vehicle({
      health: {
        dtc: health("watch", { time_to_threshold_h: 1 }),
        tyre: health("risk", { time_to_threshold_h: 19 }),
        low_voltage_battery: health("risk", { time_to_threshold_h: 5 }),
        traction_battery: health("risk", { risks: [{ horizon_h: 24, p: 0.9 }] }),
        silent: health("risk", { risks: [{ horizon_h: 24, p: 0.2 }] }),
      },
    }),
  );

  expect(made.map(({ cause }) => cause)).toEqual([
    "low_voltage_battery",
    "tyre",
    "traction_battery",
    "silent",
    "dtc",
  ]);
});

test("nothing leads where there is nothing from watch upwards", () => {
  expect(leadFinding(vehicle({ health: { dtc: ok, tyre: unknown } }))).toBeNull();
  expect(leadFinding(vehicle({ health: { dtc: ok, tyre: health("watch") } }))?.cause).toBe("tyre");
});

test("the service's urgency decides, then the level, then the time left, then who is silent", () => {
  const row = (plate: string, more: Parameters<typeof vehicle>[0]) => vehicle({ plate, ...more });
  const rows = [
    row("ok", { health: { dtc: ok } }),
    row("ok and silent", { health: { dtc: ok }, fresh: false }),
    row("unknown", { health: { dtc: unknown } }),
    row("late", { urgency: 2, health: { dtc: health("risk", { time_to_threshold_h: 50 }) } }),
    row("soon", { urgency: 2, health: { dtc: health("risk", { time_to_threshold_h: 5 }) } }),
    row("urgent", { urgency: 12, health: { dtc: health("watch") } }),
  ];

  expect(rows.sort(byUrgency).map(({ plate }) => plate)).toEqual([
    "urgent",
    "soon",
    "late",
    "unknown",
    "ok and silent",
    "ok",
  ]);
});

test("the causes that were measured and those that were not are told apart", () => {
  expect(coverage(vehicle({ health: { dtc: ok, tyre: unknown } }))).toEqual({
    measured: ["dtc"],
    unmeasured: ["tyre"],
  });
});

test("nobody waits for a reading of what a car of its drive has not, yet one that came is told", () => {
  const causes = { dtc: ok, fuel: unknown, oil: health("risk"), traction_battery: unknown };

  expect(coverage(vehicle({ powertrain: "bev", health: causes }))).toEqual({
    measured: ["oil", "dtc"],
    unmeasured: ["traction_battery"],
  });
  expect(coverage(vehicle({ powertrain: "petrol", health: causes })).unmeasured).toEqual(["fuel"]);
  expect(coverage(vehicle({ powertrain: "hybrid", health: causes })).unmeasured).toEqual([
    "fuel",
    "traction_battery",
  ]);
});

test("a vehicle is found by a part of its plate, name or model, in any case of letters", () => {
  const van = vehicle({ plate: "粤B·D8L21", name: "配送 01", model: "Compact 1.6" });

  for (const words of ["d8l", "配送", "COMPACT", " "]) {
    expect(matches(van, { level: null, words })).toBe(true);
  }
  expect(matches(van, { level: null, words: "tyre" })).toBe(false);
  expect(matches(van, { level: "risk", words: "" })).toBe(false);
});
