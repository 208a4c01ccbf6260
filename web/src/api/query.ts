import { QueryClient } from '@tanstack/react-query';
import { ApiError, isTransient } from './client.ts';

/*
 * The cache. Rows stay fresh because the live feed says what changed, so nothing is fetched again merely
 * because time went by. Reads that fail in passing are tried three times; writes until they get through,
 * since each carries a version or an idempotency key and can be repeated without harm.
 */

const wait = (attempt: number, error: unknown) =>
  error instanceof ApiError && error.retryAfter
    ? error.retryAfter * 1000
    : Math.min(15_000, 500 * 2 ** attempt);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (count, error) => isTransient(error) && count < 3,
      retryDelay: wait,
    },
    mutations: {
      networkMode: 'always',
      retry: (_, error) => isTransient(error),
      retryDelay: wait,
    },
  },
});
