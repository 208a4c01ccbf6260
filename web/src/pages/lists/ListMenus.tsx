import { ActionIcon, Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { apiUrl, type Query } from '../../api/client.ts';
import type { KindMeta, View } from '../../api/types.ts';
import { Icon } from '../../parts/Icon.tsx';
import { SaveView } from '../../parts/views/SaveView.tsx';
import { ViewItems } from '../../parts/views/ViewItems.tsx';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import classes from './list.module.css';

const formats = ['csv', 'xlsx', 'json'] as const;

/** Takes out what the filters match, in the order shown. */
export function ExportMenu({ meta, query }: { meta: KindMeta; query: Query }) {
  const phone = usePhone();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        {phone ? (
          <ActionIcon size="lg" aria-label={t('list.export')}>
            <Icon name="download" />
          </ActionIcon>
        ) : (
          <Button leftSection={<Icon name="download" small />}>{t('list.export')}</Button>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map((format) => (
          <Menu.Item
            key={format}
            component="a"
            href={apiUrl(`/export/${meta.name}`, { ...query, format })}
            download
            leftSection={<Icon name="download" small />}
          >
            {t('list.exportAs', { format: t(`list.${format}`) })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface ViewProps {
  meta: KindMeta;
  path: string;
  columns: string[];
}

/* What a view keeps of the address: what is shown, not when. */
const wordsNow = (columns: string[]) => {
  const words = Object.fromEntries(new URLSearchParams(location.search));
  delete words.on;
  return { ...words, cols: columns.join(',') };
};

/** The list's name opens its saved views. */
export function ViewsMenu({ meta, path, columns }: ViewProps) {
  const [saving, setSaving] = useState(false);
  const open = (view: View) => navigate(`${path}?${new URLSearchParams(view.query ?? {})}`);
  return (
    <>
      <Menu width={260}>
        <Menu.Target>
          <button type="button" className={classes.views} aria-haspopup="menu" title={t('view.views')}>
            {meta.labels}
            <Icon name="chevronDown" small />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <ViewItems kind={meta.name} layout="list" onOpen={open} onSave={() => setSaving(true)} />
        </Menu.Dropdown>
      </Menu>
      {saving && (
        <SaveView kind={meta.name} layout="list" query={wordsNow(columns)} onClose={() => setSaving(false)} />
      )}
    </>
  );
}
