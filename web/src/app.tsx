import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { metaQuery, sessionQuery } from './api/session.ts';
import { Boundary, EmptyState, ErrorState } from './parts/states.tsx';
import { home, pages, preload } from './routes.ts';
import { Frame } from './shell/Frame.tsx';
import { PageWait } from './shell/PageWait.tsx';
import { Shell } from './shell/Shell.tsx';
import { t } from './texts/index.ts';

const SignInPage = lazy(() => import('./pages/entry/SignInPage.tsx'));
const WelcomePage = lazy(() => import('./pages/entry/WelcomePage.tsx'));

if (!location.pathname.startsWith('/welcome/')) preload(location.pathname);

/** Who is there decides what is shown: a welcome link, the sign-in page, or the shell with its pages. */
export function App() {
  return (
    <Boundary>
      <Suspense fallback={null}>
        <Switch>
          <Route path="/welcome/:token">{({ token }) => <WelcomePage token={token} />}</Route>
          <Route>
            <SignedIn />
          </Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}

function SignedIn() {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  usePrefetchQuery(metaQuery);
  if (session === undefined) return error ? <ErrorState error={error} retry={refetch} /> : null;
  if (session === null) return <SignInPage />;
  return (
    <Suspense fallback={null}>
      <Shell>
        <Switch>
          {pages.map(({ path, page: Page }) => (
            <Route key={path} path={path}>
              {(params) => (
                <Boundary key={path}>
                  <Suspense fallback={<PageWait />}>
                    <Page {...params} />
                  </Suspense>
                </Boundary>
              )}
            </Route>
          ))}
          <Route path="/">
            <Redirect to={home} replace />
          </Route>
          <Route>
            <Frame title={t('load.gone')} crumbs={[{ label: t('load.gone') }]}>
              <EmptyState icon="search" title={t('load.gone')} hint={t('load.goneHint')} />
            </Frame>
          </Route>
        </Switch>
      </Shell>
    </Suspense>
  );
}
