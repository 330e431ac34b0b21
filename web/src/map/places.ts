/** What stands on the map, from what the API says; always in WGS-84, whatever it came in. Pure. */

import gcoord from "gcoord";
import type { Job, Level, Partner, Pin, Position, VehicleSummary } from "~/api/types";
import { standing } from "~/fleet/urgency";
import { isEnded } from "~/jobs/promise";

export type PlaceKind = "vehicle" | "job" | "partner";

export interface Place {
  key: string;
  kind: PlaceKind;
  id: string;
  lon: number;
  lat: number;
  /** Words on the map and in the list. */
  name: string;
  detail: string;
  /** Which mark it gets; a partner has its own. */
  mark: Level | "partner" | "job";
  /** Only known to the kilometre. */
  isCell: boolean;
  link: string;
}

export interface Way {
  from: [number, number];
  to: [number, number];
}

/** The point in WGS-84, as [longitude, latitude]. */
export function toWgs84({ lat, lon, crs }: Pin): [number, number] {
  return crs === "GCJ02" ? gcoord.transform([lon, lat], gcoord.GCJ02, gcoord.WGS84) : [lon, lat];
}

function at(pin: Pin): { lon: number; lat: number } {
  const [lon, lat] = toWgs84(pin);
  return { lon, lat };
}

export function vehiclePlaces(vehicles: readonly VehicleSummary[]): Place[] {
  return vehicles.flatMap((vehicle) => {
    if (vehicle.position === null) return [];
    const { level, isCurrent } = standing(vehicle);
    return [
      {
        key: `vehicle:${vehicle.id}`,
        kind: "vehicle" as const,
        id: vehicle.id,
        ...at(vehicle.position),
        name: vehicle.plate,
        detail: vehicle.name,
        mark: level === "ok" && !isCurrent ? ("unknown" as const) : level,
        isCell: isCoarse(vehicle.position.precision),
        link: `/vehicles/${encodeURIComponent(vehicle.id)}`,
      },
    ];
  });
}

export function jobPlaces(jobs: readonly Job[]): Place[] {
  return jobs.flatMap((job) => {
    if (job.position === null || isEnded(job.state)) return [];
    return [
      {
        key: `job:${job.id}`,
        kind: "job" as const,
        id: job.id,
        ...at(job.position),
        name: job.vehicle.plate,
        detail: job.partner?.name ?? "",
        mark: "job" as const,
        isCell: isCoarse(job.position.precision),
        link: `/rescues/${encodeURIComponent(job.id)}`,
      },
    ];
  });
}

export function partnerPlaces(partners: readonly Partner[]): Place[] {
  return partners.map((partner) => ({
    key: `partner:${partner.id}`,
    kind: "partner" as const,
    id: partner.id,
    ...at(partner.position),
    name: partner.name,
    detail: `${partner.capacity - partner.busy}/${partner.capacity}`,
    mark: "partner" as const,
    isCell: false,
    link: "/partners",
  }));
}

/** From each partner that is on its way to where it is going. */
export function ways(jobs: readonly Job[], partners: readonly Partner[]): Way[] {
  const byId = new Map(partners.map((partner) => [partner.id, partner]));
  return jobs.flatMap((job) => {
    const partner = job.partner ? byId.get(job.partner.id) : undefined;
    if (!partner || job.position === null || !["accepted", "en_route"].includes(job.state)) return [];
    return [{ from: toWgs84(partner.position), to: toWgs84(job.position) }];
  });
}

const KM_PER_DEGREE = 111.32;

/** The square kilometre around a point that is known only so well, as a ring. */
export function cellRing(lon: number, lat: number): [number, number][] {
  const dLat = 0.5 / KM_PER_DEGREE;
  const dLon = dLat / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  return [
    [lon - dLon, lat - dLat],
    [lon + dLon, lat - dLat],
    [lon + dLon, lat + dLat],
    [lon - dLon, lat + dLat],
    [lon - dLon, lat - dLat],
  ];
}

export type Box = [west: number, south: number, east: number, north: number];

/** The smallest box around the points, or null when there are none. */
export function boxOf(points: readonly { lon: number; lat: number }[]): Box | null {
  if (points.length === 0) return null;
  const lons = points.map(({ lon }) => lon);
  const lats = points.map(({ lat }) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

const STEPS = [30, 10, 5, 1, 0.5, 0.1, 0.05, 0.01] as const;
const MOST_LINES = 14;

/** Lines of longitude and latitude that make the box readable: few enough to be calm. */
export function gridLines([west, south, east, north]: Box): [number, number][][] {
  const step = STEPS.filter((each) => (east - west) / each <= MOST_LINES).at(-1) ?? STEPS[0];
  const lines: [number, number][][] = [];
  for (let i = Math.ceil(west / step); i * step <= east; i += 1)
    lines.push([
      [i * step, Math.max(-85, south)],
      [i * step, Math.min(85, north)],
    ]);
  for (let i = Math.ceil(south / step); i * step <= north; i += 1)
    lines.push([
      [west, i * step],
      [east, i * step],
    ]);
  return lines;
}

/** Whether a position is the middle of an area, not a point. */
function isCoarse(precision: Position["precision"]): boolean {
  return precision === "cell" || precision === "city";
}
