/** One page: its heading, which takes the focus when the address changes, and what can be done on it. */

import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "react-router";

interface PageProps {
  title: string;
  /** Where the heading shows more than the words of the title. */
  heading?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  wide?: boolean;
  /** It stands beside the page that the address means, and leaves title and focus to that one. */
  isAside?: boolean;
}

let shownPath: string | null = null;

export function Page({ title, heading, lead, actions, children, wide = false, isAside = false }: PageProps) {
  const { pathname } = useLocation();
  const head = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (!isAside) document.title = `${title} · Outrider`;
  }, [title, isAside]);

  useEffect(() => {
    if (isAside) return;
    if (shownPath !== null && shownPath !== pathname) head.current?.focus();
    shownPath = pathname;
  }, [pathname, isAside]);

  return (
    <div className={wide ? "page page--wide" : "page"}>
      <header className="page__head">
        <div>
          {isAside ? (
            <h2 className="page__aside">{heading ?? title}</h2>
          ) : (
            <h1 ref={head} tabIndex={-1}>
              {heading ?? title}
            </h1>
          )}
          {lead ? <div className="page__lead">{lead}</div> : null}
        </div>
        {actions ? <div className="page__actions">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
