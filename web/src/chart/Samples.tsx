/** What a chart shows, as a table: the newest samples first. */

import type { ChartLine } from "~/chart/Chart";
import { useFormat } from "~/format/useFormat";
import { useTerm, useText } from "~/i18n/language";

const SHOWN = 200;

interface Row {
  t: number;
  label: string;
  value: number | null;
  validity: number;
}

function rowsOf(lines: readonly ChartLine[]): Row[] {
  const rows = lines.flatMap(({ label, drawn }) => {
    const validityAt = new Map(drawn.nonValues.map(({ t, validity }) => [t, validity]));
    return drawn.t.flatMap((t, index) => {
      const value = drawn.v[index] ?? null;
      const validity = validityAt.get(t) ?? 0;
      return value === null && validity === 0 ? [] : [{ t, label, value, validity }];
    });
  });
  return rows.sort((a, b) => b.t - a.t);
}

interface SamplesProps {
  title: string;
  unit: string;
  digits: number;
  lines: readonly ChartLine[];
}

export function Samples({ title, unit, digits, lines }: SamplesProps) {
  const text = useText();
  const term = useTerm();
  const format = useFormat();
  const rows = rowsOf(lines);
  return (
    <>
      {rows.length > SHOWN ? (
        <p className="faint">{text("chart.newest", { shown: SHOWN, count: rows.length })}</p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="table-wrap" tabIndex={0} aria-label={title}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{text("chart.time")}</th>
              <th scope="col">{text("chart.signal")}</th>
              <th scope="col" className="num">
                {text("chart.valueIn", { unit })}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map(({ t, label, value, validity }) => (
              <tr key={`${label}${t}`}>
                <td>{format.full(t * 1000)}</td>
                <td>{label}</td>
                <td className="num">
                  {value === null ? term("validity", String(validity)) : format.number(value, digits)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
