// Printed by `penstock schema --typescript`.

/** Something to do or done: a task, call, meeting, mail or demo */
export interface Activity {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Task, call, meeting, mail or demo */
  type: 'task' | 'call' | 'meeting' | 'mail' | 'demo';
  /** What is to be done or was done */
  subject: string;
  /** What was said or agreed */
  body: string | null;
  /** When it is to happen */
  due_at: string | null;
  /** Due on that day at no special hour */
  all_day: boolean | null;
  /** How long it takes, in minutes */
  duration_min: number | null;
  /** It has happened */
  done: boolean;
  /** When it was done */
  done_at: string | null;
  /** What came of it */
  outcome: string | null;
  /** Where it takes place */
  location: string | null;
  /** Who does it */
  owner_id: number | null;
  /** Deal it is about */
  deal_id: number | null;
  /** Organisation it is with */
  organisation_id: number | null;
  /** Person it is with */
  person_id: number | null;
  /** Its key in the system it came from */
  external_id: string | null;
  /** Values of the fields the team has added */
  custom: Record<string, unknown> | null;
}

/** Something to do or done: a task, call, meeting, mail or demo */
export interface ActivityInput {
  /** Task, call, meeting, mail or demo */
  type?: 'task' | 'call' | 'meeting' | 'mail' | 'demo';
  /** What is to be done or was done */
  subject?: string;
  /** What was said or agreed */
  body?: string | null;
  /** When it is to happen */
  due_at?: string | null;
  /** Due on that day at no special hour */
  all_day?: boolean | null;
  /** How long it takes, in minutes */
  duration_min?: number | null;
  /** It has happened */
  done?: boolean;
  /** When it was done */
  done_at?: string | null;
  /** What came of it */
  outcome?: string | null;
  /** Where it takes place */
  location?: string | null;
  /** Who does it */
  owner_id?: number | null;
  /** Deal it is about */
  deal_id?: number | null;
  /** Organisation it is with */
  organisation_id?: number | null;
  /** Person it is with */
  person_id?: number | null;
  /** Its key in the system it came from */
  external_id?: string | null;
  /** Values of the fields the team has added */
  custom?: Record<string, unknown> | null;
}

/** A field that the team has added to a kind */
export interface Field {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Kind of record it belongs to */
  kind: string;
  /** Its name in the API: small letters, digits and _, a letter first */
  key: string;
  /** What people see */
  label: string;
  /** What belongs in it */
  hint: string | null;
  /** What it holds */
  type: 'text' | 'longtext' | 'decimal' | 'money' | 'day' | 'choice' | 'choices' | 'boolean' | 'url' | 'user' | 'ref';
  /** {"choices":["…"]} for a choice, {"ref":"people"} for a reference, {"currency":"EUR"} for money, {"digits":2} for a number */
  options: Record<string, unknown> | null;
  /** Must be filled in by people */
  required: boolean | null;
  /** Order on the page */
  position: number | null;
}

/** A field that the team has added to a kind */
export interface FieldInput {
  /** Kind of record it belongs to */
  kind?: string;
  /** Its name in the API: small letters, digits and _, a letter first */
  key?: string;
  /** What people see */
  label?: string;
  /** What belongs in it */
  hint?: string | null;
  /** What it holds */
  type?: 'text' | 'longtext' | 'decimal' | 'money' | 'day' | 'choice' | 'choices' | 'boolean' | 'url' | 'user' | 'ref';
  /** {"choices":["…"]} for a choice, {"ref":"people"} for a reference, {"currency":"EUR"} for money, {"digits":2} for a number */
  options?: Record<string, unknown> | null;
  /** Must be filled in by people */
  required?: boolean | null;
  /** Order on the page */
  position?: number | null;
}

