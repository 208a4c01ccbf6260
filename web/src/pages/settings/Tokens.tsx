import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { t } from '../../texts/index.ts';
import { KindList } from './KindList.tsx';
import { OnceDialog } from './OnceDialog.tsx';

/** Keys for scripts; the text of a new one is shown once. */
export function Tokens() {
  const { user } = useSession();
  const [made, setMade] = useState<string | null>(null);
  return (
    <>
      <KindList
        kind="tokens"
        columns={user.role === 'admin' ? ['user_id', 'scope', 'expires_at'] : ['scope', 'expires_at']}
        form={
          user.role === 'admin' ? ['name', 'user_id', 'scope', 'expires_at'] : ['name', 'scope', 'expires_at']
        }
        given={{ user_id: user.id, scope: 'write' }}
        fixed={['user_id']}
        onCreated={(row) => setMade(String(row.token ?? row.secret ?? ''))}
      />
      {made && (
        <OnceDialog
          title={t('settings.tokenTitle')}
          hint={t('settings.tokenHint')}
          label={t('settings.tokenText')}
          text={made}
          onClose={() => setMade(null)}
        />
      )}
    </>
  );
}
