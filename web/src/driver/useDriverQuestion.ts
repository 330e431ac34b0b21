/** The question behind a driver's link, read again while the page is open, and the answer to it. */

import { useCallback, useEffect, useState } from "react";
import { ask } from "~/api/client";
import type { Answer, DriverQuestion } from "~/api/types";

const REREAD_MS = 4_000;

export interface Answering {
  isPending: boolean;
  error: unknown;
  answer(said: Answer): void;
}

export function useDriverQuestion(token: string) {
  const path = `/v1/driver/${encodeURIComponent(token)}`;
  const [question, setQuestion] = useState<DriverQuestion | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isPending, setIsPending] = useState(false);
  const [answerError, setAnswerError] = useState<unknown>(null);

  const read = useCallback(async () => {
    try {
      setQuestion((await ask<DriverQuestion>(path)).body);
      setError(null);
    } catch (failure) {
      setError(failure);
    }
  }, [path]);

  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), REREAD_MS);
    return () => clearInterval(timer);
  }, [read]);

  async function answer(said: Answer) {
    setIsPending(true);
    setAnswerError(null);
    try {
      await ask<unknown>(`${path}/answer`, { method: "POST", body: said });
      await read();
    } catch (failure) {
      setAnswerError(failure);
    }
    setIsPending(false);
  }

  const answering: Answering = { isPending, error: answerError, answer: (said) => void answer(said) };
  return { question, error, retry: () => void read(), answering };
}
