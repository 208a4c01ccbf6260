#include "office.h"

#include <stdlib.h>

#include "activity.h"
#include "deal.h"
#include "deal_line.h"
#include "sqlgen.h"
#include "user.h"

/* -- numbers --------------------------------------------------------------------------------------- */

static int ids_add(struct ids *s, id which, struct err *err)
{
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 256;
        id *grown = realloc(s->v, room * sizeof *grown);
        if (!grown)
            return err_set(err, ERR_BUSY, "Out of memory.");
        s->v = grown;
        s->room = room;
    }
    s->v[s->n++] = which;
    return 0;
}

static id ids_at(const struct ids *s, int64_t number)
{
    return number > 0 && (size_t)number <= s->n ? s->v[number - 1] : 0;
}

static struct value ref(const struct ids *s, int64_t number)
{
    return value_ref(ids_at(s, number));
}

#define ALL_IDS(o)                                                                                                     \
    {                                                                                                                  \
        &(o)->teams, &(o)->users, &(o)->sources, &(o)->reasons, &(o)->products, &(o)->organisations, &(o)->people,     \
            &(o)->deals, &(o)->activities                                                                              \
    }

struct office_mark office_mark(const struct office *o)
{
    const struct ids *all[] = ALL_IDS(o);
    struct office_mark mark = {.cs = o->cs};

    for (size_t i = 0; i < COUNT(all); i++)
        mark.n[i] = all[i]->n;
    return mark;
}

void office_back_to(struct office *o, const struct office_mark *mark)
{
    struct ids *all[] = ALL_IDS(o);

    for (size_t i = 0; i < COUNT(all); i++)
        all[i]->n = mark->n[i];
    o->cs = mark->cs;
}

void office_close(struct office *o)
{
    struct ids *all[] = ALL_IDS(o);

    for (size_t i = 0; i < COUNT(all); i++)
        free(all[i]->v);
}

/* -- records ----------------------------------------------------------------------------------------- */

/* The clock stands at the moment of the event, and `who` is the one who does it. */
static void at(struct office *o, struct ctx *c, msec when, id who)
{
    if (o->cs.recorded_at != when || o->cs.actor != who)
        o->cs = (struct change_set){
            .actor = who, .origin = "demo", .recorded_at = when, .written = c->cs.written, .context = c->cs.context};
    c->cs = o->cs;
    c->now = when;
    c->depth = 0;
}

static int insert(struct office *o, struct ctx *c, struct row *row, struct ids *ids, struct err *err)
{
    if (op_insert(c, row, NULL, err) < 0)
        return -1;
    o->cs = c->cs;
    return ids ? ids_add(ids, row_id(row), err) : 0;
}

static int change(struct office *o, struct ctx *c, const struct row *old, struct row *row, struct err *err)
{
    if (op_change(c, old, row, NULL, err) < 0)
        return -1;
    o->cs = c->cs;
    return 0;
}

/* Sources and the like that are there under that name are used as they are. */
static int named(struct office *o, struct ctx *c, const struct kind *k, struct str name, int64_t position,
                 struct ids *ids, struct err *err)
{
    struct row *row;
    int there = row_find(c->t, k, "name", value_text(name), &row, err);

    if (there < 0)
        return -1;
    if (there)
        return ids_add(ids, row_id(row), err);
    row = row_new(c->arena, k);
    row_set(row, "name", value_text(name));
    row_set(row, "position", value_int(position * 10));
    return insert(o, c, row, ids, err);
}

/* -- opening ----------------------------------------------------------------------------------------- */

static int find_stage(struct office *o, struct ctx *c, int p, int s, struct err *err)
{
    struct value found;
    struct str name = str_of(sim_stage_name(p, s));
    int there = sql_row(c->t, "SELECT id FROM stages WHERE pipeline_id = $1 AND name = $2",
                        ARGS(value_int(o->pipeline[p]), value_text(name)), &found, 1, err);

    if (there == 1)
        o->stage[p][s] = found.i;
    if (there)
        return there < 0 ? -1 : 0;
    struct row *row = row_new(c->arena, o->app->stages);
    row_set(row, "pipeline_id", value_int(o->pipeline[p]));
    row_set(row, "name", value_text(name));
    row_set(row, "position", value_int((s + 1) * 10));
    row_set(row, "probability", value_int(sim_stage_probability(p, s)));
    if (insert(o, c, row, NULL, err) < 0)
        return -1;
    o->stage[p][s] = row_id(row);
    return 0;
}

