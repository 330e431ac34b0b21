/** Help asked for by a person: for a car of the fleet, or for any car by its plate. */

import { Phone } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useOpenRescue, useVehicles } from "~/api/queries";
import type { Pin, RescueRequest, VehicleSummary } from "~/api/types";
import { useTerm, useText } from "~/i18n/language";
import { Banner, Button, useProblemText } from "~/kit/basics";
import { Choice, Finder, Line } from "~/kit/fields";
import { useTell } from "~/kit/told";
import { PinField } from "~/map/PinField";
import { PROBLEMS, SERVICE_OF_PROBLEM, SERVICES } from "~/rescue/problems";
import { Page } from "~/shell/Page";
import "~/rescue/rescue.css";

const CREATED = 201;
const BY_PROBLEM = "by-problem";

const nameOf = (vehicle: VehicleSummary) => `${vehicle.plate} ${vehicle.name}`;

interface Draft {
  vehicleId: string | null;
  car: string;
  phone: string;
  problem: string;
  words: string;
  service: string;
  pin: Pin | null;
  note: string;
}

function requestOf(draft: Draft, problemText: string): RescueRequest {
  const service = draft.service === BY_PROBLEM ? SERVICE_OF_PROBLEM[draft.problem] : draft.service;
  return {
    ...(draft.vehicleId ? { vehicle_id: draft.vehicleId } : { plate: draft.car.trim() }),
    problem: draft.words.trim() || problemText,
    phone: draft.phone.trim() || null,
    service: service ?? null,
    position: draft.pin,
    note: draft.note.trim(),
  };
}

function useDraft(vehicles: readonly VehicleSummary[]) {
  const [search] = useSearchParams();
  const asked = search.get("vehicle");
  const [draft, setDraft] = useState<Draft>(() => {
    const vehicle = vehicles.find(({ id }) => id === asked);
    return {
      vehicleId: vehicle?.id ?? null,
      car: vehicle ? nameOf(vehicle) : "",
      phone: "",
      problem: "no_start",
      words: "",
      service: BY_PROBLEM,
      pin: null,
      note: "",
    };
  });
  return { draft, change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })) };
}

function Fields({ vehicles }: { vehicles: readonly VehicleSummary[] }) {
  const text = useText();
  const term = useTerm();
  const problem = useProblemText();
  const { tell } = useTell();
  const navigate = useNavigate();
  const { draft, change } = useDraft(vehicles);
  const [key] = useState(() => crypto.randomUUID());
  const [isMissing, setIsMissing] = useState(false);
  const sending = useOpenRescue();
  const options = useMemo(
    () => vehicles.map((vehicle) => ({ id: vehicle.id, text: nameOf(vehicle) })),
    [vehicles],
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    if (draft.vehicleId === null && draft.car.trim() === "") {
      setIsMissing(true);
      return;
    }
    sending.mutate(
      { body: requestOf(draft, term("problem", draft.problem)), key },
      {
        onSuccess: ({ status, body }) => {
          tell(text(status === CREATED ? "rescue.opened" : "rescue.already", { plate: body.vehicle.plate }));
          navigate(`/rescues/${encodeURIComponent(body.id)}`);
        },
      },
    );
  }

  return (
    <form className="rescue" onSubmit={submit} noValidate>
      <section className="panel panel--pad rescue__part" aria-labelledby="rescue-car">
        <h2 id="rescue-car">{text("rescue.car")}</h2>
        <Finder
          label={text("rescue.which")}
          hint={text("rescue.whichHint")}
          openLabel={text("rescue.whichOpen")}
          options={options}
          selected={draft.vehicleId}
          onSelect={(vehicleId) => change(vehicleId === null ? {} : { vehicleId })}
          typed={draft.car}
          onType={(car) => {
            setIsMissing(false);
            change({ car, vehicleId: options.find((option) => option.text === car)?.id ?? null });
          }}
        />
        {isMissing ? (
          <div role="alert">
            <Banner tone="critical">{text("rescue.whichMissing")}</Banner>
          </div>
        ) : null}
        <Line
          label={text("rescue.phone")}
          hint={text("rescue.phoneHint")}
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          value={draft.phone}
          onChange={(phone) => change({ phone })}
          maxLength={40}
        />
      </section>
      <section className="panel panel--pad rescue__part rescue__what" aria-labelledby="rescue-problem">
        <h2 id="rescue-problem">{text("rescue.what")}</h2>
        <Choice
          label={text("rescue.problem")}
          value={draft.problem}
          onChange={(chosen) => change({ problem: chosen })}
          options={PROBLEMS.map((id) => ({ id, text: term("problem", id) }))}
        />
        <Line
          label={text("rescue.words")}
          value={draft.words}
          onChange={(words) => change({ words })}
          maxLength={500}
        />
        <Choice
          label={text("rescue.service")}
          value={draft.service}
          onChange={(service) => change({ service })}
          options={[
            { id: BY_PROBLEM, text: text("rescue.byProblem") },
            ...SERVICES.map((id) => ({ id, text: term("service", id) })),
          ]}
        />
        <Line
          label={text("rescue.note")}
          tall
          value={draft.note}
          onChange={(note) => change({ note })}
          maxLength={2000}
        />
      </section>
      <section className="panel panel--pad rescue__part rescue__where" aria-labelledby="rescue-where">
        <h2 id="rescue-where">{text("rescue.where")}</h2>
        <PinField
          label={text("rescue.pin")}
          hint={text("rescue.pinHint")}
          pin={draft.pin}
          onPin={(pin) => change({ pin })}
        />
      </section>
      <div className="rescue__go">
        {sending.error ? (
          <div role="alert">
            <Banner tone="critical">{problem(sending.error)}</Banner>
          </div>
        ) : null}
        <Button look="main" type="submit" isPending={sending.isPending}>
          <Phone size={16} aria-hidden />
          {text("rescue.send")}
        </Button>
      </div>
    </form>
  );
}

export default function RescuePage() {
  const text = useText();
  const query = useVehicles();
  const isKnown = query.data !== undefined || query.error;
  return (
    <Page title={text("rescue.title")} lead={text("rescue.lead")}>
      {/* Without the fleet the form still works by plate, so an error does not close it. */}
      {isKnown ? <Fields vehicles={query.data?.items ?? []} /> : null}
    </Page>
  );
}
