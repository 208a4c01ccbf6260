import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api } from '../../api/client.ts';
import { signedOutUnasked, startSession } from '../../api/session.ts';
import { useStore } from '../../api/store.ts';
import { errorText } from '../../api/toasts.ts';
import type { Session } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { EntryFrame } from './EntryFrame.tsx';
import classes from './entry.module.css';

const problemText = (error: unknown) => {
  if (!(error instanceof ApiError)) return errorText(error);
  if (error.status === 401 || error.status === 422) return t('signin.wrong');
  return error.status === 429 ? t('signin.tooMany') : errorText(error);
};

export default function SignInPage() {
  const unasked = useStore(signedOutUnasked);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.post<Session>('/session', { email: email.trim(), password }),
    retry: false,
    onSuccess: ({ data }) => startSession(data),
  });
  return (
    <EntryFrame title={t('signin.title')}>
      <form
        className={classes.form}
        onSubmit={(e) => {
          e.preventDefault();
          signIn.mutate();
        }}
      >
        {unasked && !signIn.isError && <p className="t13 i2">{t('error.signedOut')}</p>}
        {signIn.isError && (
          <p className={classes.problem} role="alert">
            {problemText(signIn.error)}
          </p>
        )}
        <TextInput
          label={t('signin.email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(e) => setEmail(e.currentTarget.value)}
        />
        <PasswordInput
          label={t('signin.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <Button type="submit" variant="filled" loading={signIn.isPending}>
          {t('signin.submit')}
        </Button>
        <p className="t12 i3">{t('signin.forgot')}</p>
      </form>
    </EntryFrame>
  );
}
