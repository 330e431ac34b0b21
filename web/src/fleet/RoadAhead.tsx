/**
 * The road ahead of one finding: now at the left, a week at the right, near hours wide. The mark is where the
 * threshold is expected, its shadow the range, and the figures are the risks within 24, 72 and 168 hours.
 */

import type { Health } from "~/api/types";
import { alongRoad } from "~/fleet/road";
import { useFormat } from "~/format/useFormat";
import { useText } from "~/i18n/language";
import "~/fleet/road.css";

const percentOf = (hours: number) => `${(alongRoad(hours) * 100).toFixed(1)}%`;

const HOUR_S = 3_600;

/** The same in one sentence, for those who do not see the drawing. */
export function useRoadText(): (health: Health) => string {
  const text = useText();
  const format = useFormat();
  return ({ time_to_threshold_h: hours, risks, calibrated }) => {
    const parts = [
      hours === null
        ? text("road.noTime")
        : hours <= 0
          ? text("road.reached")
          : text("road.time", { time: format.duration(hours * HOUR_S) }),
      ...(risks ?? []).map(({ horizon_h, p }) =>
        text("road.risk", { hours: horizon_h, share: format.percent(p) }),
      ),
    ];
    if (risks !== null && !calibrated) parts.push(text("risk.uncalibrated"));
    return parts.join(text("list.separator"));
  };
}

export function RoadAhead({ health }: { health: Health }) {
  const format = useFormat();
  const said = useRoadText();
  const { time_to_threshold_h: hours, ttt_low_h: low, ttt_high_h: high, risks } = health;
  return (
    <div className="road" data-tone={health.level}>
      <span className="unseen">{said(health)}</span>
      <div className="road__lane" aria-hidden="true">
        {(risks ?? []).map(({ horizon_h, p }, index, all) => {
          const from = alongRoad(all[index - 1]?.horizon_h ?? 0);
          const to = alongRoad(horizon_h);
          return (
            <span
              key={horizon_h}
              className="road__risk"
              style={{
                left: `${from * 100}%`,
                width: `${(to - from) * 100}%`,
                opacity: 0.12 + 0.68 * Math.min(1, p),
              }}
            />
          );
        })}
        {hours !== null && low != null && high != null ? (
          <span
            className="road__range"
            style={{ left: percentOf(low), width: `${(alongRoad(high) - alongRoad(low)) * 100}%` }}
          />
        ) : null}
        {hours !== null ? <span className="road__mark" style={{ left: percentOf(hours) }} /> : null}
      </div>
      <div className="road__figures" aria-hidden="true">
        {(risks ?? []).map(({ horizon_h, p }) => (
          <span key={horizon_h} style={{ left: percentOf(horizon_h) }}>
            <b>{format.percent(p)}</b>
            <i>{horizon_h % 24 === 0 && horizon_h > 24 ? `${horizon_h / 24} d` : `${horizon_h} h`}</i>
          </span>
        ))}
      </div>
    </div>
  );
}