static int find_pipelines(struct office *o, struct ctx *c, struct err *err)
{
    struct ids found = {0};
    int result = 0;

    for (int p = 0; p < SIM__PIPELINES && result == 0; p++) {
        result = named(o, c, o->app->pipelines, str_of(sim_pipeline_name(p)), p + 1, &found, err);
        o->pipeline[p] = ids_at(&found, p + 1);
        for (int s = 0; s < sim_stages(p) && result == 0; s++)
            result = find_stage(o, c, p, s, err);
    }
    free(found.v);
    return result;
}

static int name_company(struct office *o, struct ctx *c, struct err *err)
{
    struct row *old, *row;

    if (row_get(c->t, o->app->workspaces, 1, &old, err) < 0)
        return -1;
    row = row_copy(c->arena, old);
    row_set(row, "name", value_text(S("Wehrbach Machines")));
    row_set(row, "base_currency", value_text(S("EUR")));
    row_set(row, "time_zone", value_text(S("Europe/Berlin")));
    return change(o, c, old, row, err);
}

int office_open(struct office *o, struct app *app, struct ctx *c, msec when, struct err *err)
{
    *o = (struct office){.app = app,
                         .source_kind = schema_must(app->schema, "sources"),
                         .reason_kind = schema_must(app->schema, "lost_reasons"),
                         .target_kind = schema_must(app->schema, "targets"),
                         .contact_kind = schema_must(app->schema, "deal_contacts")};
    at(o, c, c->now, 0); /* after the installation itself, which the log has already */
    if (name_company(o, c, err) < 0)
        return -1;
    at(o, c, when, 0);
    return find_pipelines(o, c, err);
}

/* -- people and catalogue ----------------------------------------------------------------------------- */

static int write_team(struct office *o, struct ctx *c, const struct sim_team *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->teams);

    at(o, c, e->at, 0);
    row_set(row, "name", value_text(e->name));
    return insert(o, c, row, &o->teams, err);
}

static int write_source(struct office *o, struct ctx *c, const struct sim_source *e, struct err *err)
{
    at(o, c, e->at, 0);
    return named(o, c, o->source_kind, e->name, e->id + 10, &o->sources, err);
}

static int write_reason(struct office *o, struct ctx *c, const struct sim_reason *e, struct err *err)
{
    at(o, c, e->at, 0);
    return named(o, c, o->reason_kind, e->name, e->id + 10, &o->reasons, err);
}

/* A manager who comes is put at the head of the team. */
static int lead_team(struct office *o, struct ctx *c, const struct sim_user *e, struct err *err)
{
    struct row *old, *row;

    if (!str_is(e->role, "manager") || !e->team)
        return 0;
    if (row_get(c->t, o->app->teams, ids_at(&o->teams, e->team), &old, err) < 0)
        return -1;
    row = row_copy(c->arena, old);
    row_set(row, "manager_id", ref(&o->users, e->id));
    return change(o, c, old, row, err);
}

static int write_user(struct office *o, struct ctx *c, const struct sim_user *e, struct err *err)
{
    id admin = ids_at(&o->users, 1);
    struct row *row, *old;

    at(o, c, e->at, admin);
    if (!e->active) {
        if (row_get(c->t, o->app->users, ids_at(&o->users, e->id), &old, err) < 0)
            return -1;
        row = row_copy(c->arena, old);
        row->v[USER_ACTIVE] = value_int(0);
        return change(o, c, old, row, err);
    }
    row = row_new(c->arena, o->app->users);
    row->v[USER_NAME] = value_text(e->name);
    row->v[USER_EMAIL] = value_text(e->email);
    row->v[USER_ROLE] = value_text(e->role);
    row->v[USER_TEAM] = ref(&o->teams, e->team);
    return insert(o, c, row, &o->users, err) < 0 ? -1 : lead_team(o, c, e, err);
}

