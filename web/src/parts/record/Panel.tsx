import { ActionIcon } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { Icon } from '../Icon.tsx';

interface Props {
  title: string;
  beside?: ReactNode;
  /** What the plus in the corner does, if there is one. */
  add?: { label: string; run: () => void } | false;
  children: ReactNode;
}

/** A titled box of the page, with a plus where something can be added. */
export function Panel({ title, beside, add, children }: Props) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <span className="grow" />
        {beside}
        {add && (
          <ActionIcon aria-label={add.label} title={add.label} onClick={add.run}>
            <Icon name="plus" />
          </ActionIcon>
        )}
      </header>
      <div className="body">{children}</div>
    </section>
  );
}
