-- 1: the log
CREATE TABLE changesets (id INTEGER PRIMARY KEY AUTOINCREMENT, actor_id INTEGER, origin TEXT NOT NULL, origin_ref TEXT, label TEXT, recorded_at INTEGER NOT NULL, undoes INTEGER, undone_by INTEGER, state TEXT NOT NULL);
CREATE INDEX changesets_by_actor ON changesets (actor_id, id);
CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, changeset_id INTEGER NOT NULL, kind TEXT NOT NULL, row_id INTEGER NOT NULL, op TEXT NOT NULL, occurred_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, fields TEXT NOT NULL);
CREATE INDEX changes_by_row ON changes (kind, row_id, seq);
CREATE INDEX changes_by_changeset ON changes (changeset_id, seq);
-- 2: who may come in
CREATE TABLE credentials (user_id INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE token_secrets (token_id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);
CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, user_id INTEGER NOT NULL, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, ip TEXT NOT NULL, agent TEXT NOT NULL);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE TABLE links (digest TEXT PRIMARY KEY, purpose TEXT NOT NULL, user_id INTEGER, expires_at INTEGER NOT NULL, used_at INTEGER);
CREATE INDEX links_by_user ON links (user_id);
-- 3: requests that may be sent again
CREATE TABLE idempotency (user_id INTEGER NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL, reply TEXT NOT NULL, changeset_id INTEGER, etag TEXT, made_at INTEGER NOT NULL, PRIMARY KEY (user_id, key));
CREATE INDEX idempotency_by_age ON idempotency (made_at);
-- 4: jobs
CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL, run_at INTEGER NOT NULL, claimed_until INTEGER NOT NULL, attempts INTEGER NOT NULL, error TEXT);
CREATE INDEX jobs_by_turn ON jobs (state, run_at);
-- 5: imports
CREATE TABLE imports (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, scope INTEGER NOT NULL, kind TEXT NOT NULL, filename TEXT NOT NULL, path TEXT NOT NULL, map TEXT, state TEXT NOT NULL, error TEXT, done INTEGER NOT NULL, total INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, skipped INTEGER NOT NULL, bad INTEGER NOT NULL, changeset_id INTEGER, at_offset INTEGER NOT NULL, at_line INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE import_bad (import_id INTEGER NOT NULL, line INTEGER NOT NULL, column_name TEXT, reason TEXT NOT NULL, cells TEXT NOT NULL);
CREATE INDEX import_bad_by_import ON import_bad (import_id, line);
-- activities
CREATE TABLE activities (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, body TEXT, due_at INTEGER, all_day INTEGER, duration_min INTEGER, done INTEGER NOT NULL, done_at INTEGER, outcome TEXT, location TEXT, owner_id INTEGER, deal_id INTEGER, organisation_id INTEGER, person_id INTEGER, external_id TEXT, custom TEXT);
CREATE INDEX activities_by_organisation_id ON activities (organisation_id);
CREATE INDEX activities_by_person_id ON activities (person_id);
CREATE INDEX activities_by_owner_id_done_due_at ON activities (owner_id,done,due_at);
CREATE INDEX activities_by_deal_id_done_due_at ON activities (deal_id,done,due_at);
CREATE INDEX activities_by_done_due_at ON activities (done,due_at);
CREATE INDEX activities_by_external_id ON activities (external_id COLLATE NOCASE);
CREATE VIRTUAL TABLE activities_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- fields
CREATE TABLE fields (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL, hint TEXT, type TEXT NOT NULL, options TEXT, required INTEGER, position INTEGER);
CREATE UNIQUE INDEX fields_by_kind_key ON fields (kind COLLATE NOCASE,key COLLATE NOCASE);
-- deals
CREATE TABLE deals (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, title TEXT NOT NULL, pipeline_id INTEGER NOT NULL, stage_id INTEGER, status TEXT NOT NULL, value INTEGER, currency TEXT NOT NULL, expected_close_date INTEGER, probability INTEGER, owner_id INTEGER, organisation_id INTEGER, person_id INTEGER, source_id INTEGER, lost_reason_id INTEGER, lost_note TEXT, description TEXT, opened_at INTEGER, closed_at INTEGER, stage_since INTEGER, external_id TEXT, tags TEXT, slip_count INTEGER, slip_days INTEGER, next_activity_id INTEGER, next_activity_at INTEGER, custom TEXT);
CREATE INDEX deals_by_organisation_id ON deals (organisation_id);
CREATE INDEX deals_by_person_id ON deals (person_id);
CREATE INDEX deals_by_source_id ON deals (source_id);
CREATE INDEX deals_by_lost_reason_id ON deals (lost_reason_id);
CREATE INDEX deals_by_next_activity_id ON deals (next_activity_id);
CREATE INDEX deals_by_pipeline_id_status_stage_id_next_activity_at ON deals (pipeline_id,status,stage_id,next_activity_at);
CREATE INDEX deals_by_pipeline_id_stage_id_status_value ON deals (pipeline_id,stage_id,status,value);
CREATE INDEX deals_by_stage_id_value ON deals (stage_id,value);
CREATE INDEX deals_by_status_closed_at ON deals (status,closed_at);
CREATE INDEX deals_by_owner_id_status_expected_close_date ON deals (owner_id,status,expected_close_date);
CREATE INDEX deals_by_external_id ON deals (external_id COLLATE NOCASE);
CREATE INDEX deals_by_title ON deals (title COLLATE NOCASE);
CREATE INDEX deals_by_value ON deals (value);
CREATE INDEX deals_by_expected_close_date ON deals (expected_close_date);
CREATE INDEX deals_by_updated_at ON deals (updated_at);
CREATE INDEX deals_by_created_at ON deals (created_at);
CREATE INDEX deals_by_next_activity_at ON deals (next_activity_at);
CREATE VIRTUAL TABLE deals_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- deal_contacts
CREATE TABLE deal_contacts (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deal_id INTEGER NOT NULL, person_id INTEGER NOT NULL, role TEXT, note TEXT);
CREATE INDEX deal_contacts_by_deal_id ON deal_contacts (deal_id);
CREATE INDEX deal_contacts_by_person_id ON deal_contacts (person_id);
CREATE UNIQUE INDEX deal_contacts_by_deal_id_person_id ON deal_contacts (deal_id,person_id);
-- deal_lines
CREATE TABLE deal_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deal_id INTEGER NOT NULL, product_id INTEGER, name TEXT NOT NULL, quantity INTEGER NOT NULL, unit_price INTEGER, discount INTEGER, total INTEGER, currency TEXT, position INTEGER);
CREATE INDEX deal_lines_by_product_id ON deal_lines (product_id);
CREATE INDEX deal_lines_by_deal_id_position ON deal_lines (deal_id,position);
-- exchange_rates
CREATE TABLE exchange_rates (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, currency TEXT NOT NULL, day INTEGER NOT NULL, rate INTEGER NOT NULL);
CREATE UNIQUE INDEX exchange_rates_by_currency_day ON exchange_rates (currency,day);
-- files
CREATE TABLE files (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, mime TEXT, size INTEGER, sha256 TEXT, owner_id INTEGER, deal_id INTEGER, organisation_id INTEGER, person_id INTEGER);
CREATE INDEX files_by_owner_id ON files (owner_id);
CREATE INDEX files_by_deal_id ON files (deal_id);
CREATE INDEX files_by_organisation_id ON files (organisation_id);
CREATE INDEX files_by_person_id ON files (person_id);
CREATE INDEX files_by_sha256 ON files (sha256 COLLATE NOCASE);
CREATE VIRTUAL TABLE files_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- lost_reasons
CREATE TABLE lost_reasons (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, position INTEGER, active INTEGER);
CREATE VIRTUAL TABLE lost_reasons_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- notes
CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, body TEXT NOT NULL, pinned INTEGER, owner_id INTEGER, deal_id INTEGER, organisation_id INTEGER, person_id INTEGER, written_at INTEGER, external_id TEXT);
CREATE INDEX notes_by_owner_id ON notes (owner_id);
CREATE INDEX notes_by_organisation_id ON notes (organisation_id);
CREATE INDEX notes_by_person_id ON notes (person_id);
CREATE INDEX notes_by_deal_id_created_at ON notes (deal_id,created_at);
CREATE INDEX notes_by_external_id ON notes (external_id COLLATE NOCASE);
CREATE VIRTUAL TABLE notes_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- organisations
CREATE TABLE organisations (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, domain TEXT, industry TEXT, size INTEGER, phone TEXT, email TEXT, website TEXT, street TEXT, postal_code TEXT, city TEXT, region TEXT, country TEXT, annual_revenue INTEGER, revenue_currency TEXT, parent_id INTEGER, owner_id INTEGER, description TEXT, external_id TEXT, tags TEXT, custom TEXT);
CREATE INDEX organisations_by_parent_id ON organisations (parent_id);
CREATE INDEX organisations_by_owner_id ON organisations (owner_id);
CREATE INDEX organisations_by_name ON organisations (name COLLATE NOCASE);
CREATE INDEX organisations_by_domain ON organisations (domain COLLATE NOCASE);
CREATE INDEX organisations_by_external_id ON organisations (external_id COLLATE NOCASE);
CREATE INDEX organisations_by_updated_at ON organisations (updated_at);
CREATE INDEX organisations_by_created_at ON organisations (created_at);
CREATE VIRTUAL TABLE organisations_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- people
CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, email TEXT, phone TEXT, mobile TEXT, job_title TEXT, organisation_id INTEGER, linkedin TEXT, street TEXT, postal_code TEXT, city TEXT, country TEXT, birthday INTEGER, owner_id INTEGER, source_id INTEGER, description TEXT, external_id TEXT, tags TEXT, custom TEXT);
CREATE INDEX people_by_organisation_id ON people (organisation_id);
CREATE INDEX people_by_owner_id ON people (owner_id);
CREATE INDEX people_by_source_id ON people (source_id);
CREATE INDEX people_by_name ON people (name COLLATE NOCASE);
CREATE INDEX people_by_email ON people (email COLLATE NOCASE);
CREATE INDEX people_by_external_id ON people (external_id COLLATE NOCASE);
CREATE INDEX people_by_updated_at ON people (updated_at);
CREATE INDEX people_by_created_at ON people (created_at);
CREATE VIRTUAL TABLE people_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- pipelines
CREATE TABLE pipelines (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, position INTEGER, ask_lost_reason INTEGER);
-- products
CREATE TABLE products (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, code TEXT, family TEXT, price INTEGER, currency TEXT, unit TEXT, active INTEGER, description TEXT, external_id TEXT, custom TEXT);
CREATE INDEX products_by_name ON products (name COLLATE NOCASE);
CREATE INDEX products_by_code ON products (code COLLATE NOCASE);
CREATE INDEX products_by_external_id ON products (external_id COLLATE NOCASE);
CREATE VIRTUAL TABLE products_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- rights
CREATE TABLE rights (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL, see TEXT NOT NULL, edit TEXT NOT NULL);
CREATE UNIQUE INDEX rights_by_role_kind ON rights (role,kind COLLATE NOCASE);
-- sources
CREATE TABLE sources (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, position INTEGER, active INTEGER);
CREATE VIRTUAL TABLE sources_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- stages
CREATE TABLE stages (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, pipeline_id INTEGER NOT NULL, name TEXT NOT NULL, position INTEGER, probability INTEGER NOT NULL, rotting_days INTEGER, description TEXT);
CREATE INDEX stages_by_pipeline_id_position ON stages (pipeline_id,position);
-- tags
CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, colour TEXT);
CREATE UNIQUE INDEX tags_by_name ON tags (name COLLATE NOCASE);
CREATE VIRTUAL TABLE tags_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- targets
CREATE TABLE targets (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, user_id INTEGER, team_id INTEGER, pipeline_id INTEGER, period_start INTEGER NOT NULL, period_end INTEGER NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, note TEXT);
CREATE INDEX targets_by_user_id ON targets (user_id);
CREATE INDEX targets_by_team_id ON targets (team_id);
CREATE INDEX targets_by_pipeline_id ON targets (pipeline_id);
CREATE INDEX targets_by_period_start ON targets (period_start);
-- teams
CREATE TABLE teams (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, manager_id INTEGER);
CREATE INDEX teams_by_manager_id ON teams (manager_id);
CREATE UNIQUE INDEX teams_by_name ON teams (name COLLATE NOCASE);
CREATE VIRTUAL TABLE teams_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- tokens
CREATE TABLE tokens (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, user_id INTEGER NOT NULL, scope TEXT NOT NULL, expires_at INTEGER);
CREATE INDEX tokens_by_user_id ON tokens (user_id);
-- users
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, email TEXT, role TEXT NOT NULL, team_id INTEGER, active INTEGER NOT NULL, locale TEXT, password_set_at INTEGER);
CREATE INDEX users_by_team_id ON users (team_id);
CREATE INDEX users_by_name ON users (name COLLATE NOCASE);
CREATE UNIQUE INDEX users_by_email ON users (email COLLATE NOCASE);
CREATE VIRTUAL TABLE users_search USING fts5(title, body, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
-- views
CREATE TABLE views (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, layout TEXT NOT NULL, query TEXT, shared INTEGER NOT NULL, owner_id INTEGER, position INTEGER);
CREATE INDEX views_by_owner_id ON views (owner_id);
-- workspaces
CREATE TABLE workspaces (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, name TEXT NOT NULL, base_currency TEXT NOT NULL, time_zone TEXT NOT NULL, locale TEXT NOT NULL);
