import { useSyncExternalStore } from 'react';

/** A value outside React that components can follow: small, shared, and set from anywhere. */
export interface Store<T> {
  get: () => T;
  set: (next: T | ((now: T) => T)) => void;
  follow: (heard: () => void) => () => void;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const followers = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      const now = typeof next === 'function' ? (next as (now: T) => T)(value) : next;
      if (Object.is(now, value)) return;
      value = now;
      for (const heard of [...followers]) heard();
    },
    follow: (heard) => {
      followers.add(heard);
      return () => followers.delete(heard);
    },
  };
}

export const useStore = <T>(of: Store<T>): T => useSyncExternalStore(of.follow, of.get);

/** A store that remembers its value in this browser. */
export function keptStore<T>(name: string, initial: T): Store<T> {
  const key = `penstock.${name}`;
  const kept = store<T>(read(key, initial));
  kept.follow(() => {
    try {
      localStorage.setItem(key, JSON.stringify(kept.get()));
    } catch {
      /* storage full or forbidden: the choice lasts as long as the page */
    }
  });
  return kept;
}

function read<T>(key: string, initial: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? initial : (JSON.parse(text) as T);
  } catch {
    return initial;
  }
}
