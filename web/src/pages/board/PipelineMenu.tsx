import { Menu } from '@mantine/core';
import { useState } from 'react';
import { navigate } from 'wouter/use-browser-location';
import type { Pipeline, View } from '../../api/types.ts';
import { useActions } from '../../keys/registry.ts';
import { Icon } from '../../parts/Icon.tsx';
import { setAddress } from '../../parts/past.ts';
import { SaveView } from '../../parts/views/SaveView.tsx';
import { useViews, ViewItems } from '../../parts/views/ViewItems.tsx';
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
  const views = useViews('deals', 'board');
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
          <Menu.Divider />
          <ViewItems kind="deals" layout="board" onOpen={openView} onSave={() => setSaving(true)} />
        </Menu.Dropdown>
      </Menu>
      {saving && (
        <SaveView kind="deals" layout="board" query={addressWords()} onClose={() => setSaving(false)} />
      )}
    </>
  );
}
