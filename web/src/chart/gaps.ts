/** Series as a chart draws them: a line where readings follow each other, and nothing where there were none. Pure. */

import type { SignalSeries } from "~/api/types";

export interface Drawn {
  /** Unix seconds, rising. */
  t: number[];
  /** null breaks the line. */
  v: (number | null)[];
  /** The moments of samples that were no value, with what they were. */
  nonValues: { t: number; validity: number }[];
}

/** A pause this many times longer than the usual one is a silence, not a slow signal. */
const SILENCE_FACTOR = 8;
const SHORTEST_SILENCE_S = 900;

function usualStep(t: readonly number[]): number {
  const steps = t.slice(1).map((at, index) => at - (t[index] ?? at));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

export function drawn(series: SignalSeries): Drawn {
  const times = series.t.map((iso) => Date.parse(iso) / 1000);
  const silence = Math.max(SHORTEST_SILENCE_S, SILENCE_FACTOR * usualStep(times));
  const made: Drawn = { t: [], v: [], nonValues: [] };
  for (const [index, at] of times.entries()) {
    const before = times[index - 1];
    if (before !== undefined && at - before > silence) {
      made.t.push((before + at) / 2);
      made.v.push(null);
    }
    const validity = series.validity[index] ?? 0;
    made.t.push(at);
    made.v.push(validity === 0 ? (series.v[index] ?? null) : null);
    if (validity !== 0) made.nonValues.push({ t: at, validity });
  }
  return made;
}

export interface Summary {
  latest: number | null;
  low: number | null;
  high: number | null;
  nonValues: number;
}

export function summary({ v, nonValues }: Drawn): Summary {
  const values = v.filter((value) => value !== null);
  return {
    latest: values.at(-1) ?? null,
    low: values.length > 0 ? Math.min(...values) : null,
    high: values.length > 0 ? Math.max(...values) : null,
    nonValues: nonValues.length,
  };
}
