/** The stream of changes (`GET /v1/events`), with the token in a header, and what it does to the cache. */

import { useQueryClient } from "@tanstack/react-query";
import { EventSource } from "eventsource";
import { useEffect, useRef, useState } from "react";
import type { ChangeKind } from "~/api/types";
import { observeDomainNow } from "~/clock/domainNow";

export type Connection = "connecting" | "live" | "lost";

const KINDS: readonly ChangeKind[] = ["vehicle", "case", "job", "reminder"];
/** Changes come in bursts (a scaled clock makes many a second); what they touch is read again once per burst. */
const GATHER_MS = 500;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** How long to wait before try number `failures` (from 1), without the jitter. */
export function retryDelayMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}

interface Stream {
  close(): void;
}

interface Told {
  changed(kind: ChangeKind): void;
  connection(state: Connection): void;
  refused(): void;
}

/** Follow the stream until closed, through lost connections and restarts of the service. */
export function followChanges(token: string, told: Told): Stream {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let closed = false;

  function open(): void {
    source = new EventSource("/v1/events", {
      fetch: (address, init) =>
        fetch(address, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
    });
    source.addEventListener("open", () => {
      failures = 0;
      told.connection("live");
      // What changed while nobody listened is not in the stream of a service that has started anew.
      for (const kind of KINDS) told.changed(kind);
    });
    source.addEventListener("hello", ({ data }) => {
      const { now_ms: nowMs } = JSON.parse(data) as { now_ms: number };
      observeDomainNow(new Date(nowMs).toISOString(), performance.now());
    });
    for (const kind of KINDS) source.addEventListener(kind, () => told.changed(kind));
    source.addEventListener("error", (event) => {
      if (closed) return;
      if (event.code === 401) {
        told.refused();
        return;
      }
      told.connection("lost");
      if (source?.readyState === EventSource.CLOSED) retry();
    });
  }

  function retry(): void {
    failures += 1;
    timer = setTimeout(open, retryDelayMs(failures) * (0.5 + Math.random() / 2));
  }

  told.connection("connecting");
  open();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}

/** Keep the cache in step with the service; the returned state is shown to the person. */
export function useLiveChanges(token: string | null, refused: () => void): Connection {
  const cache = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const latestRefused = useRef(refused);
  latestRefused.current = refused;

  useEffect(() => {
    if (token === null) return;
    const waiting = new Set<ChangeKind>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stream = followChanges(token, {
      changed(kind) {
        waiting.add(kind);
        timer ??= setTimeout(() => {
          timer = undefined;
          // A read under way goes on: cancelling it at every change would leave a busy page without any answer.
          for (const each of waiting)
            void cache.invalidateQueries({ queryKey: [each] }, { cancelRefetch: false });
          waiting.clear();
        }, GATHER_MS);
      },
      connection: setConnection,
      refused: () => latestRefused.current(),
    });
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }, [token, cache]);

  return connection;
}
