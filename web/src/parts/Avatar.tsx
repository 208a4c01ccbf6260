import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/session.ts';
import classes from './marks.module.css';

/** LK for Leonie Kessler, LE for Leonie. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0]![0], words.at(-1)![0]] : [...(words[0] ?? '')].slice(0, 2);
  return letters.join('').toLocaleUpperCase() || '?';
}

interface Props {
  person: { id: number; name?: string; title?: string };
  large?: boolean;
  /** Set where the name is written beside it. */
  decorative?: boolean;
}

export function Avatar({ person, large, decorative }: Props) {
  const { data: session } = useQuery(sessionQuery);
  const name = person.name ?? person.title ?? '';
  return (
    <span
      className={classes.avatar}
      data-initials={initials(name)}
      data-me={session?.user.id === person.id || undefined}
      data-large={large || undefined}
      {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name, title: name })}
    />
  );
}
