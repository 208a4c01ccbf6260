import type { Row } from '../../api/types.ts';
import { DealsOf } from '../../parts/record/DealsOf.tsx';
import { PeopleOf } from '../../parts/record/PeopleOf.tsx';
import { ContactPage } from './ContactPage.tsx';

const firstFacts = [
  'name',
  'owner_id',
  'phone',
  'email',
  'website',
  'domain',
  'industry',
  'size',
  'city',
  'country',
];

const place = (row: Row) =>
  [row.industry, row.city, row.country].filter((part) => part !== null && part !== undefined).join(' · ');

/** An organisation: who works there, what is and was sold to it. */
export default function OrganisationPage({ id }: { id: string }) {
  return (
    <ContactPage
      kind="organisations"
      id={id}
      expand="owner,parent,html"
      firstFacts={firstFacts}
      subtitle={place}
      around={(row) => (
        <>
          <DealsOf by="organisation_id" id={row.id} given={{ organisation_id: row.id }} />
          <PeopleOf organisation={row} />
        </>
      )}
    />
  );
}
