import { useEffect, useState } from 'react';
import { RowSkeletons } from '../parts/states.tsx';

/** Nothing for a fifth of a second, then the outline of a page. */
export function PageWait() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return late ? <RowSkeletons rows={12} /> : null;
}
