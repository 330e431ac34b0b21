/** The fleet, the most urgent vehicle first. */

import { CarFront, SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useVehicles } from "~/api/queries";
import type { Level, VehicleSummary } from "~/api/types";
import { useDomainNow } from "~/clock/domainNow";
import { FleetRow } from "~/fleet/FleetRow";
import { byUrgency, type Filter, LEVELS, matches, standing } from "~/fleet/urgency";
import { useTerm, useText } from "~/i18n/language";
import { Button, EmptyState, Loaded } from "~/kit/basics";
import { Line } from "~/kit/fields";
import { LevelIcon } from "~/kit/lamps";
import { Page } from "~/shell/Page";
import "~/fleet/fleet.css";

const EVERYTHING: Filter = { level: null, words: "" };

interface FilterBarProps {
  vehicles: readonly VehicleSummary[];
  filter: Filter;
  onChange: (filter: Filter) => void;
}

function FilterBar({ vehicles, filter, onChange }: FilterBarProps) {
  const text = useText();
  const term = useTerm();
  const count = (level: Level) => vehicles.filter((each) => standing(each).level === level).length;
  return (
    <div className="filter">
      <ToggleButtonGroup
        className="filter__levels"
        aria-label={text("fleet.byLevel")}
        selectedKeys={filter.level === null ? [] : [filter.level]}
        onSelectionChange={(keys) =>
          onChange({ ...filter, level: ([...keys][0] as Level | undefined) ?? null })
        }
      >
        {LEVELS.map((level) => (
          <ToggleButton key={level} id={level} className="tally" data-tone={level}>
            <LevelIcon level={level} size={18} />
            <span className="tally__count">{count(level)}</span>
            <span>{term("level", level)}</span>
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <div className="filter__words">
        <Line
          label={text("fleet.search")}
          hideLabel
          placeholder={text("fleet.search")}
          type="search"
          value={filter.words}
          onChange={(words) => onChange({ ...filter, words })}
        />
      </div>
    </div>
  );
}

function FleetTable({ vehicles }: { vehicles: readonly VehicleSummary[] }) {
  const text = useText();
  const nowMs = useDomainNow();
  return (
    <div className="panel fleet">
      {/* The roles are said again because a table laid out as cards on a phone would lose them. */}
      <table role="table" aria-label={text("fleet.title")}>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col">{text("fleet.vehicle")}</th>
            <th scope="col">{text("fleet.finding")}</th>
            <th scope="col">{text("fleet.ahead")}</th>
            <th scope="col">{text("fleet.data")}</th>
            <th scope="col">{text("fleet.next")}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {vehicles.map((vehicle) => (
            <FleetRow key={vehicle.id} vehicle={vehicle} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Fleet({ vehicles, complete }: { vehicles: VehicleSummary[]; complete: boolean }) {
  const text = useText();
  const [filter, setFilter] = useState(EVERYTHING);
  const shown = useMemo(
    () => vehicles.filter((vehicle) => matches(vehicle, filter)).sort(byUrgency),
    [vehicles, filter],
  );
  if (vehicles.length === 0) {
    return (
      <EmptyState icon={CarFront} title={text("fleet.empty")}>
        <p>{text("fleet.emptyHow")}</p>
        <code translate="no">outrider fleet import FILE</code>
      </EmptyState>
    );
  }
  return (
    <>
      <FilterBar vehicles={vehicles} filter={filter} onChange={setFilter} />
      {complete ? null : <p className="faint">{text("load.incomplete", { count: vehicles.length })}</p>}
      <p className="unseen" role="status">
        {text("fleet.shown", { count: shown.length })}
      </p>
      {shown.length > 0 ? (
        <FleetTable vehicles={shown} />
      ) : (
        <EmptyState icon={SearchX} title={text("fleet.noMatch")}>
          <Button onPress={() => setFilter(EVERYTHING)}>{text("fleet.showAll")}</Button>
        </EmptyState>
      )}
    </>
  );
}

export default function FleetPage() {
  const text = useText();
  const query = useVehicles();
  return (
    <Page title={text("fleet.title")} lead={text("fleet.lead")} wide>
      <Loaded query={query}>{({ items, complete }) => <Fleet vehicles={items} complete={complete} />}</Loaded>
    </Page>
  );
}
