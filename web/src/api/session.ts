import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { setLocale } from '../format/locale.ts';
import { ApiError, api, whenSignedOut } from './client.ts';
import { queries } from './query.ts';
import { store } from './store.ts';
import type { KindMeta, Meta, Session } from './types.ts';

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const session = await api.get<Session>('/session', undefined, signal);
      begin(session);
      return session;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

export const metaQuery = queryOptions({
  queryKey: ['meta'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => withCurrencies(await api.get<Meta>('/meta', undefined, signal)),
});

/* A text that an amount names as its currency is a currency code, and is picked from the list of them. */
function withCurrencies(meta: Meta): Meta {
  for (const kind of meta.kinds) {
    const named = new Set(kind.fields.map((f) => f.currency));
    for (const field of kind.fields)
      if (field.type === 'text' && named.has(field.name)) field.type = 'currency';
  }
  return meta;
}

function begin(session: Session) {
  setLocale(session.user.locale ?? session.workspace.locale, session.workspace.time_zone);
}

/** Takes up the session a sign-in or a welcome link answered with. */
export function startSession(session: Session) {
  begin(session);
  signedOutUnasked.set(false);
  queries.setQueryData(sessionQuery.queryKey, session);
}

export async function signOut() {
  await api.delete('/session');
  endSession();
}

export function endSession() {
  queries.cancelQueries();
  queries.setQueryData(sessionQuery.queryKey, null);
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
}

/** Whether the session ended while somebody was at work, which the sign-in page explains. */
export const signedOutUnasked = store(false);

whenSignedOut(() => {
  if (queries.getQueryData(sessionQuery.queryKey)) signedOutUnasked.set(true);
  endSession();
});

/** The session, inside pages that only exist when somebody is signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('no session');
  return data;
}

export const useMeta = (): Meta => useSuspenseQuery(metaQuery).data;

/** What /meta says about a kind; undefined when the person may not see it. */
export function useKind(name: string): KindMeta | undefined {
  return useMeta().kinds.find((k) => k.name === name);
}

export const mayCreate = (kind: KindMeta | undefined) => kind?.can.create === true;
export const mayUpdate = (kind: KindMeta | undefined) => kind !== undefined && kind.can.update !== 'none';
export const mayDelete = (kind: KindMeta | undefined) => kind !== undefined && kind.can.delete !== 'none';
