/** The order of the inbox: nobody has it first, then what needs a person, then the graver, then the sooner, then the older. Pure. */

import type { Case, CaseState, Level } from "~/api/types";

const STATE_RANK: Record<CaseState, number> = { open: 0, acknowledged: 1, resolved: 2 };

const hoursLeft = (case_: Case) => case_.time_to_threshold_h ?? Number.MAX_VALUE;

export function byWaiting(a: Case, b: Case): number {
  if (a.state === "resolved" && b.state === "resolved")
    return Date.parse(b.updated_at) - Date.parse(a.updated_at);
  return (
    STATE_RANK[a.state] - STATE_RANK[b.state] ||
    Number(b.escalated_at !== null) - Number(a.escalated_at !== null) ||
    b.severity - a.severity ||
    hoursLeft(a) - hoursLeft(b) ||
    Date.parse(a.opened_at) - Date.parse(b.opened_at)
  );
}

/** A severity (0 to 5) as one of the levels that the rest of the page speaks. */
export function levelOfSeverity(severity: number): Level {
  if (severity >= 4) return "critical";
  return severity >= 3 ? "risk" : "watch";
}
