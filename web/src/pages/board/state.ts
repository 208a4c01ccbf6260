import { keptStore, store } from '../../api/store.ts';
import type { Card } from './data.ts';

/* What the board's parts share while it is shown: the focus, the card in the air, what was said last. */

/** Where a card can go: a stage by its id, or off the board. */
export type Target = number | 'won' | 'lost';

export interface Lift {
  card: Card;
  from: number;
  target: Target | null;
  by: 'keys' | 'pointer';
}
export const lift = store<Lift | null>(null);

/** The card the keys act on. With `grab` the focus follows it, wherever it is drawn next. */
export interface Focus {
  id: number;
  grab: boolean;
}
export const focus = store<Focus | null>(null);

/** Spoken by the live region. */
export const spoken = store('');
export const say = (text: string) => spoken.set(text);

/** The card whose menu is open, and where on the page. */
export const cardMenu = store<{ card: Card; x: number; y: number } | null>(null);

/** The deal about to be lost, while its reason is asked. */
export const losing = store<Card | null>(null);

/** The column whose quick-add line is open. */
export const adding = store<number | null>(null);

/** Columns folded to a spine, remembered in this browser. */
export const folded = keptStore<number[]>('board.folded', []);

export const fold = (id: number) =>
  folded.set((now) => (now.includes(id) ? now.filter((f) => f !== id) : [...now, id]));

/** How far each column was scrolled, for coming back to the board. */
export const scrolled = new Map<number, number>();

/** Forgets what was under way; what was looked at stays, for coming back. */
export function leaveBoard() {
  lift.set(null);
  focus.set((now) => now && { ...now, grab: false });
  losing.set(null);
  cardMenu.set(null);
  adding.set(null);
  spoken.set('');
}
