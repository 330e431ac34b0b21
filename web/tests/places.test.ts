import { expect, test } from "vitest";
import { alongRoad } from "~/fleet/road";
import { pinOf } from "~/map/pin";
import { boxOf, cellRing, gridLines, jobPlaces, toWgs84, vehiclePlaces } from "~/map/places";
import { health, job, vehicle } from "./made";

test("a point in GCJ-02 is moved to where it is, one in WGS-84 stays", () => {
  const [lon, lat] = toWgs84({ lat: 22.54286, lon: 114.05956, crs: "GCJ02" });

  expect(toWgs84({ lat: 22.5, lon: 114, crs: "WGS84" })).toEqual([114, 22.5]);
  expect(Math.hypot((lon - 114.05956) * 102_800, (lat - 22.54286) * 111_320)).toBeGreaterThan(300);
  expect(Math.hypot((lon - 114.05956) * 102_800, (lat - 22.54286) * 111_320)).toBeLessThan(900);
});

test("a vehicle that does not share its place is not on the map", () => {
  expect(vehiclePlaces([vehicle()])).toEqual([]);
});

test("a healthy vehicle with old data is marked as unknown", () => {
  const [place] = vehiclePlaces([
    vehicle({ health: { dtc: health("ok") }, fresh: false, position: { lat: 22, lon: 114 } }),
  ]);

  expect(place?.mark).toBe("unknown");
});

test("a rescue that has ended is not on the map", () => {
  const position = { lat: 22, lon: 114 };

  expect(jobPlaces([job({ position, state: "completed" })])).toEqual([]);
  expect(jobPlaces([job({ position, state: "towing" })])).toHaveLength(1);
});

test("a cell is a kilometre wide and high", () => {
  const [west, , , north] = cellRing(114, 60);
  const [east] = cellRing(114, 60).slice(1);

  expect(((east?.[0] ?? 0) - (west?.[0] ?? 0)) * 111.32 * 0.5).toBeCloseTo(1, 2);
  expect(((north?.[1] ?? 0) - (west?.[1] ?? 0)) * 111.32).toBeCloseTo(1, 2);
});

test("no points have no box", () => {
  expect(boxOf([])).toBeNull();
  expect(
    boxOf([
      { lon: 1, lat: 2 },
      { lon: -1, lat: 5 },
    ]),
  ).toEqual([-1, 2, 1, 5]);
});

test.each([[[-180, -85, 180, 85]], [[73, 17, 136, 54]], [[113.9, 22.4, 114.1, 22.6]]] as const)(
  "the grid of %s stays calm",
  (box) => {
    const lines = gridLines([...box]);

    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBeLessThan(45);
  },
);

test("the road ahead runs from now to a week, near hours wide", () => {
  expect(alongRoad(-3)).toBe(0);
  expect(alongRoad(168)).toBe(1);
  expect(alongRoad(1_000)).toBe(1);
  expect(alongRoad(24)).toBeGreaterThan(24 / 168);
});

test.each([
  ["22.54286, 114.05956", 22.54286, 114.05956],
  ["-33.9，151.2", -33.9, 151.2],
  [" 1 2 ", 1, 2],
])("%s is read as a point", (words, lat, lon) => {
  expect(pinOf(words)).toEqual({ lat, lon, crs: "WGS84" });
});

test.each(["", "here", "91, 0", "0, 181", "1,2,3", "22.5"])("%s is no point", (words) => {
  expect(pinOf(words)).toBeNull();
});
