import { Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../api/client.ts';
import { useMeta } from '../api/session.ts';
import { store, useStore } from '../api/store.ts';
import type { SearchHit } from '../api/types.ts';
import { type Action, allActions, keyText, registered } from '../keys/registry.ts';
import { recordPath } from '../parts/fields/paths.ts';
import { Icon } from '../parts/Icon.tsx';
import type { IconName } from '../parts/shapes.tsx';
import { t } from '../texts/index.ts';
import classes from './palette.module.css';
import { recent, type Visit } from './recent.ts';

const open = store(false);
export const openPalette = () => open.set(true);

interface Entry {
  id: string;
  group: string;
  label: string;
  hint?: string;
  icon?: IconName;
  keys?: string;
  run: () => void;
}

const kindIcons: Record<string, IconName> = {
  deals: 'deal',
  organisations: 'organisation',
  people: 'people',
  activities: 'activity',
  notes: 'note',
  files: 'file',
  leads: 'inbox',
  products: 'box',
};

/** Everything a menu does, and every record, found by typing. `>` narrows it to actions. */
export function Palette() {
  return useStore(open) ? <OpenPalette /> : null;
}

function OpenPalette() {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const entries = useEntries(text);
  const at = Math.min(chosen, entries.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed starts the choice anew
  useEffect(() => setChosen(0), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen entry is kept in sight
  useEffect(
    () => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
    [at],
  );

  const close = () => open.set(false);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    /* After the dialog has given the focus back, so that the action may move it. */
    setTimeout(entry.run, 0);
  };
  const press = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((at + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(entries[at]);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      transitionProps={{ duration: 0 }}
      padding={0}
      size={600}
      yOffset="12vh"
      centered={false}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    >
      <TextInput
        data-autofocus
        autoFocus
        size="lg"
        className={classes.input}
        classNames={{ input: classes.field }}
        leftSection={<Icon name="search" />}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        role="combobox"
        aria-expanded={entries.length > 0}
        aria-controls={entries.length > 0 ? 'palette-list' : undefined}
        aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={press}
      />
      {entries.length === 0 ? (
        <p className={classes.nothing}>{t('palette.nothing')}</p>
      ) : (
        <div
          ref={list}
          id="palette-list"
          role="listbox"
          aria-label={t('palette.title')}
          className={classes.list}
        >
          {entries.map((entry, i) => (
            <PaletteRow
              key={entry.id}
              entry={entry}
              id={`palette-${i}`}
              heading={entry.group !== entries[i - 1]?.group}
              chosen={i === at}
              onHover={() => setChosen(i)}
              onRun={() => run(entry)}
            />
          ))}
        </div>
      )}
    </Modal>
  );
}

interface RowProps {
  entry: Entry;
  id: string;
  heading: boolean;
  chosen: boolean;
  onHover: () => void;
  onRun: () => void;
}

function PaletteRow({ entry, id, heading, chosen, onHover, onRun }: RowProps) {
  return (
    <>
      {heading && (
        <div className={classes.heading} role="presentation">
          {entry.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field keeps the focus and handles the keys */}
      <div
        id={id}
        role="option"
        aria-selected={chosen}
        className={classes.entry}
        onMouseMove={onHover}
        onClick={onRun}
      >
        {entry.icon ? <Icon name={entry.icon} small /> : <span className={classes.blank} />}
        <span className="cut">{entry.label}</span>
        {entry.hint && <span className="cut t12 i3">{entry.hint}</span>}
        {entry.keys && <Keys keys={entry.keys} />}
      </div>
    </>
  );
}

function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keys.split(' ').map((key, i) => (
        <kbd key={i}>{keyText(key)}</kbd>
      ))}
    </span>
  );
}

function useEntries(text: string): Entry[] {
  const all = useStore(registered);
  const visits = useStore(recent);
  const hits = useHits(text);
  const visit = useVisitEntry();
  const found = useHitEntry();
  return useMemo(() => {
    void all;
    const word = text.replace(/^>/, '').trim().toLowerCase();
    const actions = allActions()
      .filter((a) => !a.keyOnly && matches(a, word))
      .sort((a, b) => order[a.group] - order[b.group])
      .map(actionEntry);
    if (text.startsWith('>')) return actions;
    const seen = word === '' ? visits.map(visit) : [];
    return word === ''
      ? [...actions.filter((a) => a.first), ...seen, ...actions.filter((a) => !a.first)]
      : [...actions.slice(0, 6), ...hits.map(found)];
  }, [all, visits, hits, text, visit, found]);
}

const order = { card: 0, record: 1, board: 2, do: 3, go: 4 };

const matches = (action: Action, word: string) => {
  const text = `${action.label} ${action.words ?? ''}`.toLowerCase();
  return word.split(/\s+/).every((part) => text.includes(part));
};

const actionEntry = (action: Action): Entry & { first: boolean } => ({
  id: `action-${action.id}`,
  group: t(`keys.group.${action.group}`),
  label: action.label,
  icon: action.icon,
  keys: action.keys?.[0],
  run: action.run,
  first: action.group === 'card' || action.group === 'record',
});

function useVisitEntry() {
  const [, navigate] = useLocation();
  return useMemo(
    () => (visit: Visit) => ({
      id: `visit-${visit.kind}-${visit.id}`,
      group: t('palette.recent'),
      label: visit.title,
      icon: kindIcons[visit.kind],
      run: () => navigate(recordPath(visit.kind, visit.id) ?? '/'),
    }),
    [navigate],
  );
}

function useHitEntry() {
  const [, navigate] = useLocation();
  const meta = useMeta();
  return useMemo(
    () => (hit: SearchHit) => ({
      id: `hit-${hit.kind}-${hit.id}`,
      group: meta.kinds.find((k) => k.name === hit.kind)?.labels ?? hit.kind,
      label: hit.title,
      hint: hit.subtitle ?? undefined,
      icon: kindIcons[hit.kind],
      run: () => navigate(recordPath(hit.kind, hit.id) ?? '/'),
    }),
    [meta, navigate],
  );
}

const noHits: SearchHit[] = [];

function useHits(text: string): SearchHit[] {
  const [asked] = useDebouncedValue(text.trim(), 120);
  const { data } = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => api.get<{ data: SearchHit[] }>('/search', { q: asked, limit: 20 }, signal),
    enabled: asked.length > 1 && !asked.startsWith('>'),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const reachable = useMemo(
    () =>
      (data?.data ?? noHits).filter((hit) => recordPath(hit.kind, hit.id)).sort(byKind(data?.data ?? noHits)),
    [data],
  );
  return text.trim().length > 1 ? reachable : noHits;
}

/* Hits of a kind stand together; kinds in the order of their best hit. */
const byKind = (hits: SearchHit[]) => {
  const rank = new Map<string, number>();
  for (const [i, hit] of hits.entries()) if (!rank.has(hit.kind)) rank.set(hit.kind, i);
  return (a: SearchHit, b: SearchHit) => rank.get(a.kind)! - rank.get(b.kind)!;
};
