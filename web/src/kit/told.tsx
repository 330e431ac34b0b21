/** Short words at the foot of the page after something was done, also said to those who hear it. */

import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";

type Tone = "calm" | "critical";

interface Word {
  id: number;
  text: string;
  tone: Tone;
}

interface Teller {
  tell(text: string, tone?: Tone): void;
  /** Said only to those who hear the page, when they are ready for it. */
  whisper(text: string): void;
}

const SHOWN_MS = 6_000;
const TellContext = createContext<Teller | null>(null);

export function TellProvider({ children }: { children: ReactNode }) {
  const [words, setWords] = useState<readonly Word[]>([]);
  const [whispered, setWhispered] = useState("");
  const nextId = useRef(0);

  const tell = useCallback((text: string, tone: Tone = "calm") => {
    nextId.current += 1;
    const word = { id: nextId.current, text, tone };
    setWords((before) => [...before.slice(-2), word]);
    setTimeout(() => setWords((before) => before.filter(({ id }) => id !== word.id)), SHOWN_MS);
  }, []);

  const teller = useMemo<Teller>(() => ({ tell, whisper: setWhispered }), [tell]);
  return (
    <TellContext value={teller}>
      {children}
      <div className="told" role="status">
        {words.map(({ id, text, tone }) => (
          <p key={id} data-tone={tone}>
            {text}
          </p>
        ))}
      </div>
      <div className="unseen" aria-live="polite" data-testid="whisper">
        {whispered}
      </div>
    </TellContext>
  );
}

export function useTell(): Teller {
  const teller = useContext(TellContext);
  if (teller === null) throw new Error("useTell outside of TellProvider");
  return teller;
}
