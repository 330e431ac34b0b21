/** One chart: lines with thresholds, a legend that says the values, and the same as a table. */

import { useEffect, useMemo, useRef, useState } from "react";
import { useIntl } from "react-intl";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type Drawn, summary } from "~/chart/gaps";
import { joined, optionsOf, type PlotInput } from "~/chart/plot";
import { Samples } from "~/chart/Samples";
import { useFormat } from "~/format/useFormat";
import { useText } from "~/i18n/language";
import { Unfold } from "~/kit/basics";
import { resolvedColours, useIsDark } from "~/shell/theme";
import "~/chart/chart.css";

export interface ChartLine {
  label: string;
  drawn: Drawn;
}

export interface ChartThreshold {
  value: number;
  label: string;
  level: "watch" | "risk" | "critical";
}

interface ChartProps {
  title: string;
  unit: string;
  digits: number;
  lines: readonly ChartLine[];
  thresholds?: readonly ChartThreshold[];
  /** Unix ms. */
  from: number;
  until: number;
  mark?: number | null;
  span?: readonly [number | null, number | null];
}

const HEIGHT = 190;
const DASHES: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const LINE_COLOURS = ["accent", "risk", "ok", "critical"] as const;
const COLOURS = [...LINE_COLOURS, "watch", "ink-2", "line", "surface"] as const;
const DAY_S = 86_400;

/** A sample of a line's own stroke, so that dashes tell lines apart where colours do not. */
function Stroke({ index }: { index: number }) {
  return (
    <svg width="26" height="8" aria-hidden="true" className={`stroke stroke--${LINE_COLOURS[index % 4]}`}>
      <line
        x1="0"
        y1="4"
        x2="26"
        y2="4"
        strokeWidth="2.2"
        strokeDasharray={(DASHES[index % 4] ?? []).join(" ")}
      />
    </svg>
  );
}

function useTimeText(): PlotInput["timeText"] {
  const intl = useIntl();
  return useMemo(
    () => (seconds, previous) => {
      const at = seconds * 1000;
      const clock = intl.formatTime(at, { hour: "2-digit", minute: "2-digit", hour12: false });
      const day = (s: number) => intl.formatDate(s * 1000, { month: "numeric", day: "numeric" });
      const isNewDay = previous !== undefined && day(previous) !== day(seconds);
      return isNewDay && (clock === "00:00" || seconds - previous >= DAY_S / 2) ? day(seconds) : clock;
    },
    [intl],
  );
}

/** The drawing itself, made anew when what it shows or how it looks changes. */
function Plot({ input, data }: { input: Omit<PlotInput, "width" | "look">; data: uPlot.AlignedData }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const { "ink-2": ink, line: grid, surface: ground } = resolvedColours(COLOURS);
    const look = { ink, grid, ground, family: getComputedStyle(element).fontFamily };
    const options = optionsOf({ ...input, width: element.clientWidth, look });
    const plot = new uPlot(options, data, element);
    const resize = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: input.height }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [input, data]);
  return <div ref={place} className="chart__plot" aria-hidden="true" />;
}

export function Chart(props: ChartProps) {
  const {
    title,
    unit,
    digits,
    lines,
    thresholds = [],
    from,
    until,
    mark = null,
    span = [null, null],
  } = props;
  const text = useText();
  const format = useFormat();
  const timeText = useTimeText();
  const isDark = useIsDark();
  const [cursor, setCursor] = useState<number | null>(null);
  const data = useMemo(() => joined(lines.map(({ drawn }) => drawn)), [lines]);
  const [low, high] = span;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `isDark` is not read, but the colours follow it
  const input = useMemo(() => {
    const colours = resolvedColours(COLOURS);
    return {
      height: HEIGHT,
      lines: lines.map(({ label }, index) => ({
        label,
        colour: colours[LINE_COLOURS[index % 4] ?? "accent"],
        dash: DASHES[index % 4] ?? [],
      })),
      thresholds: thresholds.map(({ value, label, level }) => ({ value, label, colour: colours[level] })),
      nonValues: lines.flatMap(({ drawn }) => drawn.nonValues.map(({ t }) => t)),
      mark: mark === null ? null : mark / 1000,
      range: [from / 1000, until / 1000] as const,
      span: [low, high] as const,
      timeText,
      numberText: (value: number) => format.number(value, digits),
      onCursor: setCursor,
    };
  }, [lines, thresholds, from, until, mark, low, high, digits, timeText, format, isDark]);

  const value = (of: number | null) =>
    of === null ? text("chart.noValue") : text("chart.value", { value: format.number(of, digits), unit });
  const shown = (index: number, drawn: Drawn) => {
    const at = cursor === null ? undefined : (data[index + 1]?.[cursor] as number | null | undefined);
    return at ?? summary(drawn).latest;
  };
  const nonValues = input.nonValues.length;
  return (
    <figure className="chart">
      <figcaption className="chart__head">
        <h3>{title}</h3>
        <ul className="chart__legend">
          {lines.map(({ label, drawn }, index) => (
            <li key={label}>
              <Stroke index={index} />
              {label === title ? null : <span>{label}</span>}
              <b>{value(shown(index, drawn))}</b>
            </li>
          ))}
        </ul>
      </figcaption>
      <Plot input={input} data={data} />
      <p className="unseen">
        {lines
          .map(({ label, drawn }) => {
            const { latest, low: lowest, high: highest } = summary(drawn);
            return text("chart.summary", {
              label,
              latest: value(latest),
              low: value(lowest),
              high: value(highest),
            });
          })
          .join(text("list.separator"))}
      </p>
      {nonValues > 0 ? <p className="faint">{text("chart.nonValues", { count: nonValues })}</p> : null}
      <Unfold title={text("chart.table")}>
        <Samples title={title} unit={unit} digits={digits} lines={lines} />
      </Unfold>
    </figure>
  );
}