/** A possible sale on its way through a pipeline */
export interface Deal {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What people call the deal */
  title: string;
  /** Pipeline the deal runs through */
  pipeline_id: number;
  /** Stage it stands in; a closed deal may have none known */
  stage_id: number | null;
  /** Open, won or lost */
  status: 'open' | 'won' | 'lost';
  /** What the deal is worth; null when unknown. The sum of its lines when it has any */
  value: number | null;
  /** ISO 4217 code of the value */
  currency: string;
  /** Day it is expected to close */
  expected_close_date: string | null;
  /** Chance of winning in percent; follows the stage unless set */
  probability: number | null;
  /** Who works on it */
  owner_id: number | null;
  /** Who it is with */
  organisation_id: number | null;
  /** Main contact */
  person_id: number | null;
  /** Where it came from */
  source_id: number | null;
  /** Why it was lost */
  lost_reason_id: number | null;
  /** The reason in words */
  lost_note: string | null;
  /** What the deal is about */
  description: string | null;
  /** When the deal began */
  opened_at: string | null;
  /** When it was won or lost */
  closed_at: string | null;
  /** When it came to its stage */
  stage_since: string | null;
  /** Its key in the system it came from */
  external_id: string | null;
  /** Tags */
  tags: number[] | null;
  /** How often its expected close was put off */
  slip_count: number | null;
  /** Days its expected close was put off in all */
  slip_days: number | null;
  /** The earliest activity still to be done */
  next_activity_id: number | null;
  /** When that is due */
  next_activity_at: string | null;
  /** Values of the fields the team has added */
  custom: Record<string, unknown> | null;
}

/** A possible sale on its way through a pipeline */
export interface DealInput {
  /** What people call the deal */
  title?: string;
  /** Pipeline the deal runs through */
  pipeline_id?: number;
  /** Stage it stands in; a closed deal may have none known */
  stage_id?: number | null;
  /** Open, won or lost */
  status?: 'open' | 'won' | 'lost';
  /** What the deal is worth; null when unknown. The sum of its lines when it has any */
  value?: number | null;
  /** ISO 4217 code of the value */
  currency?: string;
  /** Day it is expected to close */
  expected_close_date?: string | null;
  /** Chance of winning in percent; follows the stage unless set */
  probability?: number | null;
  /** Who works on it */
  owner_id?: number | null;
  /** Who it is with */
  organisation_id?: number | null;
  /** Main contact */
  person_id?: number | null;
  /** Where it came from */
  source_id?: number | null;
  /** Why it was lost */
  lost_reason_id?: number | null;
  /** The reason in words */
  lost_note?: string | null;
  /** What the deal is about */
  description?: string | null;
  /** When the deal began */
  opened_at?: string | null;
  /** When it was won or lost */
  closed_at?: string | null;
  /** Its key in the system it came from */
  external_id?: string | null;
  /** Tags */
  tags?: number[] | null;
  /** Values of the fields the team has added */
  custom?: Record<string, unknown> | null;
}

/** A person who takes part in a deal, and in which role */
export interface DealContact {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** The deal */
  deal_id: number;
  /** Who takes part */
  person_id: number;
  /** Part the person plays in the decision */
  role: 'decides' | 'influences' | 'uses' | 'buys' | 'champions' | 'blocks' | 'main' | null;
  /** What to know about this part */
  note: string | null;
}

/** A person who takes part in a deal, and in which role */
export interface DealContactInput {
  /** The deal */
  deal_id?: number;
  /** Who takes part */
  person_id?: number;
  /** Part the person plays in the decision */
  role?: 'decides' | 'influences' | 'uses' | 'buys' | 'champions' | 'blocks' | 'main' | null;
  /** What to know about this part */
  note?: string | null;
}

/** A product or service in a deal, with quantity and price in the deal's currency */
export interface DealLine {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** The deal it belongs to */
  deal_id: number;
  /** From the catalogue, if it is */
  product_id: number | null;
  /** What is sold; the product's name unless given */
  name: string;
  /** How many */
  quantity: number;
  /** Price of one, before the discount; the product's price unless given */
  unit_price: number | null;
  /** Percent off */
  discount: number | null;
  /** Quantity times price less discount */
  total: number | null;
  /** The deal's currency */
  currency: string | null;
  /** Order within the deal */
  position: number | null;
}

