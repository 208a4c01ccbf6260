import { ActionIcon } from '@mantine/core';
import { useRef, useState } from 'react';
import { refreshKind } from '../../api/cache.ts';
import { api, newKey } from '../../api/client.ts';
import { useList } from '../../api/records.ts';
import { showError, showToast } from '../../api/toasts.ts';
import { remember } from '../../api/undo.ts';
import { useRemove } from '../../api/write.ts';
import { numberFormat } from '../../format/locale.ts';
import { t } from '../../texts/index.ts';
import { useRights } from '../editable.ts';
import { Icon } from '../Icon.tsx';
import { usePast } from '../past.ts';
import { DateText } from '../texts.tsx';
import { type FileRow, linkField, linksOf, type Subject } from '../timeline/kinds.ts';
import { FileLink, fileUrl } from './FileLink.tsx';
import { Panel } from './Panel.tsx';
import classes from './record.module.css';

/** 482 kB, 1.2 MB. */
export function sizeText(bytes: number): string {
  const unit = bytes < 1e6 ? 'kilobyte' : 'megabyte';
  const n = bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) : bytes / 1e6;
  return numberFormat({ style: 'unit', unit, maximumFractionDigits: 1 }).format(n);
}

/** Sends files one after the other; each is a change of its own. */
async function upload(subject: Subject, files: File[]) {
  for (const file of files) {
    const form = new FormData();
    for (const [name, value] of Object.entries(linksOf(subject))) form.set(name, String(value));
    form.set('file', file);
    const { changeset } = await api.post<FileRow>('/files', form, { key: newKey() });
    remember(changeset, file.name, false);
    refreshKind('files');
  }
}

/** The documents of a record: dropped here or chosen, looked at, downloaded. */
export function Files({ subject }: { subject: Subject }) {
  const rights = useRights('files');
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState(0);
  const remove = useRemove('files');
  const files = useList<FileRow>('files', {
    [linkField[subject.kind]]: subject.row.id,
    sort: '-created_at',
    limit: 100,
    as_of: usePast()?.as_of,
  });
  const editable = rights.create;

  const send = async (list: FileList | null) => {
    const chosen = [...(list ?? [])];
    if (chosen.length === 0) return;
    setSending(chosen.length);
    try {
      await upload(subject, chosen);
      showToast({ tone: 'done', text: t('files.uploaded', { n: chosen.length }) });
    } catch (error) {
      showError(error);
    } finally {
      setSending(0);
      if (chooser.current) chooser.current.value = '';
    }
  };

  const rows = files.data?.data ?? [];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the plus chooses files by key; dropping is the other way
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(e) => {
        if (!editable || !e.dataTransfer.types.includes('Files')) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        if (!editable) return;
        e.preventDefault();
        setOver(false);
        send(e.dataTransfer.files);
      }}
    >
      <Panel
        title={t('files.title')}
        add={editable && { label: t('files.add'), run: () => chooser.current?.click() }}
      >
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label={t('files.add')}
          onChange={(e) => send(e.currentTarget.files)}
        />
        <ul>
          {rows.map((file) => (
            <li key={file.id} className={classes.file}>
              <Icon name={file.mime?.startsWith('image/') ? 'attach' : 'file'} small />
              <span className="cut grow">
                <FileLink file={file} />
              </span>
              <span className="t12 i3">{file.size !== null && sizeText(file.size)}</span>
              <span className="t12 i3">
                <DateText value={file.created_at} plain />
              </span>
              <ActionIcon
                component="a"
                size="xs"
                href={fileUrl(file)}
                download={file.name}
                aria-label={t('files.download', { name: file.name })}
              >
                <Icon name="download" small />
              </ActionIcon>
              {rights.delete && (
                <ActionIcon
                  size="xs"
                  aria-label={t('files.delete', { name: file.name })}
                  onClick={() => remove.mutate({ row: file, label: t('files.deleted', { name: file.name }) })}
                >
                  <Icon name="trash" small />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
        {sending > 0 && (
          <p className="t13 i2" role="status">
            {t('files.uploading', { n: sending })}
          </p>
        )}
        {rows.length === 0 && sending === 0 && (
          <p className="t13 i3">{editable ? t('files.drop') : t('files.empty')}</p>
        )}
      </Panel>
      {over && <p className={classes.dropping}>{t('files.dropping')}</p>}
    </div>
  );
}
