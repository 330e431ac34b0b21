/** The small parts every page is made of. */

import { ChevronRight, CircleAlert, CloudOff, Inbox, type LucideIcon, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Disclosure,
  DisclosurePanel,
} from "react-aria-components";
import { ApiError } from "~/api/client";
import { useText } from "~/i18n/language";

type Look = "main" | "danger" | "quiet" | "small" | "round";

interface ButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  look?: Look | readonly Look[];
  children: ReactNode;
}

export function buttonClass(look: Look | readonly Look[] = []): string {
  return ["button", ...[look].flat().map((one) => `button--${one}`)].join(" ");
}

export function Button({ look, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={buttonClass(look)}>
      {children}
    </AriaButton>
  );
}

export function Plate({ children }: { children: string }) {
  return (
    <span className="plate" translate="no">
      {children}
    </span>
  );
}

interface StateProps {
  icon?: LucideIcon;
  title: string;
  children?: ReactNode;
}

/** A whole place that has nothing to show, and says why and what to do. */
export function EmptyState({ icon: Icon = Inbox, title, children }: StateProps) {
  return (
    <div className="state">
      <Icon size={36} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Skeleton({ rows = 6 }: { rows?: number }) {
  const text = useText();
  return (
    <div className="bones" role="status">
      <span className="unseen">{text("load.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={row} className="bone" aria-hidden />
      ))}
    </div>
  );
}

/** What went wrong, in words that say what to do. */
export function useProblemText(): (error: unknown) => string {
  const text = useText();
  return (error) => {
    if (!(error instanceof ApiError)) return text("trouble.unexpected");
    if (error.isUnreachable) return text("trouble.unreachable");
    if (error.status === 403) return text("trouble.forbidden");
    if (error.status === 404) return text("trouble.notFound");
    if (error.status === 412) return text("trouble.changed");
    return text("trouble.said", { said: error.message, status: error.status });
  };
}

export function ErrorState({ error, retry }: { error: unknown; retry: () => void }) {
  const text = useText();
  const problem = useProblemText();
  const unreachable = error instanceof ApiError && error.isUnreachable;
  return (
    <div role="alert">
      <EmptyState icon={unreachable ? CloudOff : CircleAlert} title={text("load.failed")}>
        <p>{problem(error)}</p>
        <Button onPress={retry}>
          <RotateCw size={16} aria-hidden />
          {text("load.retry")}
        </Button>
      </EmptyState>
    </div>
  );
}

interface Asked<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface LoadedProps<Data> {
  query: Asked<Data>;
  rows?: number;
  children: (data: Data) => ReactNode;
}

/** What a query has: its data, even where reading them again failed, else the wait or the error. */
export function Loaded<Data>({ query, rows, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return rows === undefined ? <Skeleton /> : <Skeleton rows={rows} />;
}

interface BannerProps {
  tone: "critical" | "risk" | "unknown" | "accent";
  icon?: LucideIcon;
  children: ReactNode;
}

export function Banner({ tone, icon: Icon = CircleAlert, children }: BannerProps) {
  return (
    <div className="banner" data-tone={tone}>
      <Icon size={18} aria-hidden />
      {children}
    </div>
  );
}

export function Unfold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Disclosure className="unfold">
      <AriaButton slot="trigger" className="unfold__button">
        <ChevronRight size={16} aria-hidden />
        {title}
      </AriaButton>
      <DisclosurePanel>{children}</DisclosurePanel>
    </Disclosure>
  );
}
