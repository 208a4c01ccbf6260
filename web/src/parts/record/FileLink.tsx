import { Modal } from '@mantine/core';
import { useState } from 'react';
import { apiUrl } from '../../api/client.ts';
import { t } from '../../texts/index.ts';
import type { FileRow } from '../timeline/kinds.ts';
import classes from './record.module.css';

export const fileUrl = (file: FileRow, inline = false) =>
  apiUrl(`/files/${file.id}/content`, inline ? { inline: 1 } : undefined);

const previewable = /^(image\/(png|jpeg|gif|webp|avif|svg\+xml)|application\/pdf)$/;

/** A file's name: a picture or a PDF opens here, anything else is downloaded. */
export function FileLink({ file }: { file: FileRow }) {
  const [open, setOpen] = useState(false);
  if (!previewable.test(file.mime ?? ''))
    return (
      <a className="link" href={fileUrl(file)} download={file.name}>
        {file.name}
      </a>
    );
  return (
    <>
      <button
        type="button"
        className={classes.fileLink}
        title={t('files.preview', { name: file.name })}
        onClick={() => setOpen(true)}
      >
        {file.name}
      </button>
      <Modal opened={open} onClose={() => setOpen(false)} title={file.name} size="80rem">
        {open &&
          (file.mime === 'application/pdf' ? (
            <iframe className={classes.preview} src={fileUrl(file, true)} title={file.name} />
          ) : (
            <img className={classes.picture} src={fileUrl(file, true)} alt={file.name} />
          ))}
      </Modal>
    </>
  );
}
