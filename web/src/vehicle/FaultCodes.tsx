/** The fault codes that a vehicle lists now: what each is called, whose it is, and what was frozen with it. */

import type { FaultCode } from "~/api/faults";
import { useFaults } from "~/api/queries";
import { useFormat } from "~/format/useFormat";
import { useSaid, useTerm, useText } from "~/i18n/language";

const HEX = 16;

function InFull({ code }: { code: FaultCode }) {
  const text = useText();
  const format = useFormat();
  const frame = code.freeze_frames[0];
  return (
    <>
      {code.status === null ? null : (
        <span translate="no">
          {text("fault.status", { status: code.status.toString(HEX).toUpperCase().padStart(2, "0") })}
        </span>
      )}
      {frame ? (
        <details>
          <summary>{text("fault.frame")}</summary>
          <dl className="fault__frame">
            {Object.entries(frame.readings).map(([path, value]) => (
              <div key={path}>
                <dt translate="no">{path.split(".").slice(-2).join(".")}</dt>
                <dd>{format.number(value, 1)}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </>
  );
}

function Row({ code, nowMs }: { code: FaultCode; nowMs: number }) {
  const text = useText();
  const term = useTerm();
  const said = useSaid();
  const format = useFormat();
  return (
    <li className="panel panel--pad fault">
      <h3>
        <span translate="no">{code.code}</span> {said(code)}
      </h3>
      <div className="faint health__foot">
        <span>{term("fault", code.state)}</span>
        <span>{text("fault.severity", { severity: code.severity })}</span>
        <span translate="no">{code.ecu}</span>
        <span>
          {text("fault.since", { age: format.ago((nowMs - Date.parse(code.first_reported)) / 1000) })}
        </span>
        <InFull code={code} />
      </div>
    </li>
  );
}

export function FaultCodes({ vehicleId, nowMs }: { vehicleId: string; nowMs: number }) {
  const text = useText();
  const codes = useFaults(vehicleId).data?.body;
  if (codes === undefined) return null;
  return (
    <section aria-labelledby="faults">
      <h2 id="faults" className="section-head">
        {text("vehicle.faults")}
      </h2>
      {codes.length === 0 ? <p className="dim">{text("fault.none")}</p> : null}
      <ul className="healths">
        {codes.map((code) => (
          <Row key={`${code.ecu} ${code.code}`} code={code} nowMs={nowMs} />
        ))}
      </ul>
    </section>
  );
}
