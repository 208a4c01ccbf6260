#include "undo.h"

#include "rules.h"
#include "undo_item.h"

#define SHORT_UNDO 500 /* changes that are taken back in one transaction; longer ones go in steps */
#define STEP_UNDO 2000 /* changes of a step at most; it ends earlier when others wait for the writer */
#define MAX_ROUNDS 8   /* of finding what else must stay because something that refers to it stays */

struct undo {
    struct app *app;
    struct arena *arena;
    const struct undo_request *req;
    struct undo_report *report;
    struct map skip;
    struct change_set cs; /* kept from step to step */
    int64_t known;        /* conflicts that were known before this round */
    int64_t before_seq;   /* the next step takes changes below it */
    int64_t done;
    bool *table_empty;
    bool previewed, finished;
    bool in_steps;
    struct map found;   /* records to leave alone that the step at hand has found */
    struct undo_start { /* what a step goes back to when it is run again */
        struct undo_report report;
        int64_t before_seq, done;
        bool touched;
    } * start;
};

/* -- what is to be undone ------------------------------------------------------------------------- */

static int may_undo(struct undo *u, const struct ctx *c, id actor, struct err *err)
{
    if (!c->access || c->access->role >= ROLE_MANAGER || actor == u->req->who.user)
        return 0;
    return err_set(err, ERR_FORBIDDEN, "Only managers undo what somebody else did.");
}

static int find_changeset(struct undo *u, struct txn *t, struct err *err)
{
    struct value v[5];
    struct ctx c;
    int n;

    if (ctx_read(&c, u->app, t, u->req->who, err) < 0)
        return -1;
    n = sql_row(t,
                "SELECT s.actor_id, s.undone_by, s.state, (SELECT count(*) FROM changes WHERE changeset_id = s.id), "
                "(SELECT state FROM changesets x WHERE x.id = s.undone_by) FROM changesets s WHERE s.id = $1",
                ARGS(value_int(u->req->changeset)), v, 5, err);
    if (n < 0)
        return -1;
    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, "There is no change set %lld.", (long long)u->req->changeset);
    if (may_undo(u, &c, v[0].type == V_INT ? v[0].i : 0, err) < 0)
        return -1;
    if (str_is(v[2].s, "running"))
        return err_set(err, ERR_CONFLICT, "This change set is still being made; wait until it is done.");
    if (v[1].type == V_INT && !str_is(v[4].s, "running"))
        return err_set(err, ERR_CONFLICT,
                       "This has been undone already, by change set %lld; undo that to have it back.",
                       (long long)v[1].i);
    u->report->changes = v[3].i;
    u->cs.id = v[1].type == V_INT ? v[1].i : 0;
    u->before_seq = INT64_MAX;
    return 0;
}

/* An undo that was cut short goes on where it stopped. */
static int resume(struct undo *u, struct txn *t, struct err *err)
{
    struct value v;
    int n = u->cs.id
                ? sql_row(t, "SELECT origin_ref FROM changesets WHERE id = $1", ARGS(value_int(u->cs.id)), &v, 1, err)
                : 0;

    if (n == 1 && v.type == V_TEXT)
        str_int(v.s, &u->before_seq);
    return n < 0 ? -1 : 0;
}

static int look_for_empty_tables(struct undo *u, struct txn *t, struct err *err)
{
    const struct schema *s = u->app->schema;

    u->table_empty = NEW_ARRAY(u->arena, bool, (size_t)s->n);
    for (int i = 0; i < s->n; i++) {
        struct value v;
        int n = sql_row(t, arena_printf(u->arena, "SELECT 1 FROM %s LIMIT 1", s->kinds[i].name).p, NO_ARGS, &v, 1, err);
        if (n < 0)
            return -1;
        u->table_empty[i] = n == 0;
    }
    return 0;
}

/* -- one step: some changes in one transaction ------------------------------------------------------- */

static int mark(struct undo *u, struct ctx *c, bool last, struct err *err)
{
    struct str at = arena_printf(c->arena, "%lld", (long long)u->before_seq);

    if (log_open(c->t, &c->cs, err) < 0)
        return -1;
    return sql_run(c->t, "UPDATE changesets SET undone_by = $1 WHERE id = $2",
                   ARGS(value_int(c->cs.id), value_int(u->req->changeset)), NULL, err) < 0 ||
                   sql_run(c->t, "UPDATE changesets SET state = $1, origin_ref = $2 WHERE id = $3",
                           ARGS(value_text(str_of(last ? "done" : "running")), value_text(last ? STR_NULL : at),
                                value_int(c->cs.id)),
                           NULL, err) < 0
               ? -1
               : 0;
}

