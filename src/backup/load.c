#include "load.h"

#include <string.h>

#include "ceilings.h"
#include "receive.h"
#include "sqlgen.h"

#define STEP_BYTES (4u << 20) /* payload in one transaction */
#define MOST_VALUES 2000      /* of one INSERT */
#define MOST_ROWS 50          /* of one INSERT */

/* The table that rows are put into. */
struct inserting {
    struct table *table;
    const char *many, *one; /* INSERT of `batch` rows, of one */
    struct value *values;   /* rows that wait */
    int batch, waiting;
    int64_t rows;
};

static int damaged(const char *how, struct err *err)
{
    return err_set(err, ERR_INVALID, "The backup is damaged: %s.", how);
}

static int unknown(const char *what, struct str name, struct err *err)
{
    return err_set(err, ERR_INVALID, "The backup has a %s \"" STR_FMT "\" that this Penstock does not know.", what,
                   STR_ARG(str_upto(name, 80)));
}

/* -- beginning -------------------------------------------------------------------------------------------- */

static int check_head(const struct load *l, const struct head *before, struct err *err)
{
    const struct head *h = &l->head;

    if (h->schema > app_migrations_n)
        return err_set(err, ERR_CONFLICT,
                       "The backup was made by a newer Penstock (" STR_FMT
                       ", step %lld; this one knows %d). Restore it "
                       "with that version.",
                       STR_ARG(str_upto(h->program, 40)), (long long)h->schema, app_migrations_n);
    if (!before->id.p)
        return h->base.p
                   ? err_set(err, ERR_INVALID, "This is an increment; name the whole backup it goes on from first.")
                   : 0;
    if (!h->base.p)
        return err_set(err, ERR_INVALID, "This is a whole backup of its own; only an increment can follow another.");
    return before->base.p || !str_eq(h->base, before->id) || h->schema != before->schema
               ? err_set(err, ERR_INVALID, "The increment goes on from another backup.")
               : 0;
}

int load_begin(struct load *l, struct frame_reader *reader, struct err *err)
{
    struct head before = l->head;
    struct frame frame;

    l->reader = reader;
    l->done = false;
    map_init(&l->seen, l->arena);
    int n = frame_read(reader, &frame, err);
    if (n <= 0)
        return n < 0 ? -1 : damaged("it has no beginning", err);
    if (frame.type != FRAME_HEAD)
        return damaged("it has no beginning", err);
    return head_read(l->arena, arena_str(l->arena, frame.payload), &l->head, err) < 0 ? -1
                                                                                      : check_head(l, &before, err);
}

/* -- tables ------------------------------------------------------------------------------------------------ */

static bool has_column(const void *ctx, const char *column)
{
    const struct table_head *head = ctx;

    for (int i = 0; i < head->n; i++)
        if (strcmp(head->columns[i].name, column) == 0)
            return true;
    return false;
}

/* Custom fields are no columns of their own. */
static bool is_column(const struct kind *k, const char *name)
{
    for (int i = 0; i < k->nfields; i++)
        if (strcmp(k->fields[i].name, name) == 0)
            return true;
    return false;
}

static int make_kind(struct txn *t, const struct kind *k, const struct table_head *head, struct err *err)
{
    struct buf script;

    for (int i = 0; i < head->n; i++)
        if (!is_column(k, head->columns[i].name))
            return unknown("column", str_of(head->columns[i].name), err);
    if (!has_column(head, "id"))
        return damaged("a table has no ids", err);
    buf_init(&script, MAX_JSON_BODY);
    sqlgen_bare_table(&script, k, has_column, head, txn_dialect(t));
    int result = migrate_run(t, &script, err);
    buf_clear(&script);
    return result;
}

/* What the statement does with a row that is there already: of the log, when an increment overlaps its base. */
static struct str when_there(struct arena *a, const struct table *table, bool increment)
{
    struct str text;

    if (!increment)
        return S("");
    if (strcmp(table->name, "changes") == 0)
        return S(" ON CONFLICT (seq) DO NOTHING");
    if (strcmp(table->name, "changesets") != 0)
        return S("");
    text = S(" ON CONFLICT (id) DO UPDATE SET ");
    for (int i = 0, n = 0; i < table->n; i++)
        if (strcmp(table->columns[i].name, "id") != 0)
            text = arena_printf(a, STR_FMT "%s%s=excluded.%s", STR_ARG(text), n++ ? "," : "", table->columns[i].name,
                                table->columns[i].name);
    return text;
}

