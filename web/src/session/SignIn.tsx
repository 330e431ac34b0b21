/** The way in: a token, by link or typed. */

import { KeyRound } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { ApiError, ask } from "~/api/client";
import { useText } from "~/i18n/language";
import { Banner, Button, useProblemText } from "~/kit/basics";
import { Line } from "~/kit/fields";
import { useSession } from "~/session/session";
import { Brand } from "~/shell/Brand";
import { Preferences } from "~/shell/Preferences";

export function SignIn() {
  const text = useText();
  const problem = useProblemText();
  const { signIn, wasRefused } = useSession();
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);

  useEffect(() => {
    document.title = `${text("signIn.title")} · Outrider`;
  }, [text]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const token = typed.trim();
    if (token === "") return setError(text("signIn.empty"));
    setIsAsking(true);
    try {
      await ask("/v1/vehicles?limit=1", { token });
      signIn(token);
    } catch (failure) {
      const isWrong = failure instanceof ApiError && failure.isUnauthorised;
      setError(isWrong ? text("signIn.wrong") : problem(failure));
      setIsAsking(false);
    }
  }

  return (
    <div className="gate">
      <div className="gate__road" aria-hidden="true" />
      <main className="gate__card panel">
        <div className="gate__head">
          <Brand />
          <Preferences />
        </div>
        <h1>{text("signIn.title")}</h1>
        <p className="dim">{text("signIn.lead")}</p>
        {wasRefused ? <Banner tone="risk">{text("signIn.refused")}</Banner> : null}
        <form onSubmit={submit} className="gate__form" noValidate>
          <Line
            label={text("signIn.token")}
            hint={text("signIn.hint")}
            type="password"
            autoComplete="current-password"
            value={typed}
            onChange={(value) => {
              setTyped(value);
              setError(null);
            }}
            error={error}
          />
          <Button look="main" type="submit" isPending={isAsking}>
            <KeyRound size={16} aria-hidden />
            {text("signIn.go")}
          </Button>
        </form>
      </main>
    </div>
  );
}
