/** What tests are about, with the rest filled in. */

import type { Health, Job, Level, VehicleSummary } from "~/api/types";

export function health(level: Level, more: Partial<Health> = {}): Health {
  return {
    level,
    risks: null,
    calibrated: false,
    time_to_threshold_h: null,
    reasons: [],
    as_of: null,
    quality: 1,
    abstained: "",
    ...more,
  };
}

export function vehicle(more: Partial<VehicleSummary> = {}): VehicleSummary {
  return {
    id: "car",
    name: "Van",
    plate: "粤B·00000",
    model: "Compact",
    powertrain: "petrol",
    state: "driving",
    last_seen: "2027-03-04T07:39:00Z",
    age_s: 60,
    fresh: true,
    health: {},
    urgency: 0,
    next_action: null,
    open_cases: [],
    position: null,
    ...more,
  };
}

export function job(more: Partial<Job> = {}): Job {
  return {
    id: "job",
    case_id: null,
    cause: "dtc",
    origin: "prediction",
    priority: 5,
    vehicle: { id: "car", name: "Van", plate: "粤B·00000", model: "Compact" },
    state: "proposed",
    service: "tow",
    created_at: "2027-03-04T07:00:00Z",
    promise_by: "2027-03-04T07:30:00Z",
    eta: null,
    escalated_at: null,
    escalated_why: null,
    partner: null,
    offers: [],
    position: null,
    phone_masked: null,
    history: [],
    ...more,
  };
}
