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
  /** Some times heard since the clock last jumped, oldest first; the longer they span, the less delays matter. */
  spaced: readonly Anchor[];
  /** Domain seconds in a real second. */
  pace: number;
}

export const UNSET: DomainClock = { last: null, spaced: [], pace: 1 };

const SPACING_MS = 1_000;
const REMEMBERED = 30;
/** Further from what was expected than this, in real time, the service's clock was set anew. */
const JUMP_MS = 10_000;
const NEAR = 0.02;

/** People choose round factors; what is measured near one is that one. */
function snapped(pace: number): number {
  const round = Number(pace.toPrecision(2));
  return Math.abs(pace - round) <= NEAR * round ? round : pace;
}

function paceOf(first: Anchor, last: Anchor, before: number): number {
  if (last.realMs - first.realMs < SPACING_MS) return before;
  const pace = (last.domainMs - first.domainMs) / (last.realMs - first.realMs);
  return pace > 0 ? snapped(pace) : 1;
}

function hasJumped(clock: DomainClock, seen: Anchor): boolean {
  const expected = domainNow(clock, seen.realMs);
  const isLearnt = clock.spaced.length > 1;
  return isLearnt && expected !== null && Math.abs(seen.domainMs - expected) > JUMP_MS * clock.pace;
}

/** The clock after one more answer, stamped `seen`. */
export function observed(clock: DomainClock, seen: Anchor): DomainClock {
  if (hasJumped(clock, seen)) return { last: seen, spaced: [seen], pace: clock.pace };
  const newest = clock.spaced.at(-1);
  if (newest && seen.realMs - newest.realMs < SPACING_MS) return { ...clock, last: seen };
  const spaced = [...clock.spaced, seen].slice(-REMEMBERED);
  return { last: seen, spaced, pace: paceOf(spaced[0] ?? seen, seen, clock.pace) };
}

/** The domain time at the real moment `realMs`, or null before any answer. */
export function domainNow(clock: DomainClock, realMs: number): number | null {
  if (clock.last === null) return null;
  return clock.last.domainMs + (realMs - clock.last.realMs) * clock.pace;
}
