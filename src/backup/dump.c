#include "dump.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "catalog.h"
#include "ceilings.h"
#include "content.h"
#include "increment.h"
#include "json_out.h"

#define STOP_EVERY 4096 /* rows between two looks whether to stop */

struct dump {
    struct app *app;
    struct txn *t;
    struct frame_writer *w;
    const struct dump_options *o;
    struct dump_counts *counts;
    struct catalog catalog;
    struct buf json, rows, contents; /* text of a frame; rows of a frame; the table of contents as it grows */
    struct json_out end;
    struct increment increment;
};

static int stopped(const struct dump *d, struct err *err)
{
    return d->o->stop && d->o->stop(d->o->ctx) ? err_set(err, ERR_BUSY, "The backup was stopped.") : 0;
}

static int put_json(struct dump *d, enum frame_type type, struct err *err)
{
    if (!buf_ok(&d->json))
        return err_set(err, ERR_BUSY, "There is no memory for a backup now.");
    int result = frame_write(d->w, type, buf_view(&d->json), err);
    buf_reset(&d->json);
    return result;
}

/* -- what it is ------------------------------------------------------------------------------------------- */

static int put_head(struct dump *d, struct err *err)
{
    struct value step, name = VALUE_NULL, last[2];
    struct json_out o;

    if (sql_row(d->t, "SELECT max(number) FROM migrations", NO_ARGS, &step, 1, err) < 0 ||
        sql_row(d->t, "SELECT name FROM workspaces ORDER BY id LIMIT 1", NO_ARGS, &name, 1, err) < 0 ||
        sql_row(d->t,
                "SELECT (SELECT coalesce(max(seq), 0) FROM changes), (SELECT coalesce(max(id), 0) FROM changesets)",
                NO_ARGS, last, 2, err) < 0)
        return -1;
    d->counts->last_seq = last[0].i;
    out_init(&o, &d->json);
    out_open(&o, '{');
    out_kv_z(&o, "program", PENSTOCK_VERSION);
    out_kv_int(&o, "schema", step.i);
    out_kv_msec(&o, "made_at", clock_now());
    out_kv_str(&o, "workspace", name.type == V_TEXT ? name.s : S(""));
    out_kv_z(&o, "engine", txn_dialect(d->t) == DIALECT_SQLITE ? "sqlite" : "postgres");
    out_kv_int(&o, "last_seq", last[0].i);
    out_kv_int(&o, "last_changeset", last[1].i);
    if (increment_begin(d->t, d->o->base, &d->increment, err) < 0)
        return -1;
    increment_write_head(&d->increment, &o);
    out_close(&o, '}');
    return put_json(d, FRAME_HEAD, err);
}

/* -- tables ------------------------------------------------------------------------------------------------ */

static int put_table(struct dump *d, const struct table *table, struct err *err)
{
    struct json_out o;

    out_init(&o, &d->json);
    out_open(&o, '{');
    out_kv_z(&o, "name", table->name);
    out_kv_open(&o, "columns", '[');
    for (int i = 0; i < table->n; i++) {
        out_open(&o, '{');
        out_kv_z(&o, "name", table->columns[i].name);
        if (table->columns[i].json)
            out_kv_bool(&o, "json", true);
        if (table->columns[i].derived)
            out_kv_bool(&o, "derived", true);
        out_close(&o, '}');
    }
    out_close(&o, ']');
    out_close(&o, '}');
    return put_json(d, FRAME_TABLE, err);
}

static int put_table_end(struct dump *d, const struct table *table, int64_t rows, const struct digest *digest,
                         struct err *err)
{
    char text[DIGEST_TEXT + 1];
    struct json_out o;
    int64_t last;

    if (table_last_key(d->t, table, &last, err) < 0)
        return -1;
    digest_text(digest, text);
    out_init(&o, &d->json);
    out_open(&o, '{');
    out_kv_int(&o, "rows", rows);
    out_kv_int(&o, "last_key", last);
    out_close(&o, '}');

    out_open(&d->end, '{');
    out_kv_z(&d->end, "name", table->name);
    out_kv_int(&d->end, "rows", digest->rows);
    out_kv_z(&d->end, "digest", text);
    out_close(&d->end, '}');
    return put_json(d, FRAME_ROWS_END, err);
}

/* Text that is no text (a browser may call itself anything) would be refused by other databases. */
static struct value clean(struct arena *a, struct value v)
{
    if (v.type != V_TEXT || (utf8_valid(v.s) && !memchr(v.s.p, 0, v.s.n)))
        return v;
    char *text = arena_alloc(a, v.s.n);
    for (size_t i = 0; i < v.s.n; i++)
        text[i] = (unsigned char)(v.s.p[i] - 1) < 127 ? v.s.p[i] : '?';
    return value_text((struct str){text, v.s.n});
}

static int put_rows(struct dump *d, struct err *err)
{
    int result = 0;

    if (!buf_ok(&d->rows))
        return err_set(err, ERR_TOO_LARGE, "A record is too large to be backed up.");
    if (d->rows.n)
        result = frame_write(d->w, FRAME_ROWS, buf_view(&d->rows), err);
    buf_reset(&d->rows);
    return result;
}

/* All rows go into the digest; of a table that an increment has in part, only those that are new go into the file. */
static int dump_rows(struct dump *d, const struct table *table, struct digest *digest, int64_t *ret_rows,
                     struct err *err)
{
    struct rows *r = sql_stream(d->t, table->rows, NO_ARGS, err);
    struct value v[MAX_COLUMNS];
    int64_t seen = 0;
    int n = r ? 0 : -1;