static const char *insert_of(struct load *l, const struct table *table, int rows)
{
    struct buf b;

    buf_init(&b, MAX_JSON_BODY);
    buf_printf(&b, "INSERT INTO %s (", table->name);
    for (int i = 0; i < table->n; i++)
        buf_printf(&b, "%s%s", i ? "," : "", table->columns[i].name);
    buf_z(&b, ") VALUES ");
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < table->n; i++)
            buf_printf(&b, "%s$%d%s", i ? "," : r ? ",(" : "(", r * table->n + i + 1, i == table->n - 1 ? ")" : "");
    buf_str(&b, when_there(l->arena, table, l->head.base.p != NULL));
    const char *text = arena_cstr(l->arena, buf_view(&b));
    buf_clear(&b);
    return text;
}

static struct inserting *inserting_new(struct load *l, struct table *table)
{
    struct inserting *now = NEW(l->arena, struct inserting);
    int batch = MOST_VALUES / table->n;

    now->table = table;
    now->batch = batch < 1 ? 1 : batch > MOST_ROWS ? MOST_ROWS : batch;
    now->many = insert_of(l, table, now->batch);
    now->one = insert_of(l, table, 1);
    now->values = NEW_ARRAY(l->arena, struct value, (size_t)now->batch * (size_t)table->n);
    return now;
}

/* The table as the backup has it: its columns in that order, to be read back for the comparison. */
static struct table *table_like(struct load *l, const struct table_head *head, const struct table *there)
{
    struct table *made = NEW(l->arena, struct table);
    struct str list = S("");

    *made = (struct table){.name = there->name, .kind = there->kind, .key = there->key, .n = head->n};
    for (int i = 0; i < head->n; i++) {
        made->columns[i] = head->columns[i];
        made->columns[i].type = there->columns[table_column(there, str_of(head->columns[i].name))].type;
        list = arena_printf(l->arena, STR_FMT "%s%s", STR_ARG(list), i ? "," : "", head->columns[i].name);
    }
    made->rows = arena_printf(l->arena, "SELECT " STR_FMT " FROM %s", STR_ARG(list), there->name).p;
    return made;
}

/* A table of this program, beside the kinds, with every column that the backup names. */
static int find_table(struct load *l, struct txn *t, const struct table_head *head, struct table **ret, struct err *err)
{
    struct catalog *here = NEW(l->arena, struct catalog);
    const struct table *there;

    if (catalog_read(t, l->app->schema, here, err) < 0)
        return -1;
    there = catalog_find(here, head->name);
    if (!there)
        return unknown("table", head->name, err);
    for (int i = 0; i < head->n; i++)
        if (table_column(there, str_of(head->columns[i].name)) < 0)
            return unknown("column", str_of(head->columns[i].name), err);
    *ret = table_like(l, head, there);
    (*ret)->name = arena_cstr(l->arena, head->name);
    (*ret)->key = there->key ? arena_cstr(l->arena, str_of(there->key)) : NULL;
    return 0;
}

static int begin_table(struct load *l, struct txn *t, struct str payload, struct err *err)
{
    struct table_head head;
    struct table *table;

    if (table_head_read(l->arena, arena_str(l->arena, payload), &head, err) < 0)
        return -1;
    const struct kind *k = schema_kind(l->app->schema, head.name);
    if (map_get(&l->seen, head.name) || l->tables.n == MAX_TABLES)
        return damaged("a table is in it twice", err);
    map_put(&l->seen, head.name, l);
    table = catalog_find(&l->tables, head.name);
    bool increment = l->head.base.p != NULL;
    if (!increment && k && make_kind(t, k, &head, err) < 0)
        return -1;
    if (!table) {
        if (find_table(l, t, &head, &table, err) < 0)
            return -1;
        l->tables.tables[l->tables.n++] = table;
    } else if (head.n != table->n) {
        return damaged("an increment has other columns than its base", err);
    }
    for (int i = 0; i < head.n; i++)
        if (strcmp(head.columns[i].name, table->columns[i].name) != 0)
            return damaged("an increment has other columns than its base", err);
    /* Of kinds an increment has the log, of the log what is new, of all else everything. */
    if (increment && !k && !str_starts(head.name, S("change")) &&
        sql_run(t, arena_printf(txn_arena(t), "DELETE FROM %s", table->name).p, NO_ARGS, NULL, err) < 0)
        return -1;
    l->now = inserting_new(l, table);
    return 0;
}

/* -- rows --------------------------------------------------------------------------------------------------- */

static int flush(struct inserting *now, struct txn *t, struct err *err)
{
    size_t n = (size_t)now->table->n;
    int result = 0;

    if (now->waiting == now->batch)
        result = sql_run(t, now->many, (struct args){now->values, n * (size_t)now->batch}, NULL, err);
    else
        for (int i = 0; i < now->waiting && result == 0; i++)
            result = sql_run(t, now->one, (struct args){now->values + (size_t)i * n, n}, NULL, err);
    now->rows += now->waiting;
    now->waiting = 0;
    return result;
}

