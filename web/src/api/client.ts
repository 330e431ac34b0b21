/** One door to the API: bearer token in, typed body or `ApiError` out, and the domain clock read on the way. */

import { observeDomainNow } from "~/clock/domainNow";

/** The service's own words on what went wrong (RFC 9457), or the fact that it could not be reached (status 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title);
  }

  get isUnreachable(): boolean {
    return this.status === 0;
  }

  get isUnauthorised(): boolean {
    return this.status === 401;
  }
}

export interface Answered<Body> {
  status: number;
  body: Body;
  etag: string | null;
}

interface Call {
  method?: "GET" | "POST";
  token?: string | null;
  body?: unknown;
  ifMatch?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

function headersOf(call: Call): Headers {
  const headers = new Headers({ Accept: "application/json" });
  if (call.token) headers.set("Authorization", `Bearer ${call.token}`);
  if (call.body !== undefined) headers.set("Content-Type", "application/json");
  if (call.ifMatch) headers.set("If-Match", call.ifMatch);
  if (call.idempotencyKey) headers.set("Idempotency-Key", call.idempotencyKey);
  return headers;
}

async function problemOf(response: Response): Promise<ApiError> {
  const said = (await response.json().catch(() => ({}))) as { title?: unknown; detail?: unknown };
  const title = typeof said.title === "string" ? said.title : response.statusText;
  const detail = typeof said.detail === "string" ? said.detail : "";
  return new ApiError(response.status, title, detail);
}

export async function ask<Body>(path: string, call: Call = {}): Promise<Answered<Body>> {
  const request: RequestInit = { method: call.method ?? "GET", headers: headersOf(call), cache: "no-store" };
  if (call.body !== undefined) request.body = JSON.stringify(call.body);
  if (call.signal) request.signal = call.signal;
  const asked = performance.now();
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "");
  }
  observeDomainNow(response.headers.get("X-Domain-Now"), (asked + performance.now()) / 2);
  if (!response.ok) throw await problemOf(response);
  const body = (response.status === 204 ? null : await response.json()) as Body;
  return { status: response.status, body, etag: response.headers.get("ETag") };
}

/** `path` with the parameters that have a value. */
export function withQuery(
  path: string,
  parameters: Record<string, string | number | null | undefined>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  if (!text) return path;
  return path.includes("?") ? `${path}&${text}` : `${path}?${text}`;
}
