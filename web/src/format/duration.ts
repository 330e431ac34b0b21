/** Spans of time in at most two units, as people say them. */

export type DurationShape = "dh" | "d" | "hm" | "h" | "m" | "s";

export interface DurationParts {
  shape: DurationShape;
  major: number;
  minor: number;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
/** From here on the smaller unit says nothing any more. */
const WHOLE_DAYS_FROM_S = 7 * DAY_S;
const WHOLE_HOURS_FROM_S = 10 * HOUR_S;

/** Split `seconds` (its sign does not matter) into the largest unit and, where it helps, the next. */
export function durationParts(seconds: number): DurationParts {
  const s = Math.abs(seconds);
  if (s < MINUTE_S) return { shape: "s", major: Math.floor(s), minor: 0 };
  if (s < HOUR_S) return { shape: "m", major: Math.floor(s / MINUTE_S), minor: 0 };
  if (s < DAY_S) {
    const major = Math.floor(s / HOUR_S);
    const minor = s < WHOLE_HOURS_FROM_S ? Math.floor((s % HOUR_S) / MINUTE_S) : 0;
    return { shape: minor > 0 ? "hm" : "h", major, minor };
  }
  const major = Math.floor(s / DAY_S);
  const minor = s < WHOLE_DAYS_FROM_S ? Math.floor((s % DAY_S) / HOUR_S) : 0;
  return { shape: minor > 0 ? "dh" : "d", major, minor };
}

/** A countdown as a clock shows it: minutes and seconds, with hours before them when there are any. */
export function countdownText(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const minutesAndSeconds = `${two(Math.floor((whole % HOUR_S) / MINUTE_S))}:${two(whole % MINUTE_S)}`;
  return whole >= HOUR_S ? `${Math.floor(whole / HOUR_S)}:${minutesAndSeconds}` : minutesAndSeconds;
}
