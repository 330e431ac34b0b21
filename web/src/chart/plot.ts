/** What uPlot needs to know to draw our charts; the React side is in `Chart.tsx`. */

import uPlot from "uplot";

export interface Line {
  label: string;
  colour: string;
  dash: number[];
}

export interface Threshold {
  value: number;
  label: string;
  colour: string;
}

export interface PlotLook {
  ink: string;
  grid: string;
  ground: string;
  /** The font family, as CSS has it. */
  family: string;
}

export interface PlotInput {
  width: number;
  height: number;
  lines: readonly Line[];
  thresholds: readonly Threshold[];
  /** Moments (Unix seconds) of samples that were no value. */
  nonValues: readonly number[];
  /** One moment that everything turns on. */
  mark: number | null;
  range: readonly [number, number];
  /** At least this far up and down, so that noise does not fill the chart. */
  span: readonly [number | null, number | null];
  look: PlotLook;
  timeText: (seconds: number, previous: number | undefined) => string;
  numberText: (value: number) => string;
  onCursor: (index: number | null) => void;
}

const WIDTH_OF_TIME_LABEL = 74;
const FONT_PX = 12;

function drawThresholds(plot: uPlot, { thresholds, look }: PlotInput): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `500 ${FONT_PX * devicePixelRatio}px ${look.family}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  for (const { value, label, colour } of thresholds) {
    const y = Math.round(plot.valToPos(value, "y", true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    // A rim of the ground keeps the words readable where the line runs through them.
    ctx.setLineDash([]);
    ctx.strokeStyle = look.ground;
    ctx.lineWidth = 4 * devicePixelRatio;
    ctx.lineJoin = "round";
    ctx.strokeText(label, bbox.left + 6 * devicePixelRatio, y - 2 * devicePixelRatio);
    ctx.fillText(label, bbox.left + 6 * devicePixelRatio, y - 2 * devicePixelRatio);
  }
  ctx.restore();
}

/** Small crosses at the foot: something was read there, and it was no value. */
function drawNonValues(plot: uPlot, { nonValues, look }: PlotInput): void {
  const { ctx, bbox } = plot;
  const arm = 3 * devicePixelRatio;
  const y = bbox.top + bbox.height - arm * 2;
  ctx.save();
  ctx.strokeStyle = look.ink;
  ctx.lineWidth = devicePixelRatio * 1.2;
  ctx.beginPath();
  for (const at of nonValues) {
    const x = plot.valToPos(at, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.moveTo(x - arm, y - arm);
    ctx.lineTo(x + arm, y + arm);
    ctx.moveTo(x - arm, y + arm);
    ctx.lineTo(x + arm, y - arm);
  }
  ctx.stroke();
  ctx.restore();
}

function drawMark(plot: uPlot, { mark, look }: PlotInput): void {
  if (mark === null) return;
  const { ctx, bbox } = plot;
  const x = plot.valToPos(mark, "x", true);
  ctx.save();
  ctx.strokeStyle = look.ink;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** The lowest and highest to show, thresholds among them, with a little air. */
export function heightOf(low: number | null, high: number | null, input: PlotInput): [number, number] {
  const levels = input.thresholds.map(({ value }) => value);
  const every = [low, high, ...input.span, ...levels].filter((value): value is number => value !== null);
  if (every.length === 0) return [0, 1];
  const bottom = Math.min(...every);
  const top = Math.max(...every);
  const air = (top - bottom || Math.abs(top) || 1) * 0.08;
  return [bottom - air, top + air];
}

export function optionsOf(input: PlotInput): uPlot.Options {
  const { look, lines, timeText, numberText } = input;
  const axis = {
    stroke: look.ink,
    font: `500 ${FONT_PX}px ${look.family}`,
    grid: { stroke: look.grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width: input.width,
    height: input.height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: true, range: () => [input.range[0], input.range[1]] },
      y: { range: (_plot, low, high) => heightOf(low ?? null, high ?? null, input) },
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: WIDTH_OF_TIME_LABEL,
        values: (_plot, splits) => splits.map((at, index) => timeText(at, splits[index - 1])),
      },
      { ...axis, size: 52, values: (_plot, splits) => splits.map(numberText) },
    ],
    series: [
      {},
      ...lines.map(({ label, colour, dash }) => ({
        label,
        stroke: colour,
        dash,
        width: 1.8,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      draw: [
        (plot) => {
          drawThresholds(plot, input);
          drawNonValues(plot, input);
          drawMark(plot, input);
        },
      ],
      setCursor: [(plot) => input.onCursor(plot.cursor.idx ?? null)],
    },
  };
}

/** Lay series with their own times over each other; a gap stays a gap, a missing moment is no gap. */
export function joined(series: readonly { t: number[]; v: (number | null)[] }[]): uPlot.AlignedData {
  if (series.length === 0) return [[]];
  return uPlot.join(series.map(({ t, v }): uPlot.AlignedData => [t, v]));
}