static int write_product(struct office *o, struct ctx *c, const struct sim_product *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->products);

    at(o, c, e->at, 0);
    row_set(row, "name", value_text(e->name));
    row_set(row, "code", value_text(e->code));
    row_set(row, "family", value_text(e->line));
    row_set(row, "price", value_int(e->price));
    row_set(row, "currency", value_text(e->currency));
    row_set(row, "unit", value_text(e->unit));
    return insert(o, c, row, &o->products, err);
}

static int write_rate(struct office *o, struct ctx *c, const struct sim_rate *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->exchange_rates);

    at(o, c, e->at, 0);
    row_set(row, "currency", value_text(e->currency));
    row_set(row, "day", value_int(e->day.n));
    row_set(row, "rate", value_int(e->micro * 100)); /* eight digits */
    return insert(o, c, row, NULL, err);
}

static int write_target(struct office *o, struct ctx *c, const struct sim_target *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->target_kind);

    at(o, c, e->at, ids_at(&o->users, 1));
    row_set(row, "user_id", ref(&o->users, e->user));
    row_set(row, "pipeline_id", value_ref(o->pipeline[e->pipeline]));
    row_set(row, "period_start", value_int(e->from.n));
    row_set(row, "period_end", value_int(e->to.n + 1));
    row_set(row, "amount", value_int(e->amount));
    row_set(row, "currency", value_text(S("EUR")));
    return insert(o, c, row, NULL, err);
}

static int write_organisation(struct office *o, struct ctx *c, const struct sim_organisation *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->organisations);
    struct value owner = ref(&o->users, e->owner);

    at(o, c, e->at, owner.i);
    row_set(row, "name", value_text(e->name));
    row_set(row, "domain", value_text(e->domain));
    row_set(row, "industry", value_text(e->industry));
    row_set(row, "size", value_int(e->size));
    row_set(row, "phone", value_text(e->phone));
    row_set(row, "street", value_text(e->street));
    row_set(row, "postal_code", value_text(e->postal_code));
    row_set(row, "city", value_text(e->city));
    row_set(row, "country", value_text(e->country));
    row_set(row, "owner_id", owner);
    return insert(o, c, row, &o->organisations, err);
}

static int write_person(struct office *o, struct ctx *c, const struct sim_person *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->people);
    struct value owner = ref(&o->users, e->owner);

    at(o, c, e->at, owner.i);
    row_set(row, "name", value_text(e->name));
    row_set(row, "email", value_text(e->email));
    row_set(row, "phone", value_text(e->phone));
    row_set(row, "job_title", value_text(e->job_title));
    row_set(row, "organisation_id", ref(&o->organisations, e->organisation));
    row_set(row, "owner_id", owner);
    return insert(o, c, row, &o->people, err);
}

static int write_contacts(struct office *o, struct ctx *c, const struct sim_deal *e, struct err *err)
{
    for (size_t i = 0; i < e->ncontacts; i++) {
        struct row *row = row_new(c->arena, o->contact_kind);
        struct str role = e->contacts[i].role;
        const char *key = i == 0 ? "main" : role.p[0] == 'D' ? "decides" : role.p[0] == 'I' ? "influences" : "uses";
        row_set(row, "deal_id", ref(&o->deals, e->id));
        row_set(row, "person_id", ref(&o->people, e->contacts[i].person));
        row_set(row, "role", value_text(str_of(key)));
        if (insert(o, c, row, NULL, err) < 0)
            return -1;
    }
    return 0;
}

