import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { errorText } from '../../api/toasts.ts';
import { useCreate } from '../../api/write.ts';
import { moneyText } from '../../format/money.ts';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';
import { type Card, type Column, showNewCard } from './data.ts';
import { readLine } from './quickLine.ts';
import { adding, focus } from './state.ts';

interface Props {
  column: Column;
  currency: string;
  pipeline: number;
}

/** A line to write a deal in: enter saves it and waits for the next, esc leaves. An amount at the end is its value. */
export function QuickAdd({ column, currency, pipeline }: Props) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const create = useCreate<Card>('deals');
  const line = readLine(text, currency);
  const leave = () => {
    adding.set(null);
    focus.set((now) => now && { ...now, grab: true });
  };
  const save = () => {
    if (!line.title || create.isPending) return;
    const { title, value, currency: in_ } = line;
    create.mutate(
      {
        fields: {
          title,
          pipeline_id: pipeline,
          stage_id: column.id,
          currency: in_,
          ...(value !== null && { value }),
        },
        label: t('board.added', { title }),
        quiet: true,
      },
      {
        onSuccess: ({ data }) => {
          setText('');
          setProblem(null);
          showNewCard(data);
        },
        onError: (error) => setProblem(errorText(error)),
      },
    );
  };
  return (
    <form
      className={classes.quick}
      onSubmit={(e) => {
        e.preventDefault();
        save();
      }}
    >
      <TextInput
        // A line opened by a key or a click is where the person wants to write.
        autoFocus
        aria-label={t('board.addTo', { stage: column.name })}
        placeholder={t('board.quickHint')}
        value={text}
        error={problem}
        maxLength={240}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => e.key === 'Escape' && leave()}
        onBlur={() => text.trim() === '' && adding.set((now) => (now === column.id ? null : now))}
      />
      <p className="t12 i3">
        {line.value === null
          ? t('board.quickKeys')
          : t('board.quickRead', { title: line.title, value: moneyText(line.value, line.currency) })}
      </p>
    </form>
  );
}
