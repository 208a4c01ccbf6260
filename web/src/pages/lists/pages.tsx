import { ViewSwitch } from '../../parts/ViewSwitch.tsx';
import { ListPage } from './ListPage.tsx';

/* The lists that have a page of their own; any other kind is at /records/KIND. */

export const Deals = () => (
  <ListPage
    kind="deals"
    path="/deals"
    fixed={['owner_id', 'status', 'stage_id', 'expected_close_date', 'value']}
    views={<ViewSwitch here="/deals" />}
  />
);

export const People = () => <ListPage kind="people" path="/people" fixed={['owner_id', 'organisation_id']} />;

export const Organisations = () => (
  <ListPage kind="organisations" path="/organisations" fixed={['owner_id', 'industry', 'country']} />
);

export const Records = ({ kind }: { kind: string }) => (
  <ListPage kind={kind} path={`/records/${kind}`} fixed={[]} />
);
