import { Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';

const columns = [6, 7, 5, 6, 4];

/** The outline of a board, after the fifth of a second in which most boards are there already. */
export function BoardSkeleton() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className={classes.board} role="status" aria-label={t('load.loading')}>
      {columns.map((cards, i) => (
        <div key={i} className={classes.column}>
          <Skeleton height={20} width="60%" mb={12} mt={8} />
          <Skeleton height={24} width="40%" mb={32} />
          {Array.from({ length: cards }, (_, n) => (
            <Skeleton key={n} height={96} mb={8} radius="md" />
          ))}
        </div>
      ))}
    </div>
  );
}