/** A product or service in a deal, with quantity and price in the deal's currency */
export interface DealLineInput {
  /** The deal it belongs to */
  deal_id?: number;
  /** From the catalogue, if it is */
  product_id?: number | null;
  /** What is sold; the product's name unless given */
  name?: string;
  /** How many */
  quantity?: number;
  /** Price of one, before the discount; the product's price unless given */
  unit_price?: number | null;
  /** Percent off */
  discount?: number | null;
  /** Order within the deal */
  position?: number | null;
}

/** What a currency is worth in the base currency from a day on */
export interface ExchangeRate {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What is changed into the base currency */
  currency: string;
  /** First day the rate holds */
  day: string;
  /** Units of the base currency for one unit */
  rate: number;
}

/** What a currency is worth in the base currency from a day on */
export interface ExchangeRateInput {
  /** What is changed into the base currency */
  currency?: string;
  /** First day the rate holds */
  day?: string;
  /** Units of the base currency for one unit */
  rate?: number;
}

/** A document that belongs to a deal, person or organisation */
export interface File {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Name of the file */
  name: string;
  /** Media type, found by looking at the content */
  mime: string | null;
  /** Bytes */
  size: number | null;
  /** SHA-256 of the content, which is kept once however often it is uploaded */
  sha256: string | null;
  /** Who uploaded it */
  owner_id: number | null;
  /** Deal it belongs to */
  deal_id: number | null;
  /** Organisation it belongs to */
  organisation_id: number | null;
  /** Person it belongs to */
  person_id: number | null;
}

/** A document that belongs to a deal, person or organisation */
export interface FileInput {
  /** Name of the file */
  name?: string;
  /** Who uploaded it */
  owner_id?: number | null;
  /** Deal it belongs to */
  deal_id?: number | null;
  /** Organisation it belongs to */
  organisation_id?: number | null;
  /** Person it belongs to */
  person_id?: number | null;
}

/** Why deals are lost */
export interface LostReason {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is called */
  name: string;
  /** Order in lists */
  position: number | null;
  /** Offered when choosing */
  active: boolean | null;
}

/** Why deals are lost */
export interface LostReasonInput {
  /** What it is called */
  name?: string;
  /** Order in lists */
  position?: number | null;
  /** Offered when choosing */
  active?: boolean | null;
}

/** A text about a deal, person or organisation */
export interface Note {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** The text, in Markdown */
  body: string;
  /** Stays at the top */
  pinned: boolean | null;
  /** Who wrote it */
  owner_id: number | null;
  /** Deal it is about */
  deal_id: number | null;
  /** Organisation it is about */
  organisation_id: number | null;
  /** Person it is about */
  person_id: number | null;
  /** When it was written, for notes from elsewhere */
  written_at: string | null;
  /** Its key in the system it came from */
  external_id: string | null;
}

/** A text about a deal, person or organisation */
export interface NoteInput {
  /** The text, in Markdown */
  body?: string;
  /** Stays at the top */
  pinned?: boolean | null;
  /** Who wrote it */
  owner_id?: number | null;
  /** Deal it is about */
  deal_id?: number | null;
  /** Organisation it is about */
  organisation_id?: number | null;
  /** Person it is about */
  person_id?: number | null;
  /** When it was written, for notes from elsewhere */
  written_at?: string | null;
  /** Its key in the system it came from */
  external_id?: string | null;
}

/** A company or other body that deals are made with */
export interface Organisation {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is called */
  name: string;
  /** Its domain on the internet, like example.com */
  domain: string | null;
  /** Line of business */
  industry: string | null;
  /** Number of people who work there */
  size: number | null;
  /** Telephone number */
  phone: string | null;
  /** General mail address */
  email: string | null;
  /** Address of its site */
  website: string | null;
  /** Street and number */
  street: string | null;
  /** Postal code */
  postal_code: string | null;
  /** City */
  city: string | null;
  /** State, province or county */
  region: string | null;
  /** Country */
  country: string | null;
  /** Revenue of a year */
  annual_revenue: number | null;
  /** Currency of the revenue */
  revenue_currency: string | null;
  /** Organisation it belongs to */
  parent_id: number | null;
  /** Who looks after it */
  owner_id: number | null;
  /** What matters about it */
  description: string | null;
  /** Its key in the system it came from */
  external_id: string | null;
  /** Tags */
  tags: number[] | null;
  /** Values of the fields the team has added */
  custom: Record<string, unknown> | null;
}

