/** The one running copy of the domain clock in this page, and the hook that reads it. */

import { useSyncExternalStore } from "react";
import { type DomainClock, domainNow, observed, UNSET } from "~/clock/domainClock";

let clock: DomainClock = UNSET;

export function observeDomainNow(header: string | null, realMs: number): void {
  const domainMs = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(domainMs)) return;
  const isFirst = clock.last === null;
  clock = observed(clock, { domainMs, realMs });
  if (isFirst) tick();
}

/** Domain time in ms now; the browser's own before the service has said its. */
export function currentDomainMs(): number {
  return domainNow(clock, performance.now()) ?? Date.now();
}

export function currentPace(): number {
  return clock.pace;
}

/** Calm enough to read, quick enough that a scaled clock does not stutter. */
const TICK_MS = 500;

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;
let shownMs = Date.now();

function tick(): void {
  shownMs = currentDomainMs();
  for (const told of listeners) told();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  shownMs = currentDomainMs();
  ticking ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** Domain time in ms, renewed twice a second. */
export function useDomainNow(): number {
  return useSyncExternalStore(subscribe, () => shownMs);
}
