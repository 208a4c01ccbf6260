import {
  Button,
  PasswordInput,
  SegmentedControl,
  Select,
  TextInput,
  useMantineColorScheme,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api } from '../../api/client.ts';
import { queries } from '../../api/query.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { errorText, showToast } from '../../api/toasts.ts';
import { t } from '../../texts/index.ts';
import { localeChoices } from './locales.ts';
import classes from './settings.module.css';

/** One's own name, mail, way of writing numbers, password and appearance. */
export function Account() {
  return (
    <>
      <You />
      <Password />
      <Appearance />
    </>
  );
}

function You() {
  const { user } = useSession();
  const [draft, setDraft] = useState<Record<string, string | null>>({});
  const now = { ...user, ...draft };
  const save = useMutation({
    mutationFn: () => api.patch('/me', draft),
    retry: false,
    onSuccess: () => {
      setDraft({});
      queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      queries.invalidateQueries({ queryKey: ['rows', 'users'] });
      showToast({ tone: 'done', text: t('settings.saved') });
    },
  });
  const refused = save.error instanceof ApiError ? save.error : null;
  return (
    <form
      className={`panel ${classes.form}`}
      aria-labelledby="you"
      onSubmit={(e) => {
        e.preventDefault();
        save.mutate();
      }}
    >
      <h2 id="you" className="t14 b">
        {t('settings.you')}
      </h2>
      <TextInput
        label={t('settings.name')}
        autoComplete="name"
        value={now.name}
        error={refused?.field('name')}
        onChange={(e) => setDraft({ ...draft, name: e.currentTarget.value })}
      />
      <TextInput
        label={t('settings.email')}
        type="email"
        autoComplete="email"
        value={now.email}
        error={refused?.field('email')}
        onChange={(e) => setDraft({ ...draft, email: e.currentTarget.value })}
      />
      <Select
        label={t('settings.locale')}
        description={t('settings.localeHint')}
        placeholder={t('settings.localeAuto')}
        searchable
        clearable
        data={localeChoices(user.locale ?? null)}
        value={now.locale ?? null}
        error={refused?.field('locale')}
        onChange={(locale) => setDraft({ ...draft, locale })}
      />
      <Refusal error={save.error} fields={['name', 'email', 'locale']} />
      <div>
        <Button
          type="submit"
          variant="filled"
          loading={save.isPending}
          disabled={Object.keys(draft).length === 0}
        >
          {t('action.save')}
        </Button>
      </div>
    </form>
  );
}

function Password() {
  const { user } = useSession();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () => api.post('/me/password', { current, password }),
    retry: false,
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      queries.invalidateQueries({ queryKey: ['sessions'] });
      showToast({ tone: 'done', text: t('settings.passwordSet') });
    },
  });
  const refused = save.error instanceof ApiError ? save.error : null;
  return (
    <form
      className={`panel ${classes.form}`}
      aria-labelledby="password"
      onSubmit={(e) => {
        e.preventDefault();
        save.mutate();
      }}
    >
      <h2 id="password" className="t14 b">
        {t('settings.password')}
      </h2>
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      <PasswordInput
        label={t('settings.currentPassword')}
        autoComplete="current-password"
        value={current}
        error={refused?.field('current')}
        onChange={(e) => setCurrent(e.currentTarget.value)}
      />
      <PasswordInput
        label={t('settings.newPassword')}
        description={t('settings.passwordHint')}
        autoComplete="new-password"
        value={password}
        error={refused?.field('password')}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <Refusal error={save.error} fields={['current', 'password']} />
      <div>
        <Button type="submit" loading={save.isPending} disabled={!current || password.length < 10}>
          {t('settings.setPassword')}
        </Button>
      </div>
    </form>
  );
}

function Refusal({ error, fields }: { error: unknown; fields: string[] }) {
  if (!error || (error instanceof ApiError && fields.some((name) => error.field(name)))) return null;
  return (
    <p role="alert" className="t13 is-overdue">
      {errorText(error)}
    </p>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={`panel ${classes.form}`} aria-labelledby="appearance">
      <h2 id="appearance" className="t14 b">
        {t('settings.theme')}
      </h2>
      <SegmentedControl
        aria-labelledby="appearance"
        data={[
          { value: 'auto', label: t('account.themeAuto') },
          { value: 'light', label: t('account.themeLight') },
          { value: 'dark', label: t('account.themeDark') },
        ]}
        value={colorScheme}
        onChange={(scheme) => setColorScheme(scheme as typeof colorScheme)}
      />
    </section>
  );
}
