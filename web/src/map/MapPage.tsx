/** Cars, rescues and trucks on a map and, equally, in a list. */

import { MapPinOff } from "lucide-react";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { useJobs, usePartners, useVehicles } from "~/api/queries";
import { useTerm, useText } from "~/i18n/language";
import { EmptyState, Loaded } from "~/kit/basics";
import { LevelIcon } from "~/kit/lamps";
import { MapView } from "~/map/MapView";
import { MarkIcon } from "~/map/MarkIcon";
import { jobPlaces, type Place, type PlaceKind, partnerPlaces, vehiclePlaces, ways } from "~/map/places";
import { Page } from "~/shell/Page";

const KINDS: readonly PlaceKind[] = ["job", "vehicle", "partner"];

function chosenIn(search: URLSearchParams): string | null {
  for (const kind of KINDS) {
    const id = search.get(kind);
    if (id !== null) return `${kind}:${id}`;
  }
  return null;
}

interface PlaceListProps {
  places: readonly Place[];
  chosen: string | null;
  onChoose: (key: string) => void;
}

function PlaceRow({ place, isChosen, onChoose }: { place: Place; isChosen: boolean; onChoose: () => void }) {
  const text = useText();
  const term = useTerm();
  const isLevel = place.kind === "vehicle";
  return (
    <li className="place-row" data-chosen={isChosen}>
      <button type="button" onClick={onChoose} aria-pressed={isChosen}>
        <span className="place-row__mark" data-tone={isLevel ? place.mark : "accent"}>
          {place.mark === "partner" || place.mark === "job" ? (
            <MarkIcon mark={place.mark} />
          ) : (
            <LevelIcon level={place.mark} size={18} />
          )}
        </span>
        <span>
          <b>{place.name || text("board.noPlate")}</b> {place.kind === "partner" ? null : place.detail}
          {place.mark !== "partner" && place.mark !== "job" ? (
            <span className="faint place-row__word">{term("level", place.mark)}</span>
          ) : null}
          {place.kind === "partner" ? (
            <span className="faint place-row__word">{text("map.trucks", { free: place.detail })}</span>
          ) : null}
          {place.isCell ? <span className="faint place-row__word">{text("map.cell")}</span> : null}
        </span>
      </button>
      <Link to={place.link} className="place-row__go">
        {text("map.open")}
        <span className="unseen">{place.name}</span>
      </Link>
    </li>
  );
}

function PlaceList({ places, chosen, onChoose }: PlaceListProps) {
  const text = useText();
  return (
    <div className="place-list">
      {KINDS.map((kind) => {
        const of = places.filter((place) => place.kind === kind);
        return of.length === 0 ? null : (
          <section key={kind} aria-labelledby={`places-${kind}`}>
            <h2 id={`places-${kind}`}>
              {text(`map.${kind}`)} <span className="lane__count">{of.length}</span>
            </h2>
            <ul>
              {of.map((place) => (
                <PlaceRow
                  key={place.key}
                  place={place}
                  isChosen={place.key === chosen}
                  onChoose={() => onChoose(place.key)}
                />
              ))}
            </ul>
          </section>
        );
      })}
      {places.length === 0 ? (
        <EmptyState icon={MapPinOff} title={text("map.empty")}>
          <p>{text("map.emptyWhy")}</p>
        </EmptyState>
      ) : null}
    </div>
  );
}

export default function MapPage() {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const vehicles = useVehicles();
  const jobs = useJobs().data?.items;
  const partners = usePartners().data?.items;
  const chosen = chosenIn(search);
  const places = useMemo(
    () => [
      ...jobPlaces(jobs ?? []),
      ...vehiclePlaces(vehicles.data?.items ?? []),
      ...partnerPlaces(partners ?? []),
    ],
    [vehicles.data, jobs, partners],
  );
  const routes = useMemo(() => ways(jobs ?? [], partners ?? []), [jobs, partners]);
  const withheld = vehicles.data?.items.filter(({ position }) => position === null).length ?? 0;

  function choose(key: string) {
    const split = key.indexOf(":");
    setSearch({ [key.slice(0, split)]: key.slice(split + 1) }, { replace: true });
  }

  return (
    <Page title={text("map.title")} lead={text("map.lead")} wide>
      <Loaded query={vehicles}>
        {() => (
          <div className="map-page">
            <div className="panel map-page__map">
              <MapView places={places} ways={routes} chosen={chosen} onChoose={choose} />
              <p className="map__source">{text("map.source")}</p>
            </div>
            <div className="panel map-page__list">
              <PlaceList places={places} chosen={chosen} onChoose={choose} />
              {withheld > 0 ? (
                <p className="faint map-page__note">{text("map.withheld", { count: withheld })}</p>
              ) : null}
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
