import { type ReactNode, useState } from 'react';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import switchClasses from '../switch.module.css';
import classes from './record.module.css';

interface Props {
  /** Across the top: name, value, stages. */
  head: ReactNode;
  facts: ReactNode;
  timeline: ReactNode;
  around: ReactNode;
}

const tabs = ['timeline', 'facts', 'around'] as const;

/** A record's page: facts, timeline and what is around it side by side; one at a time on a phone. */
export function RecordLayout({ head, facts, timeline, around }: Props) {
  const phone = usePhone();
  const [tab, setTab] = useState<(typeof tabs)[number]>('timeline');
  const parts = { timeline, facts, around };
  if (!phone)
    return (
      <div className={classes.page}>
        {head}
        <div className={classes.columns}>
          <div className={classes.left}>{facts}</div>
          <div className={classes.middle}>{timeline}</div>
          <div className={classes.right}>{around}</div>
        </div>
      </div>
    );
  return (
    <div className={classes.page}>
      {head}
      <div className={classes.tabs}>
        <div className={switchClasses.switch} role="tablist" aria-label={t('record.tabs')}>
          {tabs.map((name, i) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab === name}
              aria-controls="tab-panel"
              data-on={tab === name || undefined}
              tabIndex={tab === name ? 0 : -1}
              onClick={() => setTab(name)}
              onKeyDown={(e) => {
                const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
                const next = tabs[(i + step + tabs.length) % tabs.length];
                if (step === 0 || !next) return;
                setTab(next);
                document.getElementById(`tab-${next}`)?.focus();
              }}
            >
              {t(`record.${name}`)}
            </button>
          ))}
        </div>
      </div>
      <div className={classes.one} role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
        {parts[tab]}
      </div>
    </div>
  );
}
