import { ActionIcon, Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { useSession } from '../../api/session.ts';
import { keptStore, useStore } from '../../api/store.ts';
import { useActions } from '../../keys/registry.ts';
import { useRights } from '../../parts/editable.ts';
import { Icon } from '../../parts/Icon.tsx';
import { CreateDialog } from '../../parts/record/CreateDialog.tsx';
import switchClasses from '../../parts/switch.module.css';
import { type ActivityType, activityTypes, entryIcons } from '../../parts/timeline/kinds.ts';
import { Frame } from '../../shell/Frame.tsx';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import classes from './activities.module.css';
import { GroupSection } from './GroupSection.tsx';
import { groups } from './groups.ts';
import { useRowKeys } from './useRowKeys.ts';

const whose = keptStore<'mine' | 'everyone'>('activities.whose', 'mine');

/** All there is to do, by when it is due, to be worked through from the top. */
export default function ActivitiesPage() {
  const phone = usePhone();
  const { user } = useSession();
  const { create } = useRights('activities');
  const mine = useStore(whose) === 'mine';
  const [type, setType] = useState<ActivityType | null>(null);
  const [ticking, setTicking] = useState<number | null>(null);
  const [adding, setAdding] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const onShown = useRowKeys(root, setTicking);
  const add = () => setAdding(true);
  const filter = { owner_id: mine ? String(user.id) : undefined, type: type ?? undefined };
  useActions([
    {
      id: 'acts.add',
      label: t('acts.add'),
      group: 'do',
      icon: 'plus',
      keys: ['c'],
      disabled: !create,
      run: add,
    },
  ]);
  const whoseSwitch = (
    <div className={switchClasses.switch} role="toolbar" aria-label={t('acts.whose')}>
      {(['mine', 'everyone'] as const).map((word) => (
        <button
          key={word}
          type="button"
          aria-pressed={mine === (word === 'mine')}
          onClick={() => whose.set(word)}
        >
          {t(`acts.${word}`)}
        </button>
      ))}
    </div>
  );
  return (
    <Frame
      title={t('nav.activities')}
      crumbs={[{ label: t('nav.activities') }]}
      views={whoseSwitch}
      actions={
        create &&
        (phone ? (
          <ActionIcon size="lg" aria-label={t('acts.add')} onClick={add}>
            <Icon name="plus" />
          </ActionIcon>
        ) : (
          <Button
            variant="filled"
            leftSection={<Icon name="plus" small />}
            rightSection={<kbd aria-hidden>c</kbd>}
            onClick={add}
          >
            {t('acts.add')}
          </Button>
        ))
      }
    >
      <div className={classes.bar} role="toolbar" aria-label={t('acts.types')}>
        {phone && whoseSwitch}
        <button
          type="button"
          className={type === null ? 'chip on' : 'chip'}
          aria-pressed={type === null}
          onClick={() => setType(null)}
        >
          {t('acts.allTypes')}
        </button>
        {activityTypes.map((name) => (
          <button
            key={name}
            type="button"
            className={type === name ? 'chip on' : 'chip'}
            aria-pressed={type === name}
            onClick={() => setType(type === name ? null : name)}
          >
            <Icon name={entryIcons[name]} small />
            {t(`type.${name}`)}
          </button>
        ))}
        <span className="grow" />
        <Link className="link t13" href="/records/activities">
          {t('acts.asList')}
        </Link>
      </div>
      <div ref={root} className={classes.page}>
        {groups.map((group) => (
          <GroupSection
            key={group}
            group={group}
            filter={filter}
            ticking={ticking}
            onTick={setTicking}
            onShown={onShown}
          />
        ))}
      </div>
      {adding && <CreateDialog kind="activities" onClose={() => setAdding(false)} />}
    </Frame>
  );
}
