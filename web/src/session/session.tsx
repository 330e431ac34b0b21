/** Who is signed in: a token that came in the address's fragment or was typed, kept for this tab only. */

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";

const KEY = "outrider.token";
const FRAGMENT = /[#&]token=([^&]+)/;

export interface Session {
  token: string | null;
  /** The service no longer takes the token this tab had. */
  wasRefused: boolean;
  signIn(token: string): void;
  signOut(): void;
  refused(): void;
}

/** Read `#token=` once and take it out of the address, so that it is neither shared nor kept in the history. */
function tokenFromAddress(): string | null {
  const found = FRAGMENT.exec(window.location.hash)?.[1];
  if (found === undefined) return null;
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  return decodeURIComponent(found);
}

function firstToken(): string | null {
  const given = tokenFromAddress();
  if (given !== null) window.sessionStorage.setItem(KEY, given);
  return given ?? window.sessionStorage.getItem(KEY);
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [token, setToken] = useState<string | null>(firstToken);
  const [wasRefused, setWasRefused] = useState(false);

  const leave = useCallback((refused: boolean) => {
    window.sessionStorage.removeItem(KEY);
    setToken(null);
    setWasRefused(refused);
  }, []);

  const session = useMemo<Session>(
    () => ({
      token,
      wasRefused,
      signIn(given) {
        window.sessionStorage.setItem(KEY, given);
        setToken(given);
        setWasRefused(false);
      },
      signOut: () => leave(false),
      refused: () => leave(true),
    }),
    [token, wasRefused, leave],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside of SessionProvider");
  return session;
}
