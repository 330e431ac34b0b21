/** What the API says of fault codes, held to the service's document as `types.ts` is. */

export interface FreezeFrame {
  number: number;
  at: string;
  readings: Record<string, number>;
  raw: Record<string, string>;
}

export interface FaultCode {
  ecu: string;
  code: string;
  state: "pending" | "confirmed" | "permanent" | "cleared";
  severity: number;
  service: string;
  zh: string;
  en: string;
  source: "outrider" | "make" | "generic" | "letter";
  failure_type: number | null;
  status: number | null;
  occurrences: number | null;
  first_reported: string;
  last_reported: string;
  confirmed_at: string | null;
  cleared_at: string | null;
  cleared_by: "" | "codes_cleared" | "supply_lost" | "unknown";
  times: number;
  freeze_frames: FreezeFrame[];
}
