import { keptStore } from '../api/store.ts';

/** Whether the rail shows words beside its icons; remembered in this browser. */
export const railWide = keptStore('rail.wide', false);
