#include "import_row.h"

#include "json_in.h"

/* All names of a kind are read once, up to this many; beyond it each is asked for. */
#define NAMES_KEPT 500000
#define MOST_MADE 64 /* by one row */

struct names {
    struct map ids; /* folded text to id, as a pointer-sized number */
    bool whole;
};

static void remember(struct names *n, struct str folded, id which)
{
    if (!map_get(&n->ids, folded))
        map_put(&n->ids, folded, (void *)(intptr_t)which);
}

static int read_names(struct ctx *c, struct names *n, const struct kind *k, const char *match, id pipeline,
                      struct err *err)
{
    struct sql *s = sql_new(c->arena, txn_dialect(c->t));
    struct rows *r;
    int got = 0, count = 0;

    sql_f(s, "SELECT t.id, t.%s FROM %s t WHERE t.%s IS NOT NULL AND ", match, k->name, match);
    scope_where(s, c->access, k, "t", false);
    if (pipeline && k == c->app->stages) {
        sql_z(s, " AND t.pipeline_id = ");
        sql_arg(s, value_int(pipeline));
    }
    sql_f(s, " ORDER BY t.id LIMIT %d", NAMES_KEPT);
    r = sql_query(c->t, sql_text(s), sql_args(s), err);
    if (!r)
        return -1;
    while ((got = rows_next(r, err)) == 1) {
        struct value text = rows_col_peek(r, 1);
        if (text.type == V_TEXT)
            remember(n, utf8_fold(n->ids.arena, text.s), rows_col_peek(r, 0).i);
        count++;
    }
    n->whole = count < NAMES_KEPT;
    return got;
}

static struct names *names_of(struct ctx *c, struct import_names *all, const struct kind *k, const char *match,
                              id pipeline, struct err *err)
{
    struct str key = arena_printf(c->arena, "%s/%s/%lld", k->name, match, (long long)pipeline);
    struct names *n = map_get(&all->by_column, key);

    if (n)
        return n;
    n = NEW(all->arena, struct names);
    map_init(&n->ids, all->arena);
    all->read_some = true;
    if (read_names(c, n, k, match, pipeline, err) < 0)
        return NULL;
    map_put(&all->by_column, key, n);
    return n;
}

static int make(struct ctx *c, const struct kind *k, const char *match, id pipeline, struct str text, id *ret,
                struct err *err)
{
    struct row *row = row_new(c->arena, k);
    bool *given = NEW_ARRAY(c->arena, bool, (size_t)k->nfields);

    if (row_put_text(c->arena, row, kind_field(k, str_of(match)), text, err) < 0)
        return -1;
    if (kind_at(k, match) != k->title_at && !row_has(row, k->title_at) && field_ftype(&k->fields[k->title_at])->is_text)
        row->v[k->title_at] = value_text(text);
    if (k == c->app->stages && pipeline) {
        struct value last;
        row_set(row, "pipeline_id", value_int(pipeline));
        if (sql_row(c->t, "SELECT coalesce(max(position), 0) + 10 FROM stages WHERE pipeline_id = $1",
                    ARGS(value_int(pipeline)), &last, 1, err) < 0)
            return -1;
        row_set(row, "position", last);
    }
    if (op_insert(c, row, given, err) < 0)
        return -1;
    *ret = row_id(row);
    return 0;
}

void import_forget(struct import_names *names, bool step)
{
    size_t from = step ? 0 : names->of_row;

    for (size_t i = from; i < names->nmade; i++)
        map_put(names->made[i].in, names->made[i].name, NULL);
    names->nmade = from;
    if (names->read_some)
        map_init(&names->by_column, names->arena); /* some may have been read that are not there any more */
}

void import_remember(struct import_names *names)
{
    names->nmade = names->of_row = 0;
    names->read_some = false;
}

static void note_made(struct import_names *all, struct map *in, struct str name)
{
    if (all->nmade == all->room) {
        size_t room = all->room ? all->room * 2 : 64;
        all->made = arena_grow(all->arena, all->made, all->nmade * sizeof(*all->made), room * sizeof(*all->made));
        all->room = room;
    }
    all->made[all->nmade++] = (struct map_made){.in = in, .name = arena_str(all->arena, name)};
}

int import_find(struct ctx *c, struct import_names *all, const struct field *f, const char *match, bool create,
                id pipeline, struct str text, id *ret, struct err *err)
{
    const struct kind *k = f->ref_kind;
    struct str trimmed = str_trim(text);
    struct names *n;
    id found;

    *ret = 0;
    if (trimmed.n == 0)
        return 0;
    if (k != c->app->stages)
        pipeline = 0;
    n = names_of(c, all, k, match, pipeline, err);
    if (!n)
        return -1;
    struct str folded = utf8_fold(c->arena, trimmed);
    found = (id)(intptr_t)map_get(&n->ids, folded);
    if (!found && !n->whole) {
        struct row *row;
        int there = row_find(c->t, k, match, value_text(trimmed), &row, err);
        if (there < 0)
            return -1;
        if (there == 1)
            there = scope_reaches(c->t, c->access, k, row_id(row), false, err);
        if (there < 0)
            return -1;
        found = there ? row_id(row) : 0;
    }
    if (found) {
        *ret = found < 0 ? 0 : found;
        return 0;
    }
    if (!create)
        return err_field(err, f->name, "reference", "There is no %s \"" STR_FMT "\".", k->def.one,
                         STR_ARG(str_upto(trimmed, 80)));
    if (all->nmade - all->of_row == MOST_MADE)
        return err_field(err, f->name, "too_many", "One row would make more than %d other records.", MOST_MADE);
    if (make(c, k, match, pipeline, trimmed, ret, err) < 0)
        return -1;
    /* A dry run takes back what it made; it is known to have been made all the same. */
    map_put(&n->ids, folded, (void *)(intptr_t)(all->dry_run ? -1 : *ret));
    note_made(all, &n->ids, folded);
    if (all->dry_run)
        *ret = 0;
    return 0;
}
