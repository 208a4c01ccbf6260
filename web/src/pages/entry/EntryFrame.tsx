import { type ReactNode, useEffect } from 'react';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import classes from './entry.module.css';

/** A page for somebody who is not signed in: the name, a title, one form. */
export function EntryFrame({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: ReactNode;
  children?: ReactNode;
}) {
  useEffect(() => {
    document.title = t('app.pageTitle', { page: title });
  }, [title]);
  return (
    <main className={classes.page}>
      <div className={classes.sheet}>
        <div className={classes.brand}>
          <Icon name="mark" />
          {t('app.name')}
        </div>
        <h1 className="t20 b">{title}</h1>
        {hint && <p className="t13 i2">{hint}</p>}
        {children}
      </div>
    </main>
  );
}
