import { useState } from 'react';
import { Link } from 'wouter';
import { useList } from '../../api/records.ts';
import type { Row } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { Avatar } from '../Avatar.tsx';
import { useRights } from '../editable.ts';
import { recordPath } from '../fields/paths.ts';
import { usePast } from '../past.ts';
import { CreateDialog } from './CreateDialog.tsx';
import { Panel } from './Panel.tsx';
import { PersonWays } from './PersonWays.tsx';
import classes from './record.module.css';

const most = 12;

/** Who works at an organisation. */
export function PeopleOf({ organisation }: { organisation: Row }) {
  const [adding, setAdding] = useState(false);
  const { create } = useRights('people');
  const { data } = useList('people', {
    organisation_id: organisation.id,
    sort: 'name',
    limit: most,
    as_of: usePast()?.as_of,
  });
  const people = data?.data ?? [];
  return (
    <Panel
      title={t('related.people')}
      add={create && { label: t('related.addPerson'), run: () => setAdding(true) }}
    >
      <ul>
        {people.map((person) => (
          <li key={person.id} className={classes.related}>
            <Avatar person={{ id: -1, name: String(person.name) }} decorative large />
            <div className="grow">
              <p className="b cut">
                <Link href={recordPath('people', person.id) ?? ''}>{String(person.name)}</Link>
              </p>
              <p className="i2 cut">{String(person.job_title ?? '')}</p>
            </div>
            <PersonWays person={person} />
          </li>
        ))}
      </ul>
      {data && people.length === 0 && <p className="t13 i3">{t('related.noPeople')}</p>}
      {data?.next_cursor && (
        <p className={classes.relatedFoot}>
          <span className="grow" />
          <Link className="link" href={`/people?organisation_id=${organisation.id}`}>
            {t('related.all')}
          </Link>
        </p>
      )}
      {adding && (
        <CreateDialog
          kind="people"
          given={{ organisation_id: organisation.id }}
          onClose={() => setAdding(false)}
        />
      )}
    </Panel>
  );
}
