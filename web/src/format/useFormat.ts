/** Numbers, times and spans in the chosen language and the browser's time zone. */

import { useMemo } from "react";
import { useIntl } from "react-intl";
import { durationParts } from "~/format/duration";
import { type TextId, useText } from "~/i18n/language";

export interface Format {
  duration(seconds: number): string;
  ago(seconds: number): string;
  clock(iso: string | number): string;
  /** With the day, unless it is the same day as `nowMs`. */
  moment(iso: string | number, nowMs: number): string;
  full(iso: string | number): string;
  percent(share: number): string;
  number(value: number, digits?: number): string;
}

const SHAPES: Record<string, TextId> = {
  dh: "duration.dh",
  d: "duration.d",
  hm: "duration.hm",
  h: "duration.h",
  m: "duration.m",
  s: "duration.s",
};

export function useFormat(): Format {
  const intl = useIntl();
  const text = useText();
  return useMemo(() => {
    const duration = (seconds: number) => {
      const { shape, major, minor } = durationParts(seconds);
      return text(SHAPES[shape] ?? "duration.s", { major, minor });
    };
    const dayOf = (at: string | number) =>
      intl.formatDate(at, { year: "numeric", month: "2-digit", day: "2-digit" });
    const clock = (at: string | number) =>
      intl.formatTime(at, { hour: "2-digit", minute: "2-digit", hour12: false });
    const full = (at: string | number) =>
      intl.formatDate(at, {
        month: "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        hour12: false,
      });
    return {
      duration,
      clock,
      full,
      ago: (seconds) => (seconds < 5 ? text("age.now") : text("age.ago", { duration: duration(seconds) })),
      moment: (at, nowMs) => (dayOf(at) === dayOf(nowMs) ? clock(at) : full(at)),
      percent: (share) =>
        intl.formatNumber(share, {
          style: "percent",
          maximumFractionDigits: share > 0 && share < 0.01 ? 1 : 0,
        }),
      number: (value, digits = 0) => intl.formatNumber(value, { maximumFractionDigits: digits }),
    };
  }, [intl, text]);
}
