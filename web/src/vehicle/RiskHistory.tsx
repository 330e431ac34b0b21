/** How the risk within 24 hours went, by cause. */

import { useMemo } from "react";
import { useRiskHistory } from "~/api/queries";
import type { RiskPoint } from "~/api/types";
import { Chart } from "~/chart/Chart";
import { useTerm, useText } from "~/i18n/language";
import { EmptyState, Loaded } from "~/kit/basics";

const HORIZON_H = 24;

/** A moment nothing was measured at is a gap, as is one nobody scored; a cause that never was has no line. */
function linesOf(points: readonly RiskPoint[]) {
  const measured = new Set(points.filter(({ risks }) => risks !== null).map(({ cause }) => cause));
  const byCause = Map.groupBy(
    points.filter(({ cause }) => measured.has(cause)),
    ({ cause }) => cause,
  );
  return [...byCause].map(([cause, of]) => ({
    cause,
    drawn: {
      t: of.map(({ at }) => Date.parse(at) / 1000),
      v: of.map(({ risks }) => {
        const p = risks?.find(({ horizon_h }) => horizon_h === HORIZON_H)?.p;
        return p === undefined ? null : p * 100;
      }),
      nonValues: [],
    },
  }));
}

interface RiskHistoryProps {
  vehicleId: string;
  from: number;
  until: number;
}

function History({ points, from, until }: { points: readonly RiskPoint[]; from: number; until: number }) {
  const text = useText();
  const term = useTerm();
  const lines = useMemo(
    () => linesOf(points).map(({ cause, drawn }) => ({ label: term("cause", cause), drawn })),
    [points, term],
  );
  if (lines.length === 0) return <EmptyState title={text("vehicle.noRisks")} />;
  return (
    <Chart
      title={text("vehicle.risk24")}
      unit="%"
      digits={0}
      lines={lines}
      from={from}
      until={until}
      span={[0, 100]}
    />
  );
}

export function RiskHistory({ vehicleId, from, until }: RiskHistoryProps) {
  const query = useRiskHistory(vehicleId);
  return (
    <Loaded query={query} rows={3}>
      {(points) => <History points={points} from={from} until={until} />}
    </Loaded>
  );
}
