/**
 * What the API says, written as its models are; `tests/web/test_api_types.py` holds this file to the service's
 * OpenAPI document. Times are ISO 8601 in UTC, `*_s` are domain seconds, null is a missing reading and never zero.
 */

export type Level = "unknown" | "ok" | "watch" | "risk" | "critical";
export type Powertrain = "petrol" | "bev" | "hybrid";
export type VehicleState = "driving" | "parked" | "charging" | "silent" | "unknown";
export type CaseState = "open" | "acknowledged" | "resolved";
/** What the list of cases can be asked for; unresolved is open and acknowledged together. */
export type CaseFilter = CaseState | "unresolved";
export type JobState =
  | "proposed"
  | "offered"
  | "accepted"
  | "en_route"
  | "on_site"
  | "towing"
  | "at_destination"
  | "completed"
  | "cancelled"
  | "gone_on_arrival"
  | "unsuccessful";
export type Origin = "prediction" | "person" | "emergency";
export type ReminderState = "due_soon" | "due" | "overdue" | "booked" | "done";
export type ResolveReason =
  | "repaired"
  | "false_alarm"
  | "rescued"
  | "driver_declined"
  | "duplicate"
  | "other";
export type Crs = "WGS84" | "GCJ02";

export interface Page<Item> {
  items: Item[];
  next?: string | null;
}

export interface Pin {
  lat: number;
  lon: number;
  crs?: Crs;
}

export interface Position {
  lat: number;
  lon: number;
  crs?: Crs;
  precision?: "city" | "cell" | "exact" | "pin";
  as_of?: string | null;
}

export interface Risk {
  horizon_h: number;
  p: number;
}

/** One sentence in both languages. */
export interface Said {
  zh: string;
  en: string;
}

/** One sentence in both languages, with a stable code. */
export interface Words {
  code: string;
  zh: string;
  en: string;
}

export interface Health {
  level: Level;
  risks: Risk[] | null;
  calibrated: boolean;
  time_to_threshold_h: number | null;
  ttt_low_h?: number | null;
  ttt_high_h?: number | null;
  reasons: Words[];
  as_of: string | null;
  quality: number;
  abstained: string;
}

export interface NextAction {
  action: string;
  zh: string;
  en: string;
}

export interface VehicleSummary {
  id: string;
  name: string;
  plate: string;
  model: string;
  powertrain: Powertrain;
  state: VehicleState;
  last_seen: string | null;
  age_s: number | null;
  fresh: boolean;
  health: Record<string, Health>;
  urgency: number;
  next_action: NextAction | null;
  open_cases: string[];
  position: Position | null;
}

export interface Vehicle extends VehicleSummary {
  online: boolean | null;
  agent_version: string;
  clock_quality: string;
  odometer_km: number | null;
  signals: string[];
}

export interface SignalSeries {
  path: string;
  unit: string;
  t: string[];
  v: (number | null)[];
  validity: number[];
}

export interface RiskPoint {
  at: string;
  cause: string;
  risks: Risk[] | null;
  quality: number;
}

export interface VehicleRef {
  id: string | null;
  name: string;
  plate: string;
  model: string;
}

export interface DecisionView {
  action: string;
  at: string;
  zh: string;
  en: string;
  expected_cost_act: number | null;
  expected_cost_wait: number | null;
  inputs: Record<string, unknown>;
}

export interface TimelineEvent {
  at: string;
  actor: string;
  kind: string;
  zh: string;
  en: string;
  data: Record<string, unknown>;
}

export interface Case {
  id: string;
  vehicle: VehicleRef;
  cause: string;
  state: CaseState;
  severity: number;
  opened_at: string;
  updated_at: string;
  as_of: string | null;
  age_at_open_s: number;
  late: boolean;
  reasons: Words[];
  risks: Risk[] | null;
  calibrated: boolean;
  time_to_threshold_h: number | null;
  decision: DecisionView | null;
  job_id: string | null;
  escalated_at: string | null;
  resolution: string | null;
  version: number;
  timeline: TimelineEvent[];
}

export interface PartnerRef {
  id: string;
  name: string;
}

export interface Offer {
  partner: PartnerRef;
  state: string;
  offered_at: string;
  deadline: string;
  reason: string | null;
}

export interface JobStep {
  state: string;
  at: string;
  by: string;
  reason: string | null;
}

export interface Job {
  id: string;
  case_id: string | null;
  cause: string;
  origin: Origin;
  priority: number;
  vehicle: VehicleRef;
  state: JobState;
  service: string;
  created_at: string;
  promise_by: string;
  eta: string | null;
  escalated_at: string | null;
  /** Why a person was called; null when nobody was. */
  escalated_why: Said | null;
  partner: PartnerRef | null;
  offers: Offer[];
  position: Position | null;
  phone_masked: string | null;
  history: JobStep[];
}

export interface Reminder {
  id: string;
  vehicle: VehicleRef;
  kind: string;
  state: ReminderState;
  due_km: number | null;
  due_at: string | null;
  odometer_km: number | null;
  zh: string;
  en: string;
  created_at: string;
  updated_at: string;
}

export interface Partner {
  id: string;
  name: string;
  services: string[];
  capacity: number;
  busy: number;
  position: Position;
}

export interface DriverQuestion {
  vehicle: VehicleRef;
  cause: string;
  service: string;
  zh: string;
  en: string;
  reasons: Words[];
  eta_minutes: number | null;
  asked_at: string;
  deadline: string;
  answer: "yes" | "no" | null;
  needs_position: boolean;
  job_id: string | null;
  job_state: JobState | null;
}

export interface Acknowledge {
  comment?: string;
}

export interface Resolve {
  reason: ResolveReason;
  comment?: string;
}

/** A visit at a time: within a window, or before the car leaves next. */
export interface Appointment {
  start?: string | null;
  end?: string | null;
  departure?: string | null;
  key_holder: string;
}

export interface RescueRequest {
  vehicle_id?: string | null;
  plate?: string | null;
  phone?: string | null;
  problem: string;
  service?: string | null;
  position?: Pin | null;
  note?: string;
  appointment?: Appointment | null;
}

export interface Answer {
  answer: "yes" | "no";
  position?: Pin | null;
}

/** What the stream of changes says: something of this kind, with this id, is not as it was. */
export type ChangeKind = "vehicle" | "case" | "job" | "reminder";
