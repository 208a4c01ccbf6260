import { Menu } from '@mantine/core';
import { useAll } from '../../api/records.ts';
import { mayCreate, useKind, useSession } from '../../api/session.ts';
import type { View } from '../../api/types.ts';
import { useRemove } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../Icon.tsx';
import classes from './views.module.css';

export const useViews = (kind: string, layout: View['layout']) =>
  useAll<View>('views', { kind, layout, sort: 'position,name' });

interface Props {
  kind: string;
  layout: View['layout'];
  onOpen: (view: View) => void;
  onSave: () => void;
}

/** The saved views as items of a menu: open one, delete one's own, save what is shown. */
export function ViewItems({ kind, layout, onOpen, onSave }: Props) {
  const views = useViews(kind, layout);
  const remove = useRemove('views');
  const { user } = useSession();
  const canSave = mayCreate(useKind('views'));
  if (views.length === 0 && !canSave) return null;
  return (
    <>
      <Menu.Label>{t('view.views')}</Menu.Label>
      {views.map((view) => (
        <div key={view.id} className={classes.view}>
          <Menu.Item leftSection={<Icon name="star" small />} onClick={() => onOpen(view)}>
            {view.name}
          </Menu.Item>
          {view.owner_id === user.id && (
            <Menu.Item
              className={classes.remove}
              aria-label={t('view.delete', { name: view.name })}
              onClick={() => remove.mutate({ row: view, label: t('view.deleted', { name: view.name }) })}
            >
              <Icon name="trash" small />
            </Menu.Item>
          )}
        </div>
      ))}
      {canSave && (
        <Menu.Item leftSection={<Icon name="plus" small />} onClick={onSave}>
          {t('view.save')}
        </Menu.Item>
      )}
    </>
  );
}