/* Whoever reads a column may rely on its type. */
static bool row_fits(const struct table *table, const struct value *v)
{
    for (int i = 0; i < table->n; i++)
        if (v[i].type != V_NULL && v[i].type != table->columns[i].type)
            return false;
    return true;
}

static int take_rows(struct load *l, struct txn *t, struct str payload, struct err *err)
{
    struct inserting *now = l->now;

    if (l->head.base.p && now->table->kind)
        return damaged("an increment has rows where it should have the log", err);
    while (payload.n) {
        struct value *row = now->values + (size_t)now->waiting * (size_t)now->table->n;
        if (!rowcode_take(&payload, row, now->table->n) || !row_fits(now->table, row))
            return damaged("a row cannot be read", err);
        if (++now->waiting == now->batch && flush(now, t, err) < 0)
            return -1;
    }
    return flush(now, t, err); /* the values point into the payload */
}

static int end_table(struct load *l, struct txn *t, struct str payload, struct err *err)
{
    struct inserting *now = l->now;
    int64_t rows, last, there;

    if (table_end_read(txn_arena(t), payload, &rows, &last, err) < 0)
        return -1;
    if (rows != now->rows)
        return damaged("a table has not as many rows as it says", err);
    if (table_last_key(t, now->table, &there, err) < 0 ||
        table_set_last_key(t, now->table, last > there ? last : there, err) < 0)
        return -1;
    l->rows += rows;
    l->now = NULL;
    return 0;
}

/* -- frame by frame ---------------------------------------------------------------------------------------- */

static int take_end(struct load *l, struct str payload, struct err *err)
{
    if (end_read(l->arena, arena_str(l->arena, payload), &l->end, err) < 0)
        return -1;
    for (int i = 0; i < l->end.n; i++)
        if (!map_get(&l->seen, l->end.tables[i].name))
            return damaged("a table is missing", err);
    if ((size_t)l->end.n != l->seen.n)
        return damaged("a table is in it that it does not name", err);
    l->done = true;
    return 0;
}

/* Inside a table come its rows, inside a content its bytes, and nothing else. */
static int take_frame(struct load *l, struct txn *t, const struct frame *f, struct err *err)
{
    bool inside = l->now || l->content;

    if (l->now && f->type == FRAME_ROWS)
        return take_rows(l, t, f->payload, err);
    if (l->now && f->type == FRAME_ROWS_END)
        return end_table(l, t, f->payload, err);
    if (l->content && f->type == FRAME_BYTES)
        return receive_bytes(&l->content, f->payload, &l->contents, err);
    if (!inside && f->type == FRAME_TABLE)
        return begin_table(l, t, f->payload, err);
    if (!inside && f->type == FRAME_CONTENT)
        return receive_begin(&l->content, txn_arena(t), l->app->data_dir, f->payload, &l->contents, err);
    if (!inside && f->type == FRAME_END)
        return take_end(l, f->payload, err);
    return damaged("its parts are not in their order", err);
}

int load_step(struct txn *t, void *load, struct err *err)
{
    struct load *l = load;
    struct frame frame;

    if (l->seen.n == 0 && !l->head.base.p &&
        (migrate_steps(t, app_migrations, (int)l->head.schema, err) < 0 || sql_script(t, LOG_INDEXES_GO, err) < 0))
        return -1;
    for (size_t taken = 0; taken < STEP_BYTES && !l->done; taken += frame.payload.n + 1) {
        int n = frame_read(l->reader, &frame, err);
        if (n < 0 || take_frame(l, t, &frame, err) < 0)
            return -1;
    }
    return 0;
}

void load_end(struct load *l)
{
    receive_free(&l->content);
}

/* -- comparing ----------------------------------------------------------------------------------------------- */

int load_verify(struct load *l, struct txn *t, const struct end_table *table, struct err *err)
{
    const struct table *there = catalog_find(&l->tables, table->name);
    char text[DIGEST_TEXT + 1];
    struct digest digest;

    if (!there)
        return damaged("a table is missing", err);
    digest_init(&digest);
    int result = table_digest(t, there, &digest, err);
    digest_text(&digest, text);
    if (result == 0 && digest.rows != table->rows)
        result = err_set(err, ERR_INVALID, "The backup does not hold what was there: %s has %lld rows instead of %lld.",
                         there->name, (long long)digest.rows, (long long)table->rows);
    else if (result == 0 && !str_is(table->digest, text))
        result =
            err_set(err, ERR_INVALID, "The backup does not hold what was there: the rows of %s differ.", there->name);
    digest_clear(&digest);
    return result;
}
