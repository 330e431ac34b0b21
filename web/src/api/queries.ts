/** Every question the pages ask, with its place in the cache. */

import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, withQuery } from "~/api/client";
import type { FaultCode } from "~/api/faults";
import type {
  Case,
  CaseFilter,
  Job,
  Page,
  Partner,
  Reminder,
  RescueRequest,
  Resolve,
  RiskPoint,
  SignalSeries,
  Vehicle,
  VehicleSummary,
} from "~/api/types";
import { useSession } from "~/session/session";

/** Enough for a whole small fleet; a larger one is read page after page, up to the bound. */
const PAGE_SIZE = 200;
const MOST_PAGES = 25;
const HISTORY_POINTS = 600;
const RISK_POINTS = 2_000;
const HOUR_MS = 3_600_000;
/** A span that moves on makes new keys; old ones need not stay. */
const SIGNALS_KEPT_MS = 10_000;

/** Changes come by the stream; this catches what a lost stream did not say. */
const REREAD_MS = 15_000;

export interface Whole<Item> {
  items: Item[];
  /** False when the list is longer than what was read. */
  complete: boolean;
}

async function everyPage<Item>(
  path: string,
  token: string | null,
  signal: AbortSignal,
): Promise<Whole<Item>> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { body } = await ask<Page<Item>>(withQuery(path, { limit: PAGE_SIZE, cursor }), { token, signal });
    items.push(...body.items);
    cursor = body.next;
    if (!cursor) return { items, complete: true };
  }
  return { items, complete: false };
}

function useList<Item>(kind: string, path: string) {
  const { token } = useSession();
  return useQuery({
    queryKey: [kind, "list", path],
    queryFn: ({ signal }) => everyPage<Item>(path, token, signal),
    refetchInterval: REREAD_MS,
  });
}

export const useVehicles = () => useList<VehicleSummary>("vehicle", "/v1/vehicles");
export const useCases = (state: CaseFilter) => useList<Case>("case", `/v1/cases?state=${state}`);
export const useJobs = () => useList<Job>("job", "/v1/jobs");
export const useReminders = () => useList<Reminder>("reminder", "/v1/reminders");
export const usePartners = () => useList<Partner>("partner", "/v1/partners");

function useOne<Body>(kind: string, id: string | null, path: string) {
  const { token } = useSession();
  return useQuery({
    queryKey: [kind, "one", id],
    queryFn: ({ signal }) => ask<Body>(path, { token, signal }),
    enabled: id !== null,
    refetchInterval: REREAD_MS,
  });
}

const escaped = (id: string | null) => encodeURIComponent(id ?? "");

export const useVehicle = (id: string | null) =>
  useOne<Vehicle>("vehicle", id, `/v1/vehicles/${escaped(id)}`);
export function useFaults(id: string) {
  const { token } = useSession();
  return useQuery({
    queryKey: ["vehicle", "faults", id],
    queryFn: ({ signal }) => ask<FaultCode[]>(`/v1/vehicles/${escaped(id)}/faults`, { token, signal }),
    refetchInterval: REREAD_MS,
  });
}

export const useCase = (id: string | null) => useOne<Case>("case", id, `/v1/cases/${escaped(id)}`);
export const useJob = (id: string | null) => useOne<Job>("job", id, `/v1/jobs/${escaped(id)}`);

export const useCasesOf = (vehicleId: string) =>
  useList<Case>("case", `/v1/cases?vehicle_id=${escaped(vehicleId)}`);

export function useRiskHistory(id: string) {
  const { token } = useSession();
  return useQuery({
    queryKey: ["risk", id],
    refetchInterval: REREAD_MS,
    queryFn: async ({ signal }) => {
      const address = withQuery(`/v1/vehicles/${escaped(id)}/risks`, { limit: RISK_POINTS });
      return (await ask<RiskPoint[]>(address, { token, signal })).body;
    },
  });
}

/** One signal over the `hours` before `until` (Unix ms). */
export function signalQuery(token: string | null, id: string, path: string, hours: number, until: number) {
  return queryOptions({
    queryKey: ["signal", id, path, hours, until],
    queryFn: async ({ signal }) => {
      const query = {
        path,
        from: new Date(until - hours * HOUR_MS).toISOString(),
        to: new Date(until).toISOString(),
        points: HISTORY_POINTS,
      };
      const address = withQuery(`/v1/vehicles/${escaped(id)}/signals`, query);
      return (await ask<SignalSeries>(address, { token, signal })).body;
    },
    placeholderData: keepPreviousData,
    gcTime: SIGNALS_KEPT_MS,
  });
}

/** A change asked of the service; what it touches is read again whatever came of it. */
function useChange<Asked, Body>(
  touches: readonly string[],
  send: (asked: Asked, token: string | null) => Promise<Body>,
) {
  const { token } = useSession();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (asked: Asked) => send(asked, token),
    onSettled: () => Promise.all(touches.map((kind) => cache.invalidateQueries({ queryKey: [kind] }))),
  });
}

interface CaseChange<Body> {
  case_: Pick<Case, "id" | "version">;
  body: Body;
}

/** Only the version the person saw is changed; the service answers 412 when somebody was quicker. */
const etagOf = (case_: Pick<Case, "version">) => `"${case_.version}"`;

export const useAcknowledge = () =>
  useChange(["case", "vehicle"], ({ case_, body }: CaseChange<{ comment?: string }>, token) =>
    ask<Case>(`/v1/cases/${escaped(case_.id)}/acknowledge`, {
      method: "POST",
      token,
      body,
      ifMatch: etagOf(case_),
    }),
  );

export const useResolve = () =>
  useChange(["case", "vehicle"], ({ case_, body }: CaseChange<Resolve>, token) =>
    ask<Case>(`/v1/cases/${escaped(case_.id)}/resolve`, {
      method: "POST",
      token,
      body,
      ifMatch: etagOf(case_),
    }),
  );

export const useCancelJob = () =>
  useChange(["job", "case"], ({ id, reason }: { id: string; reason: string }, token) =>
    ask<Job>(`/v1/jobs/${escaped(id)}/cancel`, { method: "POST", token, body: { reason } }),
  );

export const useReminderStep = () =>
  useChange(["reminder"], ({ id, step }: { id: string; step: "book" | "complete" }, token) =>
    ask<Reminder>(`/v1/reminders/${escaped(id)}/${step}`, { method: "POST", token, body: {} }),
  );

export const useOpenRescue = () =>
  useChange(["job", "vehicle"], ({ body, key }: { body: RescueRequest; key: string }, token) =>
    ask<Job>("/v1/rescues", { method: "POST", token, body, idempotencyKey: key }),
  );
