import { t } from '../texts/index.ts';
import { ApiError, NetworkError } from './client.ts';
import { store } from './store.ts';

/** What was just done, at the foot of the page, with the way back. One at a time: the newest matters. */
export interface Toast {
  id: number;
  tone: 'done' | 'error';
  text: string;
  action?: { label: string; run: () => void };
}

export const toasts = store<Toast | null>(null);
let last = 0;

export function showToast(toast: Omit<Toast, 'id'>) {
  last += 1;
  toasts.set({ ...toast, id: last });
}

export const hideToast = (id: number) => toasts.set((now) => (now?.id === id ? null : now));

/** Says what went wrong in the server's own words where it gave any. */
export function showError(error: unknown) {
  showToast({ tone: 'error', text: errorText(error) });
}

export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return t('error.network');
  if (error instanceof ApiError) {
    if (error.status === 403) return error.detail || t('error.forbidden');
    return error.errors[0]?.message ?? (error.detail || error.title || t('error.unknown'));
  }
  return t('error.unknown');
}
