import { ActionIcon } from '@mantine/core';
import type { Row } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../Icon.tsx';

/** One click to call or write to somebody, as far as the number and address are known. */
export function PersonWays({ person }: { person: Row }) {
  const name = String(person.name);
  const phone = (person.phone ?? person.mobile) as string | null;
  return (
    <>
      {phone && (
        <ActionIcon
          component="a"
          href={`tel:${phone.replace(/[^\d+]/g, '')}`}
          title={phone}
          aria-label={t('contacts.call', { name })}
        >
          <Icon name="phone" small />
        </ActionIcon>
      )}
      {person.email ? (
        <ActionIcon
          component="a"
          href={`mailto:${person.email}`}
          title={String(person.email)}
          aria-label={t('contacts.mail', { name })}
        >
          <Icon name="mail" small />
        </ActionIcon>
      ) : null}
    </>
  );
}
