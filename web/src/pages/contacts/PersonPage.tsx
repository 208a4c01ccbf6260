import type { Row } from '../../api/types.ts';
import { RefText } from '../../parts/fields/ValueText.tsx';
import { DealsOf } from '../../parts/record/DealsOf.tsx';
import { PersonWays } from '../../parts/record/PersonWays.tsx';
import { ContactPage } from './ContactPage.tsx';

const firstFacts = [
  'name',
  'job_title',
  'organisation_id',
  'email',
  'phone',
  'mobile',
  'owner_id',
  'source_id',
];

function Work({ person }: { person: Row }) {
  const { job_title: job, organisation_id: organisation } = person;
  return (
    <>
      {job ? String(job) : ''}
      {job && organisation ? ' · ' : ''}
      {organisation ? (
        <RefText kind="organisations" id={Number(organisation)} known={person.organisation} />
      ) : null}
    </>
  );
}

/** A person: where they work, how to reach them, which deals they take part in. */
export default function PersonPage({ id }: { id: string }) {
  return (
    <ContactPage
      kind="people"
      id={id}
      expand="owner,organisation,html"
      firstFacts={firstFacts}
      subtitle={(row) => <Work person={row} />}
      ways={(row) => <PersonWays person={row} />}
      around={(row) => (
        <DealsOf
          by="person_id"
          id={row.id}
          given={{ person_id: row.id, organisation_id: row.organisation_id }}
        />
      )}
    />
  );
}
