/** Light, dark, or as the system has it. The colours themselves are all in `tokens.css`. */

import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const KEY = "outrider.theme";
const listeners = new Set<() => void>();
const systemDark = () => window.matchMedia("(prefers-color-scheme: dark)");

export function keptTheme(): Theme {
  const kept = window.localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function applyKeptTheme(): void {
  const theme = keptTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  if (theme === "system") window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, theme);
  applyKeptTheme();
  for (const told of listeners) told();
}

function subscribe(listener: () => void): () => void {
  const media = systemDark();
  listeners.add(listener);
  media.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    media.removeEventListener("change", listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, keptTheme);
}

/** Whether the page is dark now; canvases redraw when it changes. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, () => {
    const theme = keptTheme();
    return theme === "system" ? systemDark().matches : theme === "dark";
  });
}

/** The colours of `names` (custom properties) as a canvas needs them: resolved for the theme in force. */
export function resolvedColours<Name extends string>(names: readonly Name[]): Record<Name, string> {
  const made = {} as Record<Name, string>;
  for (const name of names) {
    // A new one each time: on one and the same element a change of colour could be under way as a transition.
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    made[name] = getComputedStyle(probe).color;
    probe.remove();
  }
  return made;
}
