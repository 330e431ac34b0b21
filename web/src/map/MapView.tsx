/** The map itself. Everything on it is also in a list beside it; without WebGL the list is all there is. */

import type { Feature } from "geojson";
import { MapPinOff } from "lucide-react";
import { type GeoJSONSource, Map as MapLibre, Marker, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { useEffect, useRef, useState } from "react";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Pin } from "~/api/types";
import { useText } from "~/i18n/language";
import { EmptyState } from "~/kit/basics";
import { FINE_FROM_ZOOM, land, mapStyle } from "~/map/base";
import { addMarks } from "~/map/marks";
import { type Box, boxOf, cellRing, gridLines, type Place, toWgs84, type Way } from "~/map/places";
import { useIsDark } from "~/shell/theme";
import "~/map/map.css";

setWorkerUrl(workerUrl);

interface MapViewProps {
  places: readonly Place[];
  ways?: readonly Way[];
  chosen?: string | null;
  onChoose?: (key: string) => void;
  pin?: Pin | null;
  onPin?: (pin: Pin) => void;
}

/** Where a map starts that has nothing to show. */
const START: Box = [73, 17, 136, 54];
const NEAR_ZOOM = 12.5;
const MARK_ORDER = ["ok", "unknown", "partner", "watch", "job", "risk", "critical"];

function source(map: MapLibre, id: string): GeoJSONSource | undefined {
  return map.getSource<GeoJSONSource>(id);
}

function setFeatures(map: MapLibre, id: string, features: Feature[]): void {
  source(map, id)?.setData({ type: "FeatureCollection", features });
}

function showPlaces(map: MapLibre, { places, ways = [], chosen = null }: MapViewProps): void {
  const features = places.map<Feature>(({ key, lon, lat, name, mark }) => ({
    type: "Feature",
    properties: { key, name, mark, isChosen: key === chosen, order: -MARK_ORDER.indexOf(mark) },
    geometry: { type: "Point", coordinates: [lon, lat] },
  }));
  const cells = places
    .filter(({ isCell }) => isCell)
    .map<Feature>(({ lon, lat }) => ({
      type: "Feature",
      properties: {},
      geometry: { type: "LineString", coordinates: cellRing(lon, lat) },
    }));
  const lines = ways.map<Feature>(({ from, to }) => ({
    type: "Feature",
    properties: {},
    geometry: { type: "LineString", coordinates: [from, to] },
  }));
  setFeatures(map, "places", features);
  setFeatures(map, "cells", cells);
  setFeatures(map, "ways", lines);
}

function showGrid(map: MapLibre): void {
  const bounds = map.getBounds();
  const box: Box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const lines = gridLines(box).map<Feature>((coordinates) => ({
    type: "Feature",
    properties: {},
    geometry: { type: "LineString", coordinates },
  }));
  setFeatures(map, "grid", lines);
}

/** The coarse coast at once, the fine one after it where it makes a difference. */
async function showLand(map: MapLibre): Promise<void> {
  source(map, "land")?.setData(await land("coarse"));
  if (map.getZoom() >= FINE_FROM_ZOOM) source(map, "land")?.setData(await land("fine"));
}

function open(container: HTMLElement, label: string, first: Box): MapLibre | null {
  try {
    const map = new MapLibre({
      container,
      style: mapStyle(),
      bounds: first,
      fitBoundsOptions: { padding: 60, maxZoom: NEAR_ZOOM },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      locale: { "Map.Title": label },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    return map;
  } catch {
    return null;
  }
}

export function MapView(props: MapViewProps) {
  const { places, ways, chosen = null, onChoose, pin, onPin } = props;
  const text = useText();
  const isDark = useIsDark();
  const container = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre | null>(null);
  const [isMissing, setIsMissing] = useState(false);
  const latest = useRef(props);
  latest.current = props;
  const label = text("map.label");

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew for another theme, whose colours are in the style
  useEffect(() => {
    if (container.current === null) return;
    const made = open(container.current, label, boxOf(latest.current.places) ?? START);
    setIsMissing(made === null);
    if (made === null) return;
    made.on("load", () => {
      addMarks(made);
      showGrid(made);
      void showLand(made);
      setMap(made);
    });
    made.on("moveend", () => showGrid(made));
    made.once("zoomend", () => void showLand(made));
    made.on("click", (event) => {
      const [hit] = made.queryRenderedFeatures(event.point, { layers: ["places"] });
      if (hit) latest.current.onChoose?.(String(hit.properties.key));
      else latest.current.onPin?.({ lat: event.lngLat.lat, lon: event.lngLat.lng, crs: "WGS84" });
    });
    made.on("click", "clusters", (event) => made.easeTo({ center: event.lngLat, zoom: made.getZoom() + 2 }));
    return () => {
      setMap(null);
      made.remove();
    };
  }, [isDark, label]);

  useEffect(() => {
    if (map) showPlaces(map, { places, ...(ways ? { ways } : {}), chosen });
  }, [map, places, ways, chosen]);

  useEffect(() => {
    const place = latest.current.places.find(({ key }) => key === chosen);
    if (map && place)
      map.easeTo({ center: [place.lon, place.lat], zoom: Math.max(map.getZoom(), NEAR_ZOOM) });
  }, [map, chosen]);

  useEffect(() => {
    if (!map || !pin) return;
    const marker = new Marker({ color: "#0a5675" }).setLngLat(toWgs84(pin)).addTo(map);
    marker.getElement().setAttribute("aria-hidden", "true");
    return () => {
      marker.remove();
    };
  }, [map, pin]);

  if (isMissing) {
    return (
      <EmptyState icon={MapPinOff} title={text("map.missing")}>
        <p>{text(onPin ? "map.missingPin" : "map.missingList")}</p>
      </EmptyState>
    );
  }
  return (
    <div
      ref={container}
      className={onPin ? "map map--pin" : "map"}
      data-ready={map !== null}
      data-choosable={onChoose !== undefined}
    />
  );
}
