/**
 * The service's clock as this page can know it. It may run faster than the real one, so an age computed from the
 * browser's own clock would be wrong; the pace is learnt from the times that come with the answers.
 */

export interface Anchor {
  domainMs: number;
  realMs: number;
}

export interface DomainClock {
  /** The newest time heard. */
  last: Anchor | null;
  /** Some times heard, oldest first, far enough apart to tell a pace from an answer's delay. */
  spaced: readonly Anchor[];
  /** Domain seconds in a real second. */
  pace: number;
}

export const UNSET: DomainClock = { last: null, spaced: [], pace: 1 };

const SPACING_MS = 1_000;
const REMEMBERED = 9;
const NEAR = 0.02;

/** People choose round factors; what is measured near one is that one. */
function snapped(pace: number): number {
  const round = Number(pace.toPrecision(2));
  return Math.abs(pace - round) <= NEAR * round ? round : pace;
}

/** The middle of the paces between neighbours: one jump of the service's clock does not move it for long. */
function paceOf(spaced: readonly Anchor[]): number {
  const paces = spaced.slice(1).map((later, index) => {
    const earlier = spaced[index] ?? later;
    return (later.domainMs - earlier.domainMs) / (later.realMs - earlier.realMs);
  });
  const middle = paces.sort((a, b) => a - b)[Math.floor(paces.length / 2)];
  return middle === undefined || middle <= 0 ? 1 : snapped(middle);
}

/** The clock after one more answer, stamped `seen`. */
export function observed(clock: DomainClock, seen: Anchor): DomainClock {
  const newest = clock.spaced.at(-1);
  if (newest && seen.realMs - newest.realMs < SPACING_MS) return { ...clock, last: seen };
  const spaced = [...clock.spaced, seen].slice(-REMEMBERED);
  return { last: seen, spaced, pace: paceOf(spaced) };
}

/** The domain time at the real moment `realMs`, or null before any answer. */
export function domainNow(clock: DomainClock, realMs: number): number | null {
  if (clock.last === null) return null;
  return clock.last.domainMs + (realMs - clock.last.realMs) * clock.pace;
}
