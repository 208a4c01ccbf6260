import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import { store } from '../api/store.ts';
import type { IconName } from '../parts/shapes.tsx';

/*
 * What can be done here, and its keys. A page registers actions while it is shown; the keyboard, the help
 * (?) and the palette all read this one list. Keys are written as `c`, `shift+u`, `mod+k`, or a sequence
 * `g b`. Keys without a modifier are ignored while typing. What was registered last wins, so a
 * panel on top of a page may use the page's letters.
 */

export type Group = 'go' | 'do' | 'board' | 'card' | 'record';

export interface Action {
  id: string;
  label: string;
  group: Group;
  run: () => void;
  /** One or more ways to press it; the first is the one shown. */
  keys?: string[];
  icon?: IconName;
  /** Further words to be found by in the palette. */
  words?: string;
  /** Left out of the palette: makes sense only as a key, such as an arrow. */
  keyOnly?: boolean;
  disabled?: boolean;
  /** Asked at the press: whether the key is meant for this just now. */
  when?: () => boolean;
}

interface Registered {
  owner: string;
  actions: Action[];
}

export const registered = store<Registered[]>([]);

/** All that is registered, with what cannot be done at this moment. */
export const everyAction = (): Action[] => {
  const byId = new Map<string, Action>();
  for (const { actions } of registered.get()) for (const action of actions) byId.set(action.id, action);
  return [...byId.values()];
};

export const allActions = (): Action[] => everyAction().filter((a) => !a.disabled);

/** Registers actions for as long as the component is shown. `run` may change on every render. */
export function useActions(actions: Action[]) {
  const owner = useId();
  const latest = useRef(actions);
  useLayoutEffect(() => {
    latest.current = actions;
  });
  const shape = JSON.stringify(actions.map(({ run: _, when: __, ...rest }) => rest));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape stands for everything but `run`
  useEffect(() => {
    const stable = latest.current.map((action) => ({
      ...action,
      run: () => latest.current.find((a) => a.id === action.id)?.run(),
      when: () => latest.current.find((a) => a.id === action.id)?.when?.() ?? true,
    }));
    registered.set((now) => {
      const place = now.findIndex((r) => r.owner === owner);
      return place < 0
        ? [...now, { owner, actions: stable }]
        : now.map((r, i) => (i === place ? { owner, actions: stable } : r));
    });
  }, [shape, owner]);
  useEffect(() => () => registered.set((now) => now.filter((r) => r.owner !== owner)), [owner]);
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** How a key is written for the eye: mod+k is ⌘K or Ctrl K. */
export function keyText(key: string): string {
  const names: Record<string, string> = {
    mod: isMac ? '⌘' : 'Ctrl',
    shift: '⇧',
    enter: '↵',
    space: 'Space',
    escape: 'Esc',
    arrowup: '↑',
    arrowdown: '↓',
    arrowleft: '←',
    arrowright: '→',
  };
  return key
    .split('+')
    .map((part) => names[part] ?? (key.includes('+') && part.length === 1 ? part.toUpperCase() : part))
    .join(isMac ? '' : ' ');
}
