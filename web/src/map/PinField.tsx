/** A point that a person sets: where the browser is, where the map was pressed, or typed. */

import { LocateFixed } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Pin } from "~/api/types";
import { useText } from "~/i18n/language";
import { Button, Skeleton } from "~/kit/basics";
import { Line } from "~/kit/fields";
import { pinOf } from "~/map/pin";

const MapView = lazy(() => import("~/map/MapView").then((module) => ({ default: module.MapView })));

const NO_PLACES = [] as const;
const DIGITS = 5;

interface PinFieldProps {
  label: string;
  hint: string;
  pin: Pin | null;
  onPin: (pin: Pin | null) => void;
}

export function PinField({ label, hint, pin, onPin }: PinFieldProps) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const [isLocating, setIsLocating] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  function set(next: Pin) {
    setTrouble(null);
    setTyped(`${next.lat.toFixed(DIGITS)}, ${next.lon.toFixed(DIGITS)}`);
    onPin(next);
  }

  function type(words: string) {
    setTyped(words);
    const read = pinOf(words);
    setTrouble(words.trim() !== "" && read === null ? text("pin.unreadable") : null);
    onPin(read);
  }

  function locate() {
    setIsLocating(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setIsLocating(false);
        set({ lat: coords.latitude, lon: coords.longitude, crs: "WGS84" });
      },
      () => {
        setIsLocating(false);
        setTrouble(text("pin.denied"));
      },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }

  return (
    <fieldset className="pin-field">
      <legend className="field__label">{label}</legend>
      <p className="faint">{hint}</p>
      <div className="pin-field__row">
        <Line
          label={text("pin.coordinates")}
          value={typed}
          onChange={type}
          error={trouble}
          placeholder="22.54286, 114.05956"
        />
        <Button onPress={locate} isPending={isLocating}>
          <LocateFixed size={16} aria-hidden />
          {text("pin.here")}
        </Button>
      </div>
      <div className="pin-field__map">
        <Suspense fallback={<Skeleton rows={3} />}>
          <MapView places={NO_PLACES} pin={pin} onPin={set} />
        </Suspense>
      </div>
    </fieldset>
  );
}
