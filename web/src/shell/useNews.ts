/** Say to those who hear the page which cases are new since it was opened. */

import { useEffect, useRef } from "react";
import type { Case } from "~/api/types";
import { useTerm, useText } from "~/i18n/language";
import { useTell } from "~/kit/told";

export function useNews(open: readonly Case[] | undefined): void {
  const known = useRef<Set<string> | null>(null);
  const { whisper } = useTell();
  const text = useText();
  const term = useTerm();

  useEffect(() => {
    if (open === undefined) return;
    const before = known.current;
    known.current = new Set([...(before ?? []), ...open.map(({ id }) => id)]);
    if (before === null) return;
    const fresh = open.filter(({ id }) => !before.has(id));
    const [first] = fresh;
    if (first === undefined) return;
    const about = { plate: first.vehicle.plate, cause: term("cause", first.cause) };
    whisper(fresh.length === 1 ? text("news.one", about) : text("news.many", { count: fresh.length }));
  }, [open, whisper, text, term]);
}
