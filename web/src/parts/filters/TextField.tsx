import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../texts/index.ts';

interface Props {
  initial?: string;
  onSubmit: (text: string | null) => void;
}

/** Words to look for; enter takes them. */
export function TextField({ initial = '', onSubmit }: Props) {
  const [text, setText] = useState(initial);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        onSubmit(text.trim() || null);
      }}
    >
      <TextInput
        size="sm"
        data-autofocus
        placeholder={t('filter.contains')}
        aria-label={t('filter.contains')}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => e.key !== 'Escape' && e.stopPropagation()}
      />
    </form>
  );
}
