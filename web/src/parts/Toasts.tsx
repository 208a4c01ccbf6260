import { ActionIcon } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useStore } from '../api/store.ts';
import { hideToast, toasts } from '../api/toasts.ts';
import { t } from '../texts/index.ts';
import { Icon } from './Icon.tsx';
import classes from './toasts.module.css';

const shownFor = 7000;

/** The toast at the foot of the page. It waits while the pointer or the focus is on it; an error waits for the person. */
export function Toasts() {
  const toast = useStore(toasts);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!toast || held || toast.tone === 'error') return;
    const timer = setTimeout(() => hideToast(toast.id), shownFor);
    return () => clearTimeout(timer);
  }, [toast, held]);
  return (
    <div className={classes.place} role="status" aria-live="polite">
      {toast && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only keeps it open
        <div
          key={toast.id}
          className={classes.toast}
          data-tone={toast.tone}
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <Icon name={toast.tone === 'error' ? 'warning' : 'tick'} small />
          <span className="grow">{toast.text}</span>
          {toast.action && (
            <button type="button" onClick={toast.action.run}>
              {toast.action.label}
            </button>
          )}
          <ActionIcon size="xs" aria-label={t('action.close')} onClick={() => hideToast(toast.id)}>
            <Icon name="close" small />
          </ActionIcon>
        </div>
      )}
    </div>
  );
}