static int write_deal(struct office *o, struct ctx *c, const struct sim_deal *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->deals);
    struct value owner = ref(&o->users, e->owner);

    at(o, c, e->at, owner.i);
    row->v[DEAL_TITLE] = value_text(e->title);
    row->v[DEAL_PIPELINE] = value_int(o->pipeline[e->pipeline]);
    row->v[DEAL_STAGE] = value_int(o->stage[e->pipeline][e->stage]);
    row->v[DEAL_VALUE] = value_int(e->value);
    row->v[DEAL_CURRENCY] = value_text(e->currency);
    row->v[DEAL_EXPECTED_CLOSE] = value_int(e->ecd.n);
    row->v[DEAL_OWNER] = owner;
    row->v[DEAL_ORGANISATION] = ref(&o->organisations, e->organisation);
    row->v[DEAL_PERSON] = ref(&o->people, e->person);
    row->v[DEAL_SOURCE] = ref(&o->sources, e->source);
    return insert(o, c, row, &o->deals, err) < 0 ? -1 : write_contacts(o, c, e, err);
}

static int write_change(struct office *o, struct ctx *c, const struct sim_change *e, struct err *err)
{
    id owner = ids_at(&o->users, e->owner);
    struct row *old, *row;

    if (row_get(c->t, o->app->deals, ids_at(&o->deals, e->deal), &old, err) < 0)
        return -1;
    row = row_copy(c->arena, old);
    at(o, c, e->at, owner);
    switch (e->what) {
    case SIM_STAGE:
        row->v[DEAL_STAGE] = value_int(o->stage[e->pipeline][e->stage]);
        break;
    case SIM_VALUE:
        row->v[DEAL_VALUE] = value_int(e->value);
        break;
    case SIM_ECD:
        row->v[DEAL_EXPECTED_CLOSE] = value_int(e->ecd.n);
        break;
    case SIM_OWNER:
        row->v[DEAL_OWNER] = value_ref(owner);
        break;
    case SIM_WON:
        row->v[DEAL_STATUS] = value_text(S(DEAL_WON));
        break;
    case SIM_LOST:
        row->v[DEAL_STATUS] = value_text(S(DEAL_LOST));
        row->v[DEAL_LOST_REASON] = ref(&o->reasons, e->reason);
        row->v[DEAL_LOST_NOTE] = value_text(e->note);
        break;
    case SIM_REOPENED:
        row->v[DEAL_STATUS] = value_text(S(DEAL_OPEN));
        row->v[DEAL_STAGE] = value_int(o->stage[e->pipeline][e->stage]);
        row->v[DEAL_EXPECTED_CLOSE] = value_int(e->ecd.n);
        break;
    case SIM_STALLED:
        return 0; /* nobody knows */
    }
    return change(o, c, old, row, err);
}

/* -- lines ---------------------------------------------------------------------------------------- */

static struct row *line_row(struct office *o, struct ctx *c, const struct sim_lines *e, size_t i, const struct row *old)
{
    struct row *row = old ? row_copy(c->arena, old) : row_new(c->arena, o->app->deal_lines);

    row->v[LINE_DEAL] = ref(&o->deals, e->deal);
    row->v[LINE_PRODUCT] = ref(&o->products, e->line[i].product);
    row->v[LINE_NAME] = value_text(e->line[i].name);
    row->v[LINE_QUANTITY] = value_int(e->line[i].quantity * 1000);
    row->v[LINE_UNIT_PRICE] = value_int(e->line[i].unit_price);
    row->v[LINE_DISCOUNT] = value_int(e->line[i].discount * 100);
    row->v[LINE_POSITION] = value_int((int64_t)i + 1);
    return row;
}

static int lines_now(struct office *o, struct ctx *c, id deal, struct row **ret, size_t room, size_t *ret_n,
                     struct err *err)
{
    const char *sql = arena_printf(c->arena, "SELECT %s FROM deal_lines WHERE deal_id = $1 ORDER BY position, id",
                                   sqlgen_row(o->app->deal_lines)->columns)
                          .p;
    struct rows *r = sql_query(c->t, sql, ARGS(value_int(deal)), err);
    int n;

