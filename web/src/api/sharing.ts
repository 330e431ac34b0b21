/** What the API says of sharing, held to the service's document as `types.ts` is. */

export interface Shared {
  recipient: string;
  purpose: string;
  fields: string[];
  precision: string;
  granted_at: string;
  until: string | null;
  withdrawn_at: string | null;
  text_version: string;
  locale: string;
  how: string;
  stands: boolean;
}

export interface Read {
  at: string;
  recipient: string;
  how: string;
  period: string;
}

export interface AppealView {
  id: string;
  recipient: string;
  period: string;
  said: string;
  at: string;
  due_at: string;
  is_assured: boolean;
  state: string;
  answer: string;
}

export interface DeletionView {
  id: string;
  at: string;
  due_at: string;
  is_assured: boolean;
  done_at: string | null;
}

export interface SharingPage {
  vehicle: string;
  plate: string;
  shares: Shared[];
  accesses: Read[];
  appeals: AppealView[];
  deletion: DeletionView | null;
}
