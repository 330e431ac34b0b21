/** Which vehicle first, and what to say of it in one row. Pure. */

import type { Health, Level, Powertrain, VehicleSummary } from "~/api/types";

/** Unknown stands above ok: nobody has looked. */
const RANK: Record<Level, number> = { ok: 0, unknown: 1, watch: 2, risk: 3, critical: 4 };

export const LEVELS: readonly Level[] = ["critical", "risk", "watch", "unknown", "ok"];

export interface Finding {
  cause: string;
  health: Health;
}

/** What a car of this drive has not, so that nobody waits for its reading; where it was measured, it is shown. */
const HAS_NOT: Record<Powertrain, readonly string[]> = {
  bev: ["coolant", "fuel", "oil"],
  hybrid: [],
  petrol: ["charging", "traction_battery", "traction_cells"],
};

type Judged = Pick<VehicleSummary, "health" | "powertrain">;

export interface Standing {
  level: Level;
  /** False when the newest data are too old to say anything of now. */
  isCurrent: boolean;
}

const hoursLeft = (health: Health) => health.time_to_threshold_h ?? Number.POSITIVE_INFINITY;
const nearestRisk = (health: Health) => health.risks?.[0]?.p ?? -1;

function moreUrgent(a: Finding, b: Finding): number {
  return (
    RANK[b.health.level] - RANK[a.health.level] ||
    compare(hoursLeft(a.health), hoursLeft(b.health)) ||
    nearestRisk(b.health) - nearestRisk(a.health) ||
    a.cause.localeCompare(b.cause)
  );
}

/** Safe for infinities, whose difference is not a number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Every cause that concerns a vehicle, the most urgent first. */
export function findings({ health, powertrain }: Judged): Finding[] {
  return Object.entries(health)
    .map(([cause, of]) => ({ cause, health: of }))
    .filter(({ cause, health: of }) => of.level !== "unknown" || !HAS_NOT[powertrain].includes(cause))
    .sort(moreUrgent);
}

/** The finding a row speaks of: the worst one from "watch" upwards. */
export function leadFinding(vehicle: VehicleSummary): Finding | null {
  const first = findings(vehicle)[0];
  return first && RANK[first.health.level] >= RANK.watch ? first : null;
}

/** How the vehicle stands. Nothing measured is unknown; a cause nobody measured does not make the others unknown. */
export function standing(vehicle: VehicleSummary): Standing {
  const levels = Object.values(vehicle.health).map((of) => of.level);
  const measured = levels.filter((level) => level !== "unknown");
  const level = measured.reduce<Level>((worst, each) => (RANK[each] > RANK[worst] ? each : worst), "ok");
  return { level: measured.length === 0 ? "unknown" : level, isCurrent: vehicle.fresh };
}

/** The causes that were measured and those that were not, by name. */
export function coverage(vehicle: VehicleSummary): { measured: string[]; unmeasured: string[] } {
  const names = (isMeasured: boolean) =>
    findings(vehicle)
      .filter(({ health }) => (health.level !== "unknown") === isMeasured)
      .map(({ cause }) => cause);
  return { measured: names(true), unmeasured: names(false) };
}

/** The service's urgency first; where it makes no difference, what a person would look at first. */
export function byUrgency(a: VehicleSummary, b: VehicleSummary): number {
  const leadHours = (vehicle: VehicleSummary) => {
    const lead = leadFinding(vehicle);
    return lead ? hoursLeft(lead.health) : Number.POSITIVE_INFINITY;
  };
  return (
    compare(b.urgency, a.urgency) ||
    RANK[standing(b).level] - RANK[standing(a).level] ||
    compare(leadHours(a), leadHours(b)) ||
    Number(a.fresh) - Number(b.fresh) ||
    a.plate.localeCompare(b.plate, "zh-CN")
  );
}

export interface Filter {
  level: Level | null;
  words: string;
}

export function matches(vehicle: VehicleSummary, filter: Filter): boolean {
  if (filter.level !== null && standing(vehicle).level !== filter.level) return false;
  const words = filter.words.trim().toLowerCase();
  if (words === "") return true;
  return [vehicle.plate, vehicle.name, vehicle.model, vehicle.id].some((of) =>
    of.toLowerCase().includes(words),
  );
}