/** A company or other body that deals are made with */
export interface OrganisationInput {
  /** What it is called */
  name?: string;
  /** Its domain on the internet, like example.com */
  domain?: string | null;
  /** Line of business */
  industry?: string | null;
  /** Number of people who work there */
  size?: number | null;
  /** Telephone number */
  phone?: string | null;
  /** General mail address */
  email?: string | null;
  /** Address of its site */
  website?: string | null;
  /** Street and number */
  street?: string | null;
  /** Postal code */
  postal_code?: string | null;
  /** City */
  city?: string | null;
  /** State, province or county */
  region?: string | null;
  /** Country */
  country?: string | null;
  /** Revenue of a year */
  annual_revenue?: number | null;
  /** Currency of the revenue */
  revenue_currency?: string | null;
  /** Organisation it belongs to */
  parent_id?: number | null;
  /** Who looks after it */
  owner_id?: number | null;
  /** What matters about it */
  description?: string | null;
  /** Its key in the system it came from */
  external_id?: string | null;
  /** Tags */
  tags?: number[] | null;
  /** Values of the fields the team has added */
  custom?: Record<string, unknown> | null;
}

/** Somebody to talk to */
export interface Person {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Full name */
  name: string;
  /** Mail address */
  email: string | null;
  /** Telephone number */
  phone: string | null;
  /** Mobile number */
  mobile: string | null;
  /** What the person does there */
  job_title: string | null;
  /** Where the person works */
  organisation_id: number | null;
  /** Address of the profile */
  linkedin: string | null;
  /** Street and number */
  street: string | null;
  /** Postal code */
  postal_code: string | null;
  /** City */
  city: string | null;
  /** Country */
  country: string | null;
  /** Day of birth */
  birthday: string | null;
  /** Who looks after the contact */
  owner_id: number | null;
  /** Where the contact came from */
  source_id: number | null;
  /** What matters about the person */
  description: string | null;
  /** Key in the system the person came from */
  external_id: string | null;
  /** Tags */
  tags: number[] | null;
  /** Values of the fields the team has added */
  custom: Record<string, unknown> | null;
}

/** Somebody to talk to */
export interface PersonInput {
  /** Full name */
  name?: string;
  /** Mail address */
  email?: string | null;
  /** Telephone number */
  phone?: string | null;
  /** Mobile number */
  mobile?: string | null;
  /** What the person does there */
  job_title?: string | null;
  /** Where the person works */
  organisation_id?: number | null;
  /** Address of the profile */
  linkedin?: string | null;
  /** Street and number */
  street?: string | null;
  /** Postal code */
  postal_code?: string | null;
  /** City */
  city?: string | null;
  /** Country */
  country?: string | null;
  /** Day of birth */
  birthday?: string | null;
  /** Who looks after the contact */
  owner_id?: number | null;
  /** Where the contact came from */
  source_id?: number | null;
  /** What matters about the person */
  description?: string | null;
  /** Key in the system the person came from */
  external_id?: string | null;
  /** Tags */
  tags?: number[] | null;
  /** Values of the fields the team has added */
  custom?: Record<string, unknown> | null;
}

/** The stages a deal goes through, in order */
export interface Pipeline {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is called */
  name: string;
  /** Order among the pipelines */
  position: number | null;
  /** A deal can only be lost with a reason */
  ask_lost_reason: boolean | null;
}

/** The stages a deal goes through, in order */
export interface PipelineInput {
  /** What it is called */
  name?: string;
  /** Order among the pipelines */
  position?: number | null;
  /** A deal can only be lost with a reason */
  ask_lost_reason?: boolean | null;
}

/** Something that is sold */
export interface Product {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is called */
  name: string;
  /** Article number */
  code: string | null;
  /** Product line */
  family: string | null;
  /** List price of one unit */
  price: number | null;
  /** Currency of the price */
  currency: string | null;
  /** What one is: piece, hour, licence */
  unit: string | null;
  /** Offered today */
  active: boolean | null;
  /** What the customer gets */
  description: string | null;
  /** Its key in the system it came from */
  external_id: string | null;
  /** Values of the fields the team has added */
  custom: Record<string, unknown> | null;
}

