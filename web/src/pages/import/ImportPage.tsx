import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { api } from '../../api/client.ts';
import { useAll } from '../../api/records.ts';
import { useMeta, useSession } from '../../api/session.ts';
import { showError } from '../../api/toasts.ts';
import type { Pipeline } from '../../api/types.ts';
import { setAddress } from '../../parts/past.ts';
import { EmptyState } from '../../parts/states.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { t } from '../../texts/index.ts';
import { type Draft, draftOf, keepMap, keptMap, sealed, withStatuses } from './draft.ts';
import { FileStep } from './FileStep.tsx';
import { FoundPanel } from './FoundPanel.tsx';
import classes from './import.module.css';
import { MapStep } from './MapStep.tsx';
import { PreviewStep } from './PreviewStep.tsx';
import { RunStep } from './RunStep.tsx';
import { columnTexts, type Texts } from './texts.ts';
import type { ImportMap, Preview, Run, Upload } from './types.ts';

const steps = ['file', 'map', 'preview', 'run'] as const;
type Step = (typeof steps)[number];

/**
 * From a file to records, in four steps: the file, where its columns go, what would change, and the run. A run is in
 * the address, so that it can be left and come back to.
 */
export default function ImportPage() {
  const params = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const running = Number(params.get('run')) || null;
  const meta = useMeta();
  const { workspace } = useSession();
  const pipelines = useAll<Pipeline>('pipelines', { sort: 'position' });
  const [chosen, setChosen] = useState(params.get('kind') ?? 'deals');
  const [upload, setUpload] = useState<Upload | null>(null);
  const [texts, setTexts] = useState<Texts>(new Map());
  const [draft, setDraft] = useState<Draft | null>(null);
  const [fromKept, setFromKept] = useState(false);
  const [looked, setLooked] = useState<Preview | null>(null);
  const kind = meta.kinds.find((k) => k.name === (upload?.kind ?? chosen));

  const given = () => ({
    ...(kind?.fields.some((f) => f.name === 'currency') ? { currency: workspace.base_currency } : {}),
    ...(kind?.name === 'deals' ? { pipeline_id: pipelines[0]?.id ?? null } : {}),
  });
  const begun = (file: Upload, map: ImportMap, found: Texts) => {
    const first = draftOf(file, map, given());
    return kind ? withStatuses(first, kind, found) : first;
  };
  const send = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.set('kind', chosen);
      form.set('file', file, file.name);
      const { data } = await api.post<Upload>('/imports', form);
      return { data, texts: await columnTexts(file, data) };
    },
    retry: false,
    onError: showError,
    onSuccess: ({ data, texts: found }) => {
      const kept = keptMap(data);
      setUpload(data);
      setTexts(found);
      setFromKept(kept !== null);
      setDraft(begun(data, kept ?? data.suggested, found));
    },
  });
  const look = useMutation({
    mutationFn: async () =>
      (await api.post<Preview>(`/imports/${upload!.id}/preview`, { map: sealed(draft!) })).data,
    retry: false,
    onSuccess: setLooked,
  });
  const run = useMutation({
    mutationFn: async () => (await api.post<Run>(`/imports/${upload!.id}/run`, { map: sealed(draft!) })).data,
    retry: false,
    onError: showError,
    onSuccess: () => {
      keepMap(upload!, sealed(draft!));
      setAddress({ run: String(upload!.id) }, false);
    },
  });
  const again = () => {
    setUpload(null);
    setDraft(null);
    setLooked(null);
    look.reset();
    navigate('/import');
  };

  const step: Step = running ? 'run' : !upload || !draft ? 'file' : looked ? 'preview' : 'map';
  return (
    <Frame title={t('import.title')} crumbs={[{ label: t('import.title') }]}>
      <div className={classes.page}>
        <ol className={classes.steps} aria-label={t('import.steps')}>
          {steps.map((name) => (
            <li key={name} aria-current={name === step ? 'step' : undefined}>
              {t(`import.step.${name}`)}
            </li>
          ))}
        </ol>
        {running ? (
          <RunStep key={running} id={running} onAgain={again} />
        ) : !upload || !draft ? (
          <FileStep
            kind={chosen}
            onKind={setChosen}
            onFile={(file) => send.mutate(file)}
            reading={send.isPending ? (send.variables?.name ?? '') : null}
          />
        ) : !kind ? (
          <EmptyState icon="lock" title={t('load.gone')} hint={t('load.goneHint')} />
        ) : looked ? (
          <PreviewStep
            kind={kind}
            preview={looked}
            busy={run.isPending}
            onRun={() => run.mutate()}
            onBack={() => setLooked(null)}
          />
        ) : (
          <>
            <FoundPanel upload={upload} draft={draft} onDraft={setDraft} onAnother={again} />
            <MapStep
              upload={upload}
              kind={kind}
              draft={draft}
              texts={texts}
              fromKept={fromKept}
              onForget={() => {
                setFromKept(false);
                setDraft(begun(upload, upload.suggested, texts));
              }}
              onDraft={setDraft}
              onPreview={() => look.mutate()}
              busy={look.isPending}
              error={look.error}
            />
          </>
        )}
      </div>
    </Frame>
  );
}
