/** What is known of one cause on one vehicle. */

import type { Health } from "~/api/types";
import { RoadAhead } from "~/fleet/RoadAhead";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";
import { LevelLamp } from "~/kit/lamps";

const HOUR_S = 3_600;

interface HealthCardProps {
  cause: string;
  health: Health;
  isCurrent: boolean;
  nowMs: number;
}

function Lead({ health }: { health: Health }) {
  const text = useText();
  const format = useFormat();
  const { time_to_threshold_h: hours, ttt_low_h: low, ttt_high_h: high } = health;
  if (hours === null) return null;
  if (hours <= 0) return <p className="row__lead">{text("road.reached")}</p>;
  return (
    <p className="row__lead">
      {text("road.about", { time: format.duration(hours * HOUR_S) })}
      {low != null && high != null ? (
        <span className="faint">
          {" "}
          {text("road.range", { low: format.duration(low * HOUR_S), high: format.duration(high * HOUR_S) })}
        </span>
      ) : null}
    </p>
  );
}

export function HealthCard({ cause, health, isCurrent, nowMs }: HealthCardProps) {
  const text = useText();
  const term = useTerm();
  const said = useSaid();
  const format = useFormat();
  const { level, risks, reasons, calibrated, quality, as_of: asOf, abstained } = health;
  return (
    <li className="panel panel--pad health" data-tone={level}>
      <div className="health__head">
        <h3>{term("cause", cause)}</h3>
        <LevelLamp level={level} isCurrent={isCurrent} />
      </div>
      {level === "unknown" ? (
        <p className="dim">
          {abstained ? text("health.abstained", { why: term("quality", abstained) }) : text("health.unknown")}
        </p>
      ) : (
        <>
          <Lead health={health} />
          {risks !== null ? <RoadAhead health={health} /> : null}
        </>
      )}
      {reasons.length > 0 ? (
        <ol className="reasons">
          {reasons.map((reason) => (
            <li key={reason.code}>{said(reason)}</li>
          ))}
        </ol>
      ) : null}
      <p className="faint health__foot">
        {asOf ? (
          <span>{text("health.asOf", { age: format.ago((nowMs - Date.parse(asOf)) / 1000) })}</span>
        ) : null}
        {level === "unknown" ? null : (
          <span>{text("health.quality", { share: format.percent(quality) })}</span>
        )}
        {risks !== null && !calibrated ? <span>{text("risk.uncalibrated")}</span> : null}
      </p>
    </li>
  );
}
