/** Who can be sent, for what, and how many of them are free. */

import { Handshake, MapPin } from "lucide-react";
import { Link } from "react-router";
import { usePartners } from "~/api/queries";
import type { Partner } from "~/api/types";
import { useTerm, useText } from "~/i18n/language";
import { EmptyState, Loaded } from "~/kit/basics";
import { Tag } from "~/kit/lamps";
import { Page } from "~/shell/Page";
import "~/partners/partners.css";

/** Beyond this many trucks the figures say more than the drawing. */
const MOST_DRAWN = 12;

function Capacity({ partner }: { partner: Partner }) {
  const text = useText();
  const free = Math.max(0, partner.capacity - partner.busy);
  return (
    <>
      <Tag tone={free > 0 ? "ok" : "risk"}>
        {free > 0 ? text("partners.free", { free }) : text("partners.full")}
      </Tag>
      <p className="trucks" aria-hidden="true">
        {Array.from({ length: Math.min(MOST_DRAWN, partner.capacity) }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the trucks are all alike and never move
          <span key={index} data-busy={index < partner.busy} />
        ))}
      </p>
      <p className="faint">{text("partners.busy", { busy: partner.busy, capacity: partner.capacity })}</p>
    </>
  );
}

function PartnerCard({ partner }: { partner: Partner }) {
  const text = useText();
  const term = useTerm();
  return (
    <li className="panel panel--pad partner">
      <h2>{partner.name}</h2>
      <Capacity partner={partner} />
      <ul className="partner__services" aria-label={text("partners.services")}>
        {partner.services.map((service) => (
          <li key={service}>{term("service", service)}</li>
        ))}
      </ul>
      <Link to={`/map?partner=${encodeURIComponent(partner.id)}`} className="with-icon">
        <MapPin size={15} aria-hidden />
        {text("vehicle.onMap")}
        <span className="unseen">{partner.name}</span>
      </Link>
    </li>
  );
}

export default function PartnersPage() {
  const text = useText();
  const query = usePartners();
  return (
    <Page title={text("partners.title")} lead={text("partners.lead")}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={Handshake} title={text("partners.empty")}>
              <p>{text("partners.emptyHow")}</p>
              <code translate="no">outrider fleet import FILE</code>
            </EmptyState>
          ) : (
            <ul className="partners">
              {items.map((partner) => (
                <PartnerCard key={partner.id} partner={partner} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}
