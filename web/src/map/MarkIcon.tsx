import { LifeBuoy, Truck } from "lucide-react";

/** The list's picture for what is no level: a place where help is wanted, a partner with trucks. */
export function MarkIcon({ mark }: { mark: "partner" | "job" }) {
  const Icon = mark === "partner" ? Truck : LifeBuoy;
  return <Icon size={18} aria-hidden />;
}
