/*
 * One way to the server. `api.get('/deals', { sort: '-value' })` answers the parsed body; writes answer
 * `{ data, changeset }`, because every successful write names the change set it made, and that is
 * what undo takes back. What goes wrong is an ApiError (the server said no, with its reasons) or a
 * NetworkError (nobody answered; worth trying again).
 */

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface FieldError {
  field: string;
  code: string;
  message: string;
}

export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[],
    readonly body: Record<string, unknown>,
    readonly retryAfter: number | null,
  ) {
    super(detail || title);
  }

  /** What the server says about one field, for showing it beside that field. */
  field(name: string): string | undefined {
    return this.errors.find((e) => e.field === name)?.message;
  }
}

export class NetworkError extends Error {
  override name = 'NetworkError';
}

export interface Written<T> {
  data: T;
  changeset: number | null;
}

interface Options {
  query?: Query;
  body?: unknown;
  version?: number;
  key?: string;
  signal?: AbortSignal;
}

const base = '/api/v1';
let onSignedOut: () => void = () => {};

/** What to do when a request finds that the session is over. */
export function whenSignedOut(run: () => void) {
  onSignedOut = run;
}

export function queryText(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text ? `?${text}` : '';
}

export const apiUrl = (path: string, query?: Query) => `${base}${path}${queryText(query)}`;

async function send(
  method: string,
  path: string,
  { query, body, version, key, signal }: Options,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-Penstock'] = '1';
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  if (key) headers['Idempotency-Key'] = key;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), {
      method,
      headers,
      signal,
      body: form ? body : body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NetworkError(String(error));
  }
  if (!response.ok) throw await refusal(response, path);
  return response;
}

async function refusal(response: Response, path: string): Promise<ApiError> {
  const body: Record<string, unknown> = await response.json().catch(() => ({}));
  if (response.status === 401 && !path.startsWith('/session')) onSignedOut();
  const retry = Number(response.headers.get('Retry-After'));
  return new ApiError(
    response.status,
    String(body.title ?? response.statusText),
    String(body.detail ?? ''),
    Array.isArray(body.errors) ? (body.errors as FieldError[]) : [],
    body,
    retry > 0 ? retry : null,
  );
}

async function parse<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text ? JSON.parse(text) : null) as T;
}

async function write<T>(method: string, path: string, options: Options): Promise<Written<T>> {
  const response = await send(method, path, options);
  const changeset = Number(response.headers.get('Penstock-Changeset'));
  return { data: await parse<T>(response), changeset: changeset || null };
}

export const api = {
  get: async <T>(path: string, query?: Query, signal?: AbortSignal) =>
    parse<T>(await send('GET', path, { query, signal })),
  /** `key` makes a repeated POST the same POST, so retrying after a lost answer is safe. */
  post: <T>(path: string, body?: unknown, options: { query?: Query; key?: string } = {}) =>
    write<T>('POST', path, { body, ...options }),
  /** `version` is the one that was edited; a newer one on the server answers 412. */
  patch: <T>(path: string, body: unknown, version?: number) => write<T>('PATCH', path, { body, version }),
  delete: (path: string, version?: number) => write<null>('DELETE', path, { version }),
};

/** Whether trying again can help: nobody answered, or the server asked to come back later. */
export const isTransient = (error: unknown) =>
  error instanceof NetworkError ||
  (error instanceof ApiError && (error.status === 429 || error.status === 503));

/* Not crypto.randomUUID: it does not exist on plain http beyond localhost. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
