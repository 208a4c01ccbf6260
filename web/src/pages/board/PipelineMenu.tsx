import { Button, Checkbox, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { useAll } from '../../api/records.ts';
import { mayCreate, useKind, useSession } from '../../api/session.ts';
import type { Pipeline, View } from '../../api/types.ts';
import { useCreate, useRemove } from '../../api/write.ts';
import { useActions } from '../../keys/registry.ts';
import { Icon } from '../../parts/Icon.tsx';
import { setAddress } from '../../parts/past.ts';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';

interface Props {
  pipelines: Pipeline[];
  pipeline: Pipeline | undefined;
}

/* What of the address a view keeps: what is shown, not what is opened or when. */
const fleeting = ['deal', 'on', 'compare'];

function addressWords(): Record<string, string> {
  const words = Object.fromEntries(new URLSearchParams(location.search));
  for (const word of fleeting) delete words[word];
  return words;
}

/** The pipeline's name opens the other pipelines and the saved views. */
export function PipelineMenu({ pipelines, pipeline }: Props) {
  const views = useAll<View>('views', { kind: 'deals', layout: 'board', sort: 'position,name' });
  const remove = useRemove('views');
  const { user } = useSession();
  const canSave = mayCreate(useKind('views'));
  const [saving, setSaving] = useState(false);
  const show = (id: number) => setAddress({ pipeline: String(id), deal: null }, false);
  const openView = (view: View) => navigate(`/board?${new URLSearchParams(view.query ?? {})}`);
  useActions([
    ...pipelines
      .filter((p) => p.id !== pipeline?.id)
      .map((p) => ({
        id: `pipeline.${p.id}`,
        label: t('nav.go', { page: p.name }),
        group: 'board' as const,
        icon: 'board' as const,
        run: () => show(p.id),
      })),
    ...views.map((v) => ({
      id: `view.${v.id}`,
      label: v.name,
      group: 'board' as const,
      icon: 'star' as const,
      run: () => openView(v),
    })),
  ]);
  return (
    <>
      <Menu width={260}>
        <Menu.Target>
          <button type="button" className={classes.pipeline} aria-haspopup="menu" title={t('board.switch')}>
            <span className="cut">{pipeline?.name}</span>
            <Icon name="chevronDown" small />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('board.pipelines')}</Menu.Label>
          {pipelines.map((p) => (
            <Menu.Item
              key={p.id}
              rightSection={p.id === pipeline?.id && <Icon name="tick" small />}
              onClick={() => show(p.id)}
            >
              {p.name}
            </Menu.Item>
          ))}
          {(views.length > 0 || canSave) && (
            <>
              <Menu.Divider />
              <Menu.Label>{t('view.views')}</Menu.Label>
            </>
          )}
          {views.map((view) => (
            <div key={view.id} className={classes.view}>
              <Menu.Item leftSection={<Icon name="star" small />} onClick={() => openView(view)}>
                {view.name}
              </Menu.Item>
              {view.owner_id === user.id && (
                <Menu.Item
                  className={classes.viewRemove}
                  aria-label={t('view.delete', { name: view.name })}
                  onClick={() => remove.mutate({ row: view, label: t('view.deleted', { name: view.name }) })}
                >
                  <Icon name="trash" small />
                </Menu.Item>
              )}
            </div>
          ))}
          {canSave && (
            <Menu.Item leftSection={<Icon name="plus" small />} onClick={() => setSaving(true)}>
              {t('view.save')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {saving && <SaveView onClose={() => setSaving(false)} />}
    </>
  );
}

function SaveView({ onClose }: { onClose: () => void }) {
  const { user } = useSession();
  const create = useCreate('views');
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  return (
    <Modal opened onClose={onClose} title={t('view.save')}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          const fields = {
            name: name.trim(),
            kind: 'deals',
            layout: 'board',
            query: addressWords(),
            shared,
            owner_id: user.id,
          };
          if (!fields.name) return;
          create.mutate({ fields, label: t('view.saved', { name: fields.name }) });
          onClose();
        }}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t('view.name')}
            value={name}
            maxLength={80}
            onChange={(e) => setName(e.currentTarget.value)}
          />
          {user.role !== 'viewer' && (
            <Checkbox
              label={t('view.shared')}
              checked={shared}
              onChange={(e) => setShared(e.currentTarget.checked)}
            />
          )}
          <Button type="submit" variant="filled">
            {t('view.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
