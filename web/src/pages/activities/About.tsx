import { Link } from 'wouter';
import { titleOf } from '../../api/records.ts';
import type { Row } from '../../api/types.ts';
import { recordPath } from '../../parts/fields/paths.ts';
import type { Activity } from '../../parts/timeline/kinds.ts';

const refs = [
  ['deals', 'deal'],
  ['organisations', 'organisation'],
  ['people', 'person'],
] as const;

/** Where an activity leads: its deal, else its organisation, else its person. */
export function pathOf(activity: Activity): string | undefined {
  for (const [kind, name] of refs) {
    const id = activity[`${name}_id`];
    if (id) return recordPath(kind, Number(id));
  }
  return undefined;
}

/** What an activity is about: the deal, the organisation and the person, each a link. */
export function About({ activity }: { activity: Activity }) {
  const known = refs.flatMap(([kind, name]) => {
    const row = activity[name] as Row | null | undefined;
    return row ? [{ kind, row }] : [];
  });
  if (known.length === 0) return null;
  return (
    <p className="i2">
      {known.map(({ kind, row }, i) => (
        <span key={kind}>
          {i > 0 && ' · '}
          <Link className="link" href={recordPath(kind, row.id) ?? ''}>
            {titleOf(row)}
          </Link>
        </span>
      ))}
    </p>
  );
}
