/** A chart of the catalogue with the samples of one vehicle. */

import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { signalQuery } from "~/api/queries";
import { Chart } from "~/chart/Chart";
import { drawn } from "~/chart/gaps";
import { useTerm, useText } from "~/i18n/language";
import { EmptyState, ErrorState, Skeleton } from "~/kit/basics";
import { useSession } from "~/session/session";
import type { ChartPlan } from "~/vehicle/signals";

interface SignalChartProps {
  vehicleId: string;
  plan: ChartPlan;
  hours: number;
  /** Unix ms; already in steps, so that the chart is not drawn anew at every tick of the clock. */
  until: number;
  mark?: number | null;
}

export function SignalChart({ vehicleId, plan, hours, until, mark = null }: SignalChartProps) {
  const text = useText();
  const term = useTerm();
  const { token } = useSession();
  const { paths } = plan;
  const { series, error, isPending, refetch } = useQueries({
    queries: paths.map((path) => signalQuery(token, vehicleId, path, hours, until)),
    combine: (results) => ({
      series: results.flatMap(({ data }) => (data ? [data] : [])),
      error: results.find((result) => result.error)?.error ?? null,
      isPending: results.some((result) => result.isPending),
      refetch: () => results.map((result) => result.refetch()),
    }),
  });
  const title = text(plan.title);
  const lines = useMemo(
    () =>
      series
        .map((one) => ({
          label: paths.length === 1 ? title : term("signal", one.path),
          drawn: drawn(one),
        }))
        .filter((line) => line.drawn.t.length > 0),
    [series, paths.length, title, term],
  );
  const thresholds = useMemo(
    () => plan.thresholds.map(({ value, text: id, level }) => ({ value, label: text(id), level })),
    [plan.thresholds, text],
  );
  if (error && lines.length === 0) return <ErrorState error={error} retry={() => void refetch()} />;
  if (isPending && lines.length === 0) return <Skeleton rows={3} />;
  if (lines.length === 0) return <EmptyState title={text("chart.nothing", { title })} />;
  return (
    <Chart
      title={title}
      unit={plan.unit}
      digits={plan.digits}
      lines={lines}
      thresholds={thresholds}
      from={until - hours * 3_600_000}
      until={until}
      mark={mark}
      span={plan.span}
    />
  );
}
