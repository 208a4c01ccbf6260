import { useEffect } from 'react';
import { type Action, registered } from './registry.ts';

/* Turns key presses into actions. See registry.ts for how keys are written. */

const sequenceWithin = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  );
}

/* Enter, space and the arrows belong to whatever control has the focus. */
const belongsToControl = (key: string, target: EventTarget | null) =>
  /^(enter|space|arrow)/.test(key) &&
  target instanceof HTMLElement &&
  target.closest('button, a[href], [role="menu"], [role="tablist"], [role="slider"]') !== null;

const dialogOpen = () => document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null;

export function keyOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const mod = event.metaKey || event.ctrlKey ? 'mod+' : '';
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key) || mod) ? 'shift+' : '';
  return `${mod}${event.altKey ? 'alt+' : ''}${shift}${key}`;
}

function find(pressed: string): { action?: Action; prefix: boolean } {
  let prefix = false;
  for (const { actions } of [...registered.get()].reverse())
    for (const action of actions) {
      if (action.disabled) continue;
      if (action.keys?.includes(pressed) && action.when?.() !== false) return { action, prefix: false };
      prefix ||= action.keys?.some((k) => k.startsWith(`${pressed} `)) ?? false;
    }
  return { prefix };
}

/** Listens to the whole page; mounted once by the shell. */
export function useKeyboard() {
  useEffect(() => {
    let waiting = '';
    let since = 0;
    const press = (event: KeyboardEvent) => {
      if (
        event.defaultPrevented ||
        event.isComposing ||
        ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)
      )
        return;
      const key = keyOf(event);
      const modified = key.includes('mod+');
      if (!modified && (isTyping(event.target) || dialogOpen() || belongsToControl(key, event.target)))
        return;
      const started = waiting && event.timeStamp - since < sequenceWithin ? `${waiting} ${key}` : '';
      waiting = '';
      const found = started ? find(started) : { prefix: false };
      const { action, prefix } = found.action || found.prefix ? found : find(key);
      if (action) {
        event.preventDefault();
        action.run();
      } else if (prefix) {
        waiting = key;
        since = event.timeStamp;
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
