import { useEffect } from 'react';
import type { Fields } from './cache.ts';
import { dropRow, patchRow, refreshKind } from './cache.ts';
import { api } from './client.ts';
import { queries } from './query.ts';
import { metaQuery } from './session.ts';
import { store } from './store.ts';
import type { LogItem } from './types.ts';

/*
 * The live feed: one stream of the log, which keeps every cached row as it is on the server. The browser
 * resumes a dropped stream by itself with Last-Event-ID; when it gives up, or after the page lay hidden,
 * a new stream is opened and the gap is read from /changes. A page hidden for a while closes its
 * stream, so that many tabs do not use up the few connections a browser allows per server.
 */

export type LiveState = 'connected' | 'catching' | 'offline';
export const liveState = store<LiveState>('catching');

type Heard = (item: LogItem) => void;
const listeners = new Set<Heard>();

/** Calls back for every change anybody makes, as it is kept. */
export function onChange(heard: Heard): () => void {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

/** The fields of a log item as they are afterwards. */
export const after = (item: LogItem): Fields =>
  Object.fromEntries(Object.entries(item.fields).map(([name, [, value]]) => [name, value]));

const gapLimit = 500;
const hiddenFor = 60_000;
const quietFor = 1500;
let seen = 0;

function take(item: LogItem) {
  if (item.seq <= seen) return;
  seen = item.seq;
  if (item.op === 'delete') dropRow(item.kind, item.id);
  else if (item.op === 'update') patchRow(item.kind, item.id, after(item));
  refreshKind(item.kind);
  if (item.kind === 'fields' || item.kind === 'rights' || item.kind === 'workspaces')
    queries.invalidateQueries({ queryKey: metaQuery.queryKey });
  for (const heard of listeners) heard(item);
}

/* Nothing heard yet means not knowing where the gap begins: then everything is asked for again. */
async function readGap() {
  if (seen === 0) return queries.invalidateQueries();
  const { data } = await api.get<{ data: LogItem[] }>('/changes', { since: seen, limit: gapLimit });
  for (const item of data) take(item);
  if (data.length === gapLimit) await queries.invalidateQueries();
}

class Stream {
  private source: EventSource | null = null;
  private again: ReturnType<typeof setTimeout> | undefined;
  private hide: ReturnType<typeof setTimeout> | undefined;
  private slow: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private before = false;

  open = () => {
    clearTimeout(this.again);
    this.source?.close();
    this.trouble('catching');
    const source = new EventSource('/api/v1/events');
    this.source = source;
    source.onopen = () => this.opened();
    source.onmessage = (event) => take(JSON.parse(event.data) as LogItem);
    source.onerror = () => {
      this.failures += 1;
      this.trouble(this.failures > 2 || !navigator.onLine ? 'offline' : 'catching');
      if (source.readyState === EventSource.CLOSED) this.retry();
    };
  };

  private async opened() {
    const returning = this.failures > 0 || this.before;
    this.before = true;
    this.failures = 0;
    try {
      if (returning) await readGap();
      clearTimeout(this.slow);
      this.slow = undefined;
      liveState.set('connected');
      if (returning) queries.refetchQueries({ predicate: (query) => query.state.status === 'error' });
    } catch {
      this.source?.close();
      this.retry();
    }
  }

  /* A blink of the network is not worth a blink of the dot. */
  private trouble(state: LiveState) {
    if (state === 'offline') liveState.set('offline');
    else if (liveState.get() === 'connected')
      this.slow ??= setTimeout(() => {
        this.slow = undefined;
        liveState.set('catching');
      }, quietFor);
  }

  /* A stream refused for good may mean that the session is over, which any request finds out. */
  private retry() {
    api.get('/changes', { since: seen, limit: 1 }).catch(() => {});
    clearTimeout(this.again);
    this.again = setTimeout(this.open, Math.min(30_000, 1000 * 2 ** Math.min(this.failures, 5)));
  }

  visible = () => {
    clearTimeout(this.hide);
    if (document.hidden) this.hide = setTimeout(() => this.pause(), hiddenFor);
    else if (!this.source) this.open();
  };

  private pause() {
    this.source?.close();
    this.source = null;
  }

  close() {
    clearTimeout(this.again);
    clearTimeout(this.hide);
    clearTimeout(this.slow);
    this.pause();
  }
}

/** Keeps the stream open while somebody is signed in. */
export function useLive() {
  useEffect(() => {
    const stream = new Stream();
    stream.open();
    document.addEventListener('visibilitychange', stream.visible);
    window.addEventListener('online', stream.open);
    return () => {
      document.removeEventListener('visibilitychange', stream.visible);
      window.removeEventListener('online', stream.open);
      stream.close();
      seen = 0;
    };
  }, []);
}
