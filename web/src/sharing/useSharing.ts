/** What is behind a link to the sharing page, and the two things that can be asked for there. */

import { useCallback, useEffect, useState } from "react";
import { ask } from "~/api/client";
import type { SharingPage } from "~/api/sharing";

export function useSharing(token: string) {
  const path = `/v1/sharing/${encodeURIComponent(token)}`;
  const [page, setPage] = useState<SharingPage | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isPending, setIsPending] = useState(false);

  const call = useCallback(
    async (suffix: string, body?: unknown) => {
      setIsPending(true);
      try {
        const request = body === undefined ? {} : { method: "POST" as const, body };
        setPage((await ask<SharingPage>(`${path}${suffix}`, request)).body);
        setError(null);
      } catch (failure) {
        setError(failure);
      }
      setIsPending(false);
    },
    [path],
  );

  useEffect(() => {
    void call("");
  }, [call]);

  return {
    page,
    error,
    isPending,
    copy: (format: "json" | "csv") => `${path}/copy?format=${format}`,
    retry: () => void call(""),
    stop: (recipient: string | null, purpose: string | null) => void call("/stop", { recipient, purpose }),
    remove: () => void call("/deletion", {}),
  };
}