    *ret_n = 0;
    if (!r)
        return -1;
    while ((n = rows_next(r, err)) == 1 && *ret_n < room)
        ret[(*ret_n)++] = row_take(r, c->arena, o->app->deal_lines, 0);
    if (n == 1)
        rows_close(r);
    return n < 0 ? -1 : 0;
}

/* Lines of a product that stays are changed, others come and go. The deal's value follows of itself. */
static int write_lines(struct office *o, struct ctx *c, const struct sim_lines *e, struct err *err)
{
    struct row *now[16];
    bool stays[16] = {false};
    size_t n;

    at(o, c, e->at, ids_at(&o->users, e->owner));
    if (lines_now(o, c, ids_at(&o->deals, e->deal), now, COUNT(now), &n, err) < 0)
        return -1;
    for (size_t i = 0; i < e->n; i++) {
        struct row *old = NULL;
        for (size_t k = 0; k < n; k++)
            if (row_int(now[k], LINE_PRODUCT) == ids_at(&o->products, e->line[i].product)) {
                old = now[k];
                stays[k] = true;
            }
        struct row *row = line_row(o, c, e, i, old);
        if ((old ? change(o, c, old, row, err) : insert(o, c, row, NULL, err)) < 0)
            return -1;
    }
    for (size_t k = 0; k < n; k++)
        if (!stays[k] && op_delete(c, o->app->deal_lines, row_id(now[k]), 0, err) < 0)
            return -1;
    o->cs = c->cs;
    return 0;
}

/* -- work on deals --------------------------------------------------------------------------------- */

static int write_activity(struct office *o, struct ctx *c, const struct sim_activity *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->activities);
    struct value owner = ref(&o->users, e->owner);

    at(o, c, e->at, owner.i);
    row->v[ACTIVITY_TYPE] = value_text(e->type);
    row->v[ACTIVITY_SUBJECT] = value_text(e->subject);
    row->v[ACTIVITY_BODY] = e->body.n ? value_text(e->body) : VALUE_NULL;
    row->v[ACTIVITY_DUE_AT] = value_int(e->due);
    row->v[ACTIVITY_DURATION] = value_int(e->duration_min);
    row->v[ACTIVITY_OWNER] = owner;
    row->v[ACTIVITY_DEAL] = ref(&o->deals, e->deal);
    row->v[ACTIVITY_ORGANISATION] = ref(&o->organisations, e->organisation);
    row->v[ACTIVITY_PERSON] = ref(&o->people, e->person);
    return insert(o, c, row, &o->activities, err);
}

static int write_done(struct office *o, struct ctx *c, const struct sim_done *e, struct err *err)
{
    struct row *old, *row;

    at(o, c, e->at, ids_at(&o->users, e->owner));
    if (row_get(c->t, o->app->activities, ids_at(&o->activities, e->activity), &old, err) < 0)
        return -1;
    row = row_copy(c->arena, old);
    row->v[ACTIVITY_DONE] = value_int(1);
    row->v[ACTIVITY_OUTCOME] = value_text(e->outcome);
    return change(o, c, old, row, err);
}

static int write_note(struct office *o, struct ctx *c, const struct sim_note *e, struct err *err)
{
    struct row *row = row_new(c->arena, o->app->notes);
    struct value owner = ref(&o->users, e->owner);

    at(o, c, e->at, owner.i);
    row_set(row, "body", value_text(e->body));
    row_set(row, "pinned", value_int(e->pinned));
    row_set(row, "owner_id", owner);
    row_set(row, "deal_id", ref(&o->deals, e->deal));
    row_set(row, "organisation_id", ref(&o->organisations, e->organisation));
    row_set(row, "person_id", ref(&o->people, e->person));
    return insert(o, c, row, NULL, err);
}

int office_write(struct office *o, struct ctx *c, const struct event *e, struct err *err)
{
    switch (e->kind) {
#define DEMO_EVENT_AS_CASE(name, type)                                                                                 \
    case EVENT_##name:                                                                                                 \
        return write_##name(o, c, &e->name, err);
        DEMO_EVENTS(DEMO_EVENT_AS_CASE)
    case EVENT__N:
        break;
    }
    return 0;
}