/** Something that is sold */
export interface ProductInput {
  /** What it is called */
  name?: string;
  /** Article number */
  code?: string | null;
  /** Product line */
  family?: string | null;
  /** List price of one unit */
  price?: number | null;
  /** Currency of the price */
  currency?: string | null;
  /** What one is: piece, hour, licence */
  unit?: string | null;
  /** Offered today */
  active?: boolean | null;
  /** What the customer gets */
  description?: string | null;
  /** Its key in the system it came from */
  external_id?: string | null;
  /** Values of the fields the team has added */
  custom?: Record<string, unknown> | null;
}

/** What a role may see and change of a kind, where it differs from the preset */
export interface Right {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Role it is about; administrators see and change everything */
  role: 'manager' | 'rep' | 'viewer';
  /** Kind of record it is about */
  kind: string;
  /** Whose records the role sees */
  see: 'none' | 'own' | 'team' | 'all';
  /** Whose records the role changes and deletes */
  edit: 'none' | 'own' | 'team' | 'all';
}

/** What a role may see and change of a kind, where it differs from the preset */
export interface RightInput {
  /** Role it is about; administrators see and change everything */
  role?: 'manager' | 'rep' | 'viewer';
  /** Kind of record it is about */
  kind?: string;
  /** Whose records the role sees */
  see?: 'none' | 'own' | 'team' | 'all';
  /** Whose records the role changes and deletes */
  edit?: 'none' | 'own' | 'team' | 'all';
}

/** Where deals and people come from */
export interface Source {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is called */
  name: string;
  /** Order in lists */
  position: number | null;
  /** Offered when choosing */
  active: boolean | null;
}

/** Where deals and people come from */
export interface SourceInput {
  /** What it is called */
  name?: string;
  /** Order in lists */
  position?: number | null;
  /** Offered when choosing */
  active?: boolean | null;
}

/** A step of a pipeline */
export interface Stage {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Pipeline it belongs to */
  pipeline_id: number;
  /** What it is called */
  name: string;
  /** Order within the pipeline */
  position: number | null;
  /** Chance of winning a deal in this stage, in percent */
  probability: number;
  /** Days without a change after which a deal counts as stuck */
  rotting_days: number | null;
  /** One line that says what belongs in this stage */
  description: string | null;
}

/** A step of a pipeline */
export interface StageInput {
  /** Pipeline it belongs to */
  pipeline_id?: number;
  /** What it is called */
  name?: string;
  /** Order within the pipeline */
  position?: number | null;
  /** Chance of winning a deal in this stage, in percent */
  probability?: number;
  /** Days without a change after which a deal counts as stuck */
  rotting_days?: number | null;
  /** One line that says what belongs in this stage */
  description?: string | null;
}

/** A word to group records by */
export interface Tag {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** The tag */
  name: string;
  /** Colour of the tag */
  colour: 'grey' | 'blue' | 'teal' | 'green' | 'amber' | 'red' | 'violet' | 'brown' | null;
}

/** A word to group records by */
export interface TagInput {
  /** The tag */
  name?: string;
  /** Colour of the tag */
  colour?: 'grey' | 'blue' | 'teal' | 'green' | 'amber' | 'red' | 'violet' | 'brown' | null;
}

/** Value to be won in a period by a user, a team or all */
export interface Target {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Whose target it is; with neither user nor team it is the company's */
  user_id: number | null;
  /** Team whose target it is */
  team_id: number | null;
  /** Only deals of this pipeline */
  pipeline_id: number | null;
  /** First day */
  period_start: string;
  /** Day after the last */
  period_end: string;
  /** Value to be won */
  amount: number;
  /** Currency of the amount */
  currency: string;
  /** What it rests on */
  note: string | null;
}