static int take_back(struct undo *u, struct ctx *c, struct err *err)
{
    struct undo_walk w = {.c = c,
                          .report = u->report,
                          .keep = u->arena,
                          .skip = &u->skip,
                          .found = &u->found,
                          .table_empty = u->table_empty};
    unsigned most = u->in_steps ? STEP_UNDO : SHORT_UNDO;
    msec start = clock_monotonic();
    struct log_item *items = NEW_ARRAY(c->arena, struct log_item, most + 1);
    struct rows *r = log_query(c->t, LOG_OF_CHANGESET_BACKWARD,
                               ARGS(value_int(u->req->changeset), value_int(u->before_seq)), most, err);
    int n = r ? 0 : -1;
    unsigned count = 0, taken = 0;

    while (r && (n = log_next(r, &items[count], err)) == 1)
        count++;
    if (n < 0)
        return -1;
    while (taken < count && (!u->in_steps || taken == 0 || clock_monotonic() - start < txn_patience(c->t)))
        if (undo_item(&w, &items[taken++], err) < 0)
            return -1;
    if (taken > 0)
        u->before_seq = items[taken - 1].seq;
    u->done += taken;
    u->finished = taken == count && count < most;
    return 0;
}

/* What a run of the step has found and was taken back with it is found again. */
static void back_to_start(struct undo *u)
{
    struct undo_start *was = u->start;

    if (was->touched) {
        for (struct map_slot *s = NULL; (s = map_each(&u->found, s));)
            map_put(&u->skip, s->key, NULL);
        *u->report = was->report;
        u->before_seq = was->before_seq;
        u->done = was->done;
    }
    map_init(&u->found, u->arena);
    *was = (struct undo_start){.report = *u->report, .before_seq = u->before_seq, .done = u->done, .touched = true};
}

static int step(struct txn *t, void *arg, struct err *err)
{
    struct undo *u = arg;
    struct ctx c;

    back_to_start(u);
    if (ctx_write(&c, u->app, t, u->req->who, "undo", err) < 0)
        return -1;
    c.cs.id = u->cs.id;
    c.cs.undoes = u->req->changeset;
    c.cs.label = arena_printf(c.arena, "Undo of change set %lld", (long long)u->req->changeset);
    if (take_back(u, &c, err) < 0)
        return -1;
    if (u->req->preview) {
        u->previewed = true;
        return err_set(err, ERR_CONFLICT, "A preview keeps nothing.");
    }
    if (u->report->all_conflicts > u->known && u->report->changes <= SHORT_UNDO)
        return err_set(
            err, ERR_CONFLICT,
            "%lld records have changed since; nothing was undone. Undo what came after, or keep those records.",
            (long long)u->report->all_conflicts);
    if (mark(u, &c, u->finished, err) < 0)
        return -1;
    u->cs.id = c.cs.id;
    return 0;
}

static int run_step(struct undo *u, struct err *err)
{
    struct arena *work = arena_new(MAX_ARENA);

    u->start->touched = false;
    int result = work ? store_work(u->app->store, work, step, u, err) : err_set(err, ERR_BUSY, "There is no memory.");

    arena_free(work);
    if (result == 0 && u->req->progress)
        u->req->progress(u->req->ctx, u->done, u->report->changes);
    return result;
}

/* -- short: all or nothing, tried again without what is in conflict when that is wanted ----------------- */

static void start_over(struct undo *u)
{
    u->report->restored = u->report->removed = u->report->updated = 0;
    u->before_seq = INT64_MAX;
    u->done = 0;
    u->known = u->report->all_conflicts;
    u->previewed = u->finished = false;
}

static int run_short(struct undo *u, struct err *err)
{
    for (int round = 0; round < MAX_ROUNDS; round++) {
        start_over(u);
        err_clear(err);
        int result = run_step(u, err);
        if (u->previewed) {
            err_clear(err);
            result = 0;
        }
        bool again = u->report->all_conflicts > u->known && u->req->keep_conflicts;
        if (!again || (result < 0 && err->code != ERR_CONFLICT))
            return result;
    }
    return err_set(err, ERR_CONFLICT,
                   "Too many records hang on those that have changed since; undo what came after first.");
}

/* -- long: what stands in the way is found first, by reading -------------------------------------------- */

/* Records of the change set that somebody else has changed since, and records it made that others refer to. */
static int look_ahead(struct undo *u, struct txn *t, struct err *err)
{
    struct rows *r =
        sql_query(t,
                  "SELECT c.kind, c.row_id, min(d.changeset_id) FROM changes c JOIN changes d ON d.kind = c.kind AND "
                  "d.row_id = c.row_id AND d.seq > c.seq AND d.changeset_id <> c.changeset_id AND d.changeset_id <> $2 "
                  "WHERE c.changeset_id = $1 GROUP BY c.kind, c.row_id",
                  ARGS(value_int(u->req->changeset), value_int(u->cs.id)), err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        struct str kind = rows_col(r, 0).s;
        id which = rows_col(r, 1).i;
        map_put(&u->skip, arena_printf(u->arena, STR_FMT "/%lld", STR_ARG(kind), (long long)which), u);
        u->report->all_conflicts++;
        if (u->report->nconflicts < UNDO_MAX_CONFLICTS)
            u->report->conflicts[u->report->nconflicts++] =
                (struct undo_conflict){.kind = schema_kind(u->app->schema, kind),
                                       .row = which,
                                       .expected = S("null"),
                                       .found = S("null"),
                                       .reason = "changed since"};
    }
    return n;
}

