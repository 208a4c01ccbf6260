import { Menu } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { useList } from '../../api/records.ts';
import { useKind } from '../../api/session.ts';
import type { Deal, Row } from '../../api/types.ts';
import { useCreate, useRemove, useUpdate } from '../../api/write.ts';
import { Avatar } from '../../parts/Avatar.tsx';
import { useRights } from '../../parts/editable.ts';
import { recordPath } from '../../parts/fields/paths.ts';
import { RefPicker } from '../../parts/fields/RefPicker.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { usePast } from '../../parts/past.ts';
import { Panel } from '../../parts/record/Panel.tsx';
import { PersonWays } from '../../parts/record/PersonWays.tsx';
import classes from '../../parts/record/record.module.css';
import { t } from '../../texts/index.ts';

interface Contact extends Row {
  person_id: number;
  role: string | null;
  person?: Row | null;
}

/** Who takes part in the deal, and in which role. */
export function Contacts({ deal }: { deal: Deal }) {
  const editable = useRights('deals').update;
  const [adding, setAdding] = useState(false);
  const create = useCreate('deal_contacts');
  const as_of = usePast()?.as_of;
  const { data } = useList<Contact>('deal_contacts', {
    deal_id: deal.id,
    expand: 'person',
    limit: 100,
    as_of,
  });
  const contacts = data?.data ?? [];
  return (
    <Panel
      title={t('contacts.title')}
      add={editable && { label: t('contacts.add'), run: () => setAdding(true) }}
    >
      <ul>
        {contacts.map((contact) => (
          <ContactRow key={contact.id} contact={contact} editable={editable} />
        ))}
      </ul>
      {contacts.length === 0 && !adding && <p className="t13 i3">{t('contacts.empty')}</p>}
      {adding && (
        <RefPicker
          kind="people"
          label={t('contacts.add')}
          value={null}
          creatable
          autoFocus
          onBlur={() => setAdding(false)}
          onCancel={() => setAdding(false)}
          onChange={(id, person) => {
            setAdding(false);
            if (id === null || contacts.some((c) => c.person_id === id)) return;
            create.mutate({
              fields: { deal_id: deal.id, person_id: id, ...(contacts.length === 0 && { role: 'main' }) },
              label: t('contacts.added', { name: String(person?.name ?? '') }),
              quiet: true,
            });
          }}
        />
      )}
    </Panel>
  );
}

function ContactRow({ contact, editable }: { contact: Contact; editable: boolean }) {
  const { person } = contact;
  if (!person) return null;
  const name = String(person.name);
  return (
    <li className={classes.related}>
      <Avatar person={{ id: -1, name }} decorative large />
      <div className="grow">
        <p className="b cut">
          <Link href={recordPath('people', person.id) ?? ''}>{name}</Link>
        </p>
        <p className="i2 cut">{String(person.job_title ?? '')}</p>
      </div>
      <RoleMenu contact={contact} name={name} editable={editable} />
      <PersonWays person={person} />
    </li>
  );
}

function RoleMenu({ contact, name, editable }: { contact: Contact; name: string; editable: boolean }) {
  const update = useUpdate('deal_contacts');
  const remove = useRemove('deal_contacts');
  const choices = useKind('deal_contacts')?.fields.find((f) => f.name === 'role')?.choices ?? [];
  const role = choices.find((c) => c.key === contact.role);
  const tone = role?.key === 'main' ? 'accent' : (role?.tone ?? '');
  const shown = <span className={`tag ${tone}`}>{role?.label ?? t('contacts.noRole')}</span>;
  if (!editable) return role ? shown : null;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <button type="button" aria-label={`${t('contacts.role', { name })}: ${role?.label ?? ''}`}>
          {shown}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map((choice) => (
          <Menu.Item
            key={choice.key}
            rightSection={choice.key === contact.role && <Icon name="tick" small />}
            onClick={() =>
              update.mutate({
                row: contact,
                fields: { role: choice.key },
                label: t('contacts.roleSet', { name }),
                quiet: true,
              })
            }
          >
            {choice.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<Icon name="trash" small />}
          onClick={() => remove.mutate({ row: contact, label: t('contacts.removed', { name }) })}
        >
          {t('contacts.remove', { name })}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
