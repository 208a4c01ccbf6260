import { Button, Loader, Select } from '@mantine/core';
import { useRef, useState } from 'react';
import { useMeta } from '../../api/session.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import classes from './import.module.css';
import { PastImports } from './PastImports.tsx';

/* What people bring along, most usual first; whatever else may be created follows. */
const usual = ['deals', 'organisations', 'people', 'leads', 'activities', 'products', 'notes'];

interface Props {
  kind: string;
  onKind: (kind: string) => void;
  onFile: (file: File) => void;
  /** The name of the file under way. */
  reading: string | null;
}

/** Which kind, which file; below, what was imported before. */
export function FileStep({ kind, onKind, onFile, reading }: Props) {
  const { kinds } = useMeta();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const offered = usual.flatMap((name) => kinds.filter((k) => k.name === name && k.can.create));
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  return (
    <>
      <section className={`panel ${classes.box}`}>
        <Select
          label={t('import.what')}
          className={classes.kind}
          data={offered.map((k) => ({ value: k.name, label: k.labels }))}
          value={kind}
          onChange={(next) => next && onKind(next)}
          allowDeselect={false}
        />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is the pointer's way; the button is everybody's */}
        <div
          className={classes.drop}
          data-over={over || undefined}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(e) => {
            e.preventDefault();
            setOver(false);
            take(e.dataTransfer.files);
          }}
        >
          {reading ? (
            <p className="row" role="status">
              <Loader size={16} />
              {t('import.reading', { name: reading })}
            </p>
          ) : (
            <>
              <Icon name="upload" />
              <p className="t16 b">{t('import.drop')}</p>
              <p className="t13 i2">{t('import.dropHint')}</p>
              <Button variant="filled" onClick={() => input.current?.click()}>
                {t('import.choose')}
              </Button>
              <input
                ref={input}
                type="file"
                hidden
                aria-label={t('import.choose')}
                accept=".csv,.tsv,.txt,text/csv,text/plain"
                onChange={(e) => {
                  take(e.currentTarget.files);
                  e.currentTarget.value = '';
                }}
              />
            </>
          )}
        </div>
      </section>
      <PastImports />
    </>
  );
}
