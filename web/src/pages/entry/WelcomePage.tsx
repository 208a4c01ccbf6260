import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError, api } from '../../api/client.ts';
import { startSession } from '../../api/session.ts';
import { errorText } from '../../api/toasts.ts';
import type { Session } from '../../api/types.ts';
import { ErrorState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { currencyChoices, zoneChoices } from './choices.ts';
import { EntryFrame } from './EntryFrame.tsx';
import classes from './entry.module.css';

interface LinkInfo {
  purpose: 'setup' | 'signin' | 'invite' | 'reset';
  name?: string;
  email?: string;
}

const shortest = 10;

/** Where a link from the console or an admin leads: first set-up, an invitation, a new password, or straight in. */
export default function WelcomePage({ token }: { token: string }) {
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: ({ signal }) => api.get<LinkInfo>(`/links/${encodeURIComponent(token)}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (link.isPending) return null;
  if (link.isError)
    return link.error instanceof ApiError && link.error.status === 404 ? (
      <EntryFrame title={t('welcome.gone')} hint={t('welcome.goneHint')}>
        <Button component="a" href="/" variant="filled" mt="md">
          {t('welcome.toSignIn')}
        </Button>
      </EntryFrame>
    ) : (
      <ErrorState error={link.error} retry={link.refetch} />
    );
  return link.data.purpose === 'setup' ? <Setup token={token} /> : <Join token={token} link={link.data} />;
}

function useEnter(token: string) {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: (body: Record<string, string>) =>
      api.post<Session>(`/links/${encodeURIComponent(token)}`, body),
    retry: false,
    onSuccess: ({ data }) => {
      startSession(data);
      navigate('/', { replace: true });
    },
  });
}

const fieldProblem = (error: unknown, name: string) =>
  error instanceof ApiError ? error.field(name) : undefined;

function Problem({ error }: { error: unknown }) {
  if (!error || (error instanceof ApiError && error.errors.length > 0)) return null;
  return (
    <p className={classes.problem} role="alert">
      {errorText(error)}
    </p>
  );
}

function Setup({ token }: { token: string }) {
  const enter = useEnter(token);
  const [form, setForm] = useState({
    name: '',
    email: '',
    password: '',
    workspace_name: '',
    base_currency: 'EUR',
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const set = (name: keyof typeof form) => (value: string | null) =>
    setForm({ ...form, [name]: value ?? '' });
  const text = (name: keyof typeof form) => ({
    name,
    required: true,
    withAsterisk: false,
    value: form[name],
    error: fieldProblem(enter.error, name),
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => set(name)(e.currentTarget.value),
  });
  const short = form.password.length < shortest;
  return (
    <EntryFrame title={t('welcome.setupTitle')} hint={t('welcome.setupHint')}>
      <form
        className={classes.form}
        onSubmit={(e) => {
          e.preventDefault();
          if (!short) enter.mutate(form);
        }}
      >
        <Problem error={enter.error} />
        <fieldset>
          <legend>{t('welcome.you')}</legend>
          <TextInput {...text('name')} label={t('welcome.name')} autoComplete="name" />
          <TextInput {...text('email')} label={t('signin.email')} type="email" autoComplete="username" />
          <NewPassword
            value={form.password}
            onChange={set('password')}
            problem={fieldProblem(enter.error, 'password')}
          />
        </fieldset>
        <fieldset>
          <legend>{t('welcome.workspace')}</legend>
          <TextInput
            {...text('workspace_name')}
            label={t('welcome.workspaceName')}
            autoComplete="organization"
          />
          <Select
            label={t('welcome.currency')}
            description={t('welcome.currencyHint')}
            searchable
            allowDeselect={false}
            data={currencyChoices()}
            value={form.base_currency}
            error={fieldProblem(enter.error, 'base_currency')}
            onChange={set('base_currency')}
          />
          <Select
            label={t('welcome.zone')}
            searchable
            allowDeselect={false}
            data={zoneChoices()}
            value={form.time_zone}
            error={fieldProblem(enter.error, 'time_zone')}
            onChange={set('time_zone')}
          />
        </fieldset>
        <Button type="submit" variant="filled" loading={enter.isPending}>
          {t('welcome.submit')}
        </Button>
      </form>
    </EntryFrame>
  );
}

function Join({ token, link }: { token: string; link: LinkInfo }) {
  const enter = useEnter(token);
  const [password, setPassword] = useState('');
  const name = link.name ?? link.email ?? '';
  const signin = link.purpose === 'signin';
  const title = signin
    ? t('welcome.signinTitle', { name })
    : link.purpose === 'reset'
      ? t('welcome.resetTitle')
      : t('welcome.inviteTitle', { name });
  return (
    <EntryFrame
      title={title}
      hint={signin ? link.email : t('welcome.inviteHint', { email: link.email ?? name })}
    >
      <form
        className={classes.form}
        onSubmit={(e) => {
          e.preventDefault();
          if (signin) enter.mutate({});
          else if (password.length >= shortest) enter.mutate({ password });
        }}
      >
        <Problem error={enter.error} />
        {!signin && (
          <>
            <input type="hidden" name="email" autoComplete="username" value={link.email ?? ''} readOnly />
            <NewPassword
              value={password}
              onChange={setPassword}
              problem={fieldProblem(enter.error, 'password')}
            />
          </>
        )}
        <Button type="submit" variant="filled" loading={enter.isPending}>
          {t(signin ? 'welcome.signinSubmit' : 'welcome.join')}
        </Button>
      </form>
    </EntryFrame>
  );
}

interface PasswordProps {
  value: string;
  onChange: (value: string) => void;
  problem?: string;
}

function NewPassword({ value, onChange, problem }: PasswordProps) {
  const [left, setLeft] = useState(false);
  const short = left && value !== '' && value.length < shortest;
  return (
    <PasswordInput
      label={t('signin.password')}
      description={t('welcome.passwordHint')}
      name="password"
      autoComplete="new-password"
      required
      withAsterisk={false}
      minLength={shortest}
      value={value}
      error={short ? t('welcome.passwordShort') : problem}
      onBlur={() => setLeft(true)}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
