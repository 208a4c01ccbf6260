import { ActionIcon, Menu } from '@mantine/core';
import { useState } from 'react';
import { showError } from '../../api/toasts.ts';
import type { Row } from '../../api/types.ts';
import { undoChangeset } from '../../api/undo.ts';
import { useRemove, useUpdate } from '../../api/write.ts';
import { durationText } from '../../format/dates.ts';
import { t, tx } from '../../texts/index.ts';
import { Icon } from '../Icon.tsx';
import { FileLink } from '../record/FileLink.tsx';
import type { IconName } from '../shapes.tsx';
import { DateText } from '../texts.tsx';
import { ChangeText, changeIcon } from './ChangeText.tsx';
import type { Entry } from './data.ts';
import { Html } from './Html.tsx';
import { type Activity, entryIcons, type FileRow, type Note } from './kinds.ts';
import { NoteEditor } from './NoteEditor.tsx';
import classes from './timeline.module.css';

interface Props {
  entry: Entry;
  row: Row;
  editable: boolean;
}

/** Something that has happened, by its kind. */
export function PastItem({ entry, row, editable }: Props) {
  switch (entry.kind) {
    case 'note':
      return <NoteItem note={entry.note} editable={editable} />;
    case 'file':
      return <FileItem file={entry.file} />;
    case 'change':
      return (
        <Line
          icon={changeIcon(entry.change)}
          kind="change"
          at={entry.at}
          quiet
          menu={
            editable &&
            entry.change.op === 'update' && (
              <Menu.Item
                leftSection={<Icon name="undo" small />}
                onClick={() => undoChangeset(entry.change.changeset).catch(showError)}
              >
                {t('entry.undo')}
              </Menu.Item>
            )
          }
        >
          <ChangeText item={entry.change} row={row} />
        </Line>
      );
    default:
      return <ActivityItem activity={entry.activity} editable={editable} at={entry.at} />;
  }
}

interface LineProps {
  icon: IconName;
  kind: Entry['kind'];
  at: string;
  quiet?: boolean;
  menu?: React.ReactNode;
  children: React.ReactNode;
}

function Line({ icon, kind, at, quiet, menu, children }: LineProps) {
  return (
    <div className={classes.item} data-quiet={quiet || undefined}>
      <span className={classes.dot}>
        <Icon name={icon} small label={t(`type.${kind}`)} />
      </span>
      <div className={classes.what}>{children}</div>
      <span className={classes.time}>
        <DateText value={at} />
      </span>
      {menu ? (
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <ActionIcon size="xs" className={classes.more} aria-label={t('entry.menu')}>
              <Icon name="more" small />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>{menu}</Menu.Dropdown>
        </Menu>
      ) : (
        <span className={classes.noMenu} />
      )}
    </div>
  );
}

function ActivityItem({ activity, editable, at }: { activity: Activity; editable: boolean; at: string }) {
  const update = useUpdate('activities');
  const remove = useRemove('activities');
  const { subject, person, duration_min: minutes } = activity;
  const details = [
    person && t('past.withPerson', { person: String(person.name) }),
    minutes && durationText(minutes),
  ].filter(Boolean);
  return (
    <Line
      icon={entryIcons[activity.type]}
      kind={activity.type}
      at={at}
      menu={
        editable && (
          <>
            <Menu.Item
              leftSection={<Icon name="undo" small />}
              onClick={() =>
                update.mutate({
                  row: activity,
                  fields: { done: false },
                  label: t('entry.reopened', { subject }),
                })
              }
            >
              {t('entry.reopen')}
            </Menu.Item>
            <Menu.Item
              leftSection={<Icon name="trash" small />}
              onClick={() => remove.mutate({ row: activity, label: t('entry.deleted', { subject }) })}
            >
              {t('entry.delete')}
            </Menu.Item>
          </>
        )
      }
    >
      <p>
        <b>{subject}</b>
        {details.length > 0 && <span className="i2"> {details.join(', ')}</span>}
      </p>
      {activity.outcome && <p>{activity.outcome}</p>}
      {activity.body && <Html html={activity.body_html} text={activity.body} />}
    </Line>
  );
}

export function NoteItem({ note, editable }: { note: Note; editable: boolean }) {
  const [editing, setEditing] = useState(false);
  const update = useUpdate('notes');
  const remove = useRemove('notes');
  const pin = () =>
    update.mutate({
      row: note,
      fields: { pinned: !note.pinned },
      label: t('entry.changedNote'),
      quiet: true,
    });
  return (
    <Line
      icon={note.pinned ? 'pin' : 'note'}
      kind="note"
      at={note.written_at ?? note.created_at}
      menu={
        editable && (
          <>
            <Menu.Item leftSection={<Icon name="edit" small />} onClick={() => setEditing(true)}>
              {t('entry.edit')}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="pin" small />} onClick={pin}>
              {t(note.pinned ? 'entry.unpin' : 'entry.pin')}
            </Menu.Item>
            <Menu.Item
              leftSection={<Icon name="trash" small />}
              onClick={() => remove.mutate({ row: note, label: t('entry.deletedNote') })}
            >
              {t('entry.delete')}
            </Menu.Item>
          </>
        )
      }
    >
      {note.owner && <p className="b">{String(note.owner.name)}</p>}
      {editing ? (
        <NoteEditor note={note} onClose={() => setEditing(false)} />
      ) : (
        <Html html={note.body_html} text={note.body} />
      )}
    </Line>
  );
}

function FileItem({ file }: { file: FileRow }) {
  const who = file.owner ? String(file.owner.name) : t('change.someone');
  return (
    <Line icon="attach" kind="file" at={file.created_at} quiet>
      <p>{tx('past.added', { file: <FileLink key="f" file={file} />, who })}</p>
    </Line>
  );
}