/** Value to be won in a period by a user, a team or all */
export interface TargetInput {
  /** Whose target it is; with neither user nor team it is the company's */
  user_id?: number | null;
  /** Team whose target it is */
  team_id?: number | null;
  /** Only deals of this pipeline */
  pipeline_id?: number | null;
  /** First day */
  period_start?: string;
  /** Day after the last */
  period_end?: string;
  /** Value to be won */
  amount?: number;
  /** Currency of the amount */
  currency?: string;
  /** What it rests on */
  note?: string | null;
}

/** People who work together; rights can reach as far as the team */
export interface Team {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is called */
  name: string;
  /** Who leads it */
  manager_id: number | null;
}

/** People who work together; rights can reach as far as the team */
export interface TeamInput {
  /** What it is called */
  name?: string;
  /** Who leads it */
  manager_id?: number | null;
}

/** A key for scripts; its text is shown once, when it is made */
export interface Token {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is used for */
  name: string;
  /** Whose rights it has */
  user_id: number;
  /** How far it reaches within the user's rights */
  scope: 'read' | 'write' | 'admin';
  /** When it stops working; null: never */
  expires_at: string | null;
}

/** A key for scripts; its text is shown once, when it is made */
export interface TokenInput {
  /** What it is used for */
  name?: string;
  /** Whose rights it has */
  user_id?: number;
  /** How far it reaches within the user's rights */
  scope?: 'read' | 'write' | 'admin';
  /** When it stops working; null: never */
  expires_at?: string | null;
}

/** Somebody who works with the program, or did */
export interface User {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Full name */
  name: string;
  /** Mail address to sign in with; a user without one cannot sign in */
  email: string | null;
  /** What the user may do */
  role: 'admin' | 'manager' | 'rep' | 'viewer';
  /** Team the user belongs to */
  team_id: number | null;
  /** May sign in and use tokens */
  active: boolean;
  /** How numbers and dates are written, like de-DE */
  locale: string | null;
  /** When the password was last set; null: not yet invited */
  password_set_at: string | null;
}

/** Somebody who works with the program, or did */
export interface UserInput {
  /** Full name */
  name?: string;
  /** Mail address to sign in with; a user without one cannot sign in */
  email?: string | null;
  /** What the user may do */
  role?: 'admin' | 'manager' | 'rep' | 'viewer';
  /** Team the user belongs to */
  team_id?: number | null;
  /** May sign in and use tokens */
  active?: boolean;
  /** How numbers and dates are written, like de-DE */
  locale?: string | null;
}

/** A saved look at a list or a board */
export interface View {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** What it is called */
  name: string;
  /** Kind of record it shows */
  kind: string;
  /** Board or list */
  layout: 'board' | 'list';
  /** Filters, sorting and columns */
  query: Record<string, unknown> | null;
  /** Everybody sees it */
  shared: boolean;
  /** Who made it */
  owner_id: number | null;
  /** Order in lists */
  position: number | null;
}

/** A saved look at a list or a board */
export interface ViewInput {
  /** What it is called */
  name?: string;
  /** Kind of record it shows */
  kind?: string;
  /** Board or list */
  layout?: 'board' | 'list';
  /** Filters, sorting and columns */
  query?: Record<string, unknown> | null;
  /** Everybody sees it */
  shared?: boolean;
  /** Who made it */
  owner_id?: number | null;
  /** Order in lists */
  position?: number | null;
}

/** The one row of settings that hold for all */
export interface Workspace {
  /** Number of the record; never used again */
  id: number;
  /** Goes up with every change; the ETag */
  version: number;
  /** When the record came into the system */
  created_at: string;
  /** When the record was last changed */
  updated_at: string;
  /** Name of the company or team */
  name: string;
  /** Currency of sums and reports */
  base_currency: string;
  /** Where days begin and end, like Europe/Berlin */
  time_zone: string;
  /** How numbers and dates are written unless a user says otherwise */
  locale: string;
}

/** The one row of settings that hold for all */
export interface WorkspaceInput {
  /** Name of the company or team */
  name?: string;
  /** Currency of sums and reports */
  base_currency?: string;
  /** Where days begin and end, like Europe/Berlin */
  time_zone?: string;
  /** How numbers and dates are written unless a user says otherwise */
  locale?: string;
}

