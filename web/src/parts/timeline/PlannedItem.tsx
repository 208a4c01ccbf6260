import { ActionIcon, Checkbox, Menu } from '@mantine/core';
import { useRef, useState } from 'react';
import { useRemove, useUpdate } from '../../api/write.ts';
import { durationText, lightOf, relativeText } from '../../format/dates.ts';
import { t } from '../../texts/index.ts';
import { useRights } from '../editable.ts';
import { Icon } from '../Icon.tsx';
import { DateText } from '../texts.tsx';
import { FinishForm } from './FinishForm.tsx';
import { type Activity, entryIcons } from './kinds.ts';
import classes from './timeline.module.css';
import { momentOf, moments } from './when.ts';

interface Props {
  activity: Activity;
  /** What it is about, where that is not plain from the page. */
  about?: React.ReactNode;
  opened?: boolean;
  onOpened?: (open: boolean) => void;
}

/** Something still to be done: a tick opens its outcome and the next step; the menu moves or deletes it. */
export function PlannedItem({ activity, about, opened, onOpened }: Props) {
  const [own, setOwn] = useState(false);
  const finishing = opened ?? own;
  const tick = useRef<HTMLInputElement>(null);
  const setFinishing = onOpened ?? setOwn;
  const close = () => {
    setFinishing(false);
    tick.current?.focus();
  };
  const editable = useRights('activities').update;
  const light = lightOf(activity.due_at);
  const { subject } = activity;
  return (
    <>
      <div className={classes.item} data-light={light}>
        <Checkbox
          ref={tick}
          className={classes.tick}
          aria-label={t('planned.tick', { subject })}
          checked={finishing}
          disabled={!editable}
          onChange={() => setFinishing(!finishing)}
        />
        <span className={classes.dot} data-light={light}>
          <Icon name={entryIcons[activity.type]} small label={t(`type.${activity.type}`)} />
        </span>
        <div className={classes.what}>
          <p className="b">{subject}</p>
          {about}
          {activity.body && <p className="i2">{activity.body}</p>}
        </div>
        <span className={classes.time}>
          {activity.due_at ? (
            <DateText value={activity.due_at} due />
          ) : (
            <span className="i3">{t('planned.noDate')}</span>
          )}
          {activity.duration_min ? (
            <span className="i3"> · {durationText(activity.duration_min)}</span>
          ) : null}
        </span>
        {editable && <PlannedMenu activity={activity} />}
      </div>
      {finishing && <FinishForm activity={activity} onClose={close} />}
    </>
  );
}

/** Puts an activity off to one of the usual moments. */
export function useReplan() {
  const update = useUpdate('activities');
  return (activity: Activity, due_at: string) =>
    update.mutate({
      row: activity,
      fields: { due_at },
      label: t('planned.moved', { subject: activity.subject, when: relativeText(due_at) }),
    });
}

function PlannedMenu({ activity }: { activity: Activity }) {
  const { subject } = activity;
  const replan = useReplan();
  const remove = useRemove('activities');
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon size="xs" aria-label={t('planned.more', { subject })}>
          <Icon name="more" small />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {moments.map((name) => (
          <Menu.Item
            key={name}
            leftSection={<Icon name="clock" small />}
            onClick={() => replan(activity, momentOf(name))}
          >
            {t(`when.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<Icon name="trash" small />}
          onClick={() => remove.mutate({ row: activity, label: t('entry.deleted', { subject }) })}
        >
          {t('entry.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
