import { ActionIcon } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { mayUpdate, useKind, useSession } from '../../api/session.ts';
import { showError } from '../../api/toasts.ts';
import type { Row, User } from '../../api/types.ts';
import { useUpdate } from '../../api/write.ts';
import { relativeText } from '../../format/dates.ts';
import { Avatar } from '../../parts/Avatar.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import { KindList } from './KindList.tsx';
import { OnceDialog } from './OnceDialog.tsx';
import classes from './settings.module.css';

interface Link {
  name: string;
  link: string;
  expires_at: string;
}

/** Who works here: their role and team, whether they may come in, and the link that lets them. */
export function Users() {
  const meta = useKind('users');
  const { user: me } = useSession();
  const update = useUpdate('users');
  const [link, setLink] = useState<Link | null>(null);
  const invite = async (user: { id: number; name?: unknown }) => {
    try {
      const { data } = await api.post<Omit<Link, 'name'>>(`/users/${user.id}/invite`, {});
      setLink({ name: String(user.name), ...data });
    } catch (error) {
      showError(error);
    }
  };
  const turn = (user: User) =>
    update.mutate({
      row: user,
      fields: { active: !user.active },
      label: t(user.active ? 'settings.deactivated' : 'settings.activated', { name: user.name }),
    });
  return (
    <>
      <KindList
        kind="users"
        sort="-active,name"
        columns={['email', 'role', 'team_id']}
        form={['name', 'email', 'role', 'team_id']}
        name={(row) => (
          <span className="row">
            <Avatar person={{ id: row.id, name: String(row.name) }} decorative />
            <span className="cut">{String(row.name)}</span>
          </span>
        )}
        marks={(row) => <UserMarks user={row} />}
        actions={(row) => {
          const user = row as unknown as User;
          return (
            mayUpdate(meta) && (
              <>
                {user.active && user.email ? (
                  <ActionIcon
                    aria-label={t(row.password_set_at ? 'settings.reset' : 'settings.invite', {
                      name: user.name,
                    })}
                    title={t(row.password_set_at ? 'settings.reset' : 'settings.invite', { name: user.name })}
                    onClick={() => invite(row)}
                  >
                    <Icon name="key" small />
                  </ActionIcon>
                ) : (
                  <span className={classes.gap} />
                )}
                {row.id === me.id ? (
                  <span className={classes.gap} />
                ) : (
                  <ActionIcon
                    aria-label={t(user.active ? 'settings.deactivate' : 'settings.activate', {
                      name: user.name,
                    })}
                    title={t(user.active ? 'settings.deactivate' : 'settings.activate', { name: user.name })}
                    onClick={() => turn(user)}
                  >
                    <Icon name={user.active ? 'lock' : 'tick'} small />
                  </ActionIcon>
                )}
              </>
            )
          );
        }}
        onCreated={(row) => row.email && invite(row as Row & { name: unknown })}
      />
      {link && (
        <OnceDialog
          title={t('settings.inviteTitle', { name: link.name })}
          hint={t('settings.inviteHint', { when: relativeText(link.expires_at) })}
          label={t('settings.inviteTitle', { name: link.name })}
          text={new URL(link.link, location.origin).href}
          onClose={() => setLink(null)}
        />
      )}
    </>
  );
}

function UserMarks({ user }: { user: Row }) {
  if (user.active === false) return <span className="tag lost">{t('settings.inactive')}</span>;
  return user.password_set_at === null ? (
    <span className={`tag ${classes.quiet}`}>{t('settings.notInvited')}</span>
  ) : null;
}