static int forbidden(const struct kind *k, struct err *err)
{
    return err_set(err, ERR_FORBIDDEN, "You may not change %s that this undo would change.", k->def.labels);
}

/* May the caller see and change every record of the kind that is still there? Those that are gone are looked at when
 * their turn comes. */
static int may_change_all(struct undo *u, const struct ctx *c, const struct kind *k, struct err *err)
{
    for (int edit = 0; edit <= 1; edit++) {
        struct sql *s = sql_new(c->arena, txn_dialect(c->t));
        struct value found;
        if (scope_is_all(c->access, k, edit))
            continue;
        if ((edit ? access_edit(c->access, k) : access_see(c->access, k)) == LEVEL_NONE)
            return forbidden(k, err);
        sql_f(s, "SELECT 1 FROM changes c JOIN %s t ON t.id = c.row_id WHERE c.kind = ", k->name);
        sql_arg(s, value_text(str_of(k->name)));
        sql_z(s, " AND c.changeset_id = ");
        sql_arg(s, value_int(u->req->changeset));
        sql_f(s, " AND NOT EXISTS (SELECT 1 FROM %s x WHERE x.id = t.id AND ", k->name);
        scope_where(s, c->access, k, "x", edit);
        sql_z(s, ") LIMIT 1");
        int n = sql_row(c->t, sql_text(s), sql_args(s), &found, 1, err);
        if (n != 0)
            return n < 0 ? -1 : forbidden(k, err);
    }
    return 0;
}

/* Steps cannot be taken back any more when a later one meets a record that is none of the caller's business. */
static int may_undo_all(struct undo *u, struct txn *t, struct err *err)
{
    struct rows *r;
    struct ctx c;
    int n;

    if (ctx_read(&c, u->app, t, u->req->who, err) < 0)
        return -1;
    if (!c.access)
        return 0;
    r = sql_query(t, "SELECT DISTINCT kind FROM changes WHERE changeset_id = $1", ARGS(value_int(u->req->changeset)),
                  err);
    n = r ? 0 : -1;
    while (r && (n = rows_next(r, err)) == 1) {
        const struct kind *k = schema_kind(u->app->schema, rows_col(r, 0).s);
        if (k && may_change_all(u, &c, k, err) < 0)
            return -1;
    }
    return n;
}

static int count_by_op(struct undo *u, struct txn *t, struct err *err)
{
    struct rows *r = sql_query(t, "SELECT op, count(*) FROM changes WHERE changeset_id = $1 GROUP BY op",
                               ARGS(value_int(u->req->changeset)), err);
    int n = r ? 0 : -1;

    while (r && (n = rows_next(r, err)) == 1) {
        struct str op = rows_col(r, 0).s;
        int64_t *to = str_is(op, "create")   ? &u->report->removed
                      : str_is(op, "delete") ? &u->report->restored
                                             : &u->report->updated;
        *to = rows_col(r, 1).i;
    }
    return n;
}

static int run_long(struct undo *u, struct txn *t, struct err *err)
{
    int looked =
        may_undo_all(u, t, err) < 0 || look_ahead(u, t, err) < 0 || (u->req->preview && count_by_op(u, t, err) < 0) ? -1
                                                                                                                    : 0;

    txn_end(t);
    if (looked < 0 || u->req->preview)
        return looked;
    if (u->report->all_conflicts > 0 && !u->req->keep_conflicts)
        return err_set(
            err, ERR_CONFLICT,
            "%lld records have changed since; nothing was undone. Undo what came after, or keep those records.",
            (long long)u->report->all_conflicts);
    while (!u->finished)
        if (run_step(u, err) < 0)
            return -1;
    return 0;
}

int undo_run(struct app *app, struct arena *a, const struct undo_request *req, struct undo_report *ret, struct err *err)
{
    struct undo u = {.app = app, .arena = a, .req = req, .report = ret};
    struct txn *t = txn_read(app->store, a, err);

    *ret = (struct undo_report){0};
    map_init(&u.skip, a);
    map_init(&u.found, a);
    u.start = NEW(a, struct undo_start);
    if (!t)
        return -1;
    if (find_changeset(&u, t, err) < 0 || resume(&u, t, err) < 0 || look_for_empty_tables(&u, t, err) < 0) {
        txn_end(t);
        return -1;
    }
    int result;
    u.in_steps = ret->changes > SHORT_UNDO || u.cs.id;
    if (u.in_steps) {
        result = run_long(&u, t, err);
    } else {
        txn_end(t);
        result = run_short(&u, err);
    }
    ret->changeset = result == 0 && !req->preview ? u.cs.id : 0;
    return result;
}