    *ret_rows = 0;
    while (r && (n = rows_next(r, err)) == 1) {
        for (int i = 0; i < table->n; i++)
            v[i] = clean(txn_arena(d->t), rows_col_peek(r, i));
        digest_add(digest, table->columns, v, table->n);
        if (increment_takes(&d->increment, table, v)) {
            rowcode_put(&d->rows, v, table->n);
            ++*ret_rows;
        }
        if ((d->rows.n >= FRAME_FULL && put_rows(d, err) < 0) || (++seen % STOP_EVERY == 0 && stopped(d, err) < 0)) {
            rows_close(r);
            return -1;
        }
    }
    return n < 0 ? -1 : put_rows(d, err);
}

static int dump_table(struct dump *d, const struct table *table, struct err *err)
{
    struct digest digest;
    int64_t rows;

    if (d->o->tell)
        d->o->tell(table->name);
    digest_init(&digest);
    int result = put_table(d, table, err);
    if (result == 0)
        result = dump_rows(d, table, &digest, &rows, err);
    if (result == 0 && !buf_ok(&digest.work))
        result = err_set(err, ERR_TOO_LARGE, "A record is too large to be backed up.");
    if (result == 0)
        result = put_table_end(d, table, rows, &digest, err);
    d->counts->rows += digest.rows;
    if (strcmp(table->name, "changes") == 0)
        d->counts->changes = digest.rows;
    digest_clear(&digest);
    return result;
}

/* -- contents of files --------------------------------------------------------------------------------------- */

static int put_content(struct dump *d, struct str sha256, uint64_t size, int fd, struct err *err)
{
    struct json_out o;
    uint64_t sent = 0;
    ssize_t n = 0;

    out_init(&o, &d->json);
    out_open(&o, '{');
    out_kv_str(&o, "sha256", sha256);
    out_kv_int(&o, "size", (int64_t)size);
    out_close(&o, '}');
    if (put_json(d, FRAME_CONTENT, err) < 0)
        return -1;
    for (; sent < size; sent += (uint64_t)n) {
        buf_reset(&d->rows);
        char *room = buf_reserve(&d->rows, FRAME_FULL);
        if (!room)
            return err_set(err, ERR_BUSY, "There is no memory for a backup now.");
        n = read(fd, room, size - sent < FRAME_FULL ? (size_t)(size - sent) : FRAME_FULL);
        if (n < 0 && errno == EINTR)
            n = 0;
        else if (n <= 0)
            return err_set(err, ERR_INTERNAL, "The content of an uploaded file cannot be read.");
        else if (frame_write(d->w, FRAME_BYTES, (struct str){room, (size_t)n}, err) < 0 || stopped(d, err) < 0)
            return -1;
    }
    d->counts->contents++;
    d->counts->content_bytes += size;
    buf_reset(&d->rows);
    return 0;
}

static int dump_content(struct dump *d, struct str sha256, struct err *err)
{
    struct err gone = {0};
    uint64_t size;
    int fd = content_open(d->app, txn_arena(d->t), sha256, &size, &gone);

    if (fd < 0) {
        d->counts->missing++;
        return 0;
    }
    int result = put_content(d, sha256, size, fd, err);
    close(fd);
    return result;
}

static int dump_contents(struct dump *d, struct err *err)
{
    struct map named;

    if (d->o->tell)
        d->o->tell("contents of files");
    map_init(&named, txn_arena(d->t));
    if (content_named(d->app, d->t, increment_from(&d->increment), &named, err) < 0)
        return -1;
    for (struct map_slot *s = NULL; (s = map_each(&named, s));)
        if (dump_content(d, s->key, err) < 0)
            return -1;
    return 0;
}

static int put_end(struct dump *d, struct err *err)
{
    out_close(&d->end, ']');
    out_kv_int(&d->end, "contents", d->counts->contents);
    out_kv_int(&d->end, "missing", d->counts->missing);
    out_close(&d->end, '}');
    if (!buf_ok(&d->contents))
        return err_set(err, ERR_BUSY, "There is no memory for a backup now.");
    return frame_write(d->w, FRAME_END, buf_view(&d->contents), err);
}

static int dump_all(struct dump *d, struct err *err)
{
    if (put_head(d, err) < 0 || catalog_read(d->t, d->app->schema, &d->catalog, err) < 0)
        return -1;
    out_init(&d->end, &d->contents);
    out_open(&d->end, '{');
    out_kv_open(&d->end, "tables", '[');
    for (int i = 0; i < d->catalog.n; i++)
        if (stopped(d, err) < 0 || dump_table(d, d->catalog.tables[i], err) < 0)
            return -1;
    return dump_contents(d, err) < 0 ? -1 : put_end(d, err);
}

int dump_write(struct app *app, struct txn *t, struct frame_writer *w, const struct dump_options *o,
               struct dump_counts *ret, struct err *err)
{
    struct dump d = {.app = app, .t = t, .w = w, .o = o, .counts = ret};

    *ret = (struct dump_counts){0};
    buf_init(&d.json, MAX_JSON_BODY);
    buf_init(&d.rows, FRAME_MOST);
    buf_init(&d.contents, MAX_JSON_BODY);
    int result = dump_all(&d, err);
    buf_clear(&d.json);
    buf_clear(&d.rows);
    buf_clear(&d.contents);
    return result;
}
