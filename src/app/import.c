#include "import.h"

#include <string.h>

#include "import_private.h"
#include "rules.h"

#define MOST_CAUTION 1000u /* rows */

void import_note(struct import *im, struct ctx *c, const struct tab_row *in, const struct row *old,
                 const struct row *row)
{
    struct import_report *r = &im->report;

    for (int i = SYS__N; i < row->kind->nfields; i++)
        if (!(row->kind->fields[i].flags & (DERIVED | READONLY)) &&
            (old ? !value_eq(old->v[i], row->v[i]) : !value_is_null(row->v[i])))
            r->changed[i]++;
    if (r->nsamples == IMPORT_SAMPLES)
        return;
    struct import_sample *s = &r->samples[r->nsamples++];
    struct json_out o;
    struct buf *b = buf_new(im->arena, MAX_JSON_BODY);
    out_init(&o, b);
    row_write_diff(c->arena, &o, old, row);
    *s = (struct import_sample){.line = in->line,
                                .action = old ? "update" : "create",
                                .title = row_title(row).p ? arena_str(im->arena, row_title(row)) : STR_NULL,
                                .fields = buf_view(b)};
}

/* -- one row ------------------------------------------------------------------------------------- */

static int note_bad(struct import *im, struct ctx *c, const struct tab_row *in, size_t column, const struct err *why,
                    struct err *err)
{
    struct import_report *r = &im->report;
    const char *reason = why->nfields ? why->fields[0].msg : why->msg;
    struct import_bad b = {.line = in->line, .reason = str_of(reason)};

    if (column < im->file->n)
        b.column = im->file->columns[column].name;
    if (r->nbad < IMPORT_BAD_KEPT) {
        struct import_bad *kept = &r->bad_rows[r->nbad++];
        *kept = (struct import_bad){.line = b.line, .column = b.column, .reason = arena_str(im->arena, b.reason)};
    }
    r->bad++;
    if (im->req.bad && r->bad <= (int64_t)MAX_BAD_ROWS)
        return im->req.bad(im->req.ctx, c->t, &b, in, err);
    return 0;
}

/* A record of a kind, by the map. */
static int write_row(struct import *im, struct ctx *c, const struct tab_row *in, size_t *column, struct err *err)
{
    const struct kind *k = im->map.kind;
    bool *given = NEW_ARRAY(c->arena, bool, (size_t)k->nfields);
    struct row *old = NULL, *row;
    struct value key;

    *column = SIZE_MAX;
    if (import_key(c, &im->map, in, &key, err) < 0)
        return -1;
    if (im->map.key && value_is_null(key))
        return err_field(err, im->map.key->name, "required", "The row has no %s, by which it would be known.",
                         im->map.key->label);
    if (im->map.key && !value_is_null(key) && row_find(c->t, k, im->map.key->name, key, &old, err) < 0)
        return -1;
    row = old ? row_copy(c->arena, old) : row_new(c->arena, k);
    if (import_fill(c, &im->names, &im->map, in, row, given, column, err) < 0)
        return -1;
    *column = SIZE_MAX;
    import_title(c, row);
    if (!old) {
        if (op_insert(c, row, given, err) < 0)
            return -1;
        im->report.created++;
        import_note(im, c, in, NULL, row);
        return 0;
    }
    if (row_eq(old, row)) {
        im->report.skipped++;
        return 0;
    }
    if (op_change_allowed(c, old, err) < 0 || op_change(c, old, row, given, err) < 0)
        return -1;
    im->report.updated++;
    import_note(im, c, in, old, row);
    return 0;
}

/* The column a failure is about, when its field comes from one. */
static size_t column_of(const struct import *im, const struct err *why, size_t column)
{
    for (size_t i = 0; column == SIZE_MAX && why->nfields && i < im->map.n; i++)
        if (im->map.columns[i].field && strcmp(im->map.columns[i].field->name, why->fields[0].field) == 0)
            return im->map.columns[i].at;
    return column;
}

/* Failures that are not the row's own stop the import. */
static bool is_fatal(const struct err *why)
{
    return err_status(why->code) >= 500 || why->code == ERR_AUTH;
}

static int take_back_row(struct import *im, struct ctx *c, id changeset, struct err *err)
{
    import_forget(&im->names, /* step= */ false);
    history_forget(im);
    c->cs.id = changeset; /* it may have been opened by the row */
    return sql_run(c->t, "ROLLBACK TO SAVEPOINT import_row", NO_ARGS, NULL, err) < 0
               ? -1
               : sql_run(c->t, "RELEASE SAVEPOINT import_row", NO_ARGS, NULL, err);
}

/* A row is kept whole or not at all. Most that are bad are known to be before they have changed anything; when one is
 * not, the step is taken back and done again with a savepoint around each row. */
static int take_row(struct import *im, struct ctx *c, const struct tab_row *in, struct err *err)
{
    struct import_report *r = &im->report;
    struct err why = {0};
    size_t column = in->fault_column ? in->fault_column - 1 : SIZE_MAX;
    id changeset = c->cs.id;
    int64_t created = r->created, updated = r->updated;
    bool careful = im->careful > 0;
    unsigned writes = txn_writes(c->t);

    r->done++;
    im->careful -= careful;
    if (in->fault != TAB_GOOD && in->fault != TAB_FEW) {
        err_set(&why, ERR_INVALID, "%s", in->why);
        return note_bad(im, c, in, column, &why, err);
    }
    if (careful && sql_run(c->t, "SAVEPOINT import_row", NO_ARGS, NULL, err) < 0)
        return -1;
    c->depth = 0;
    c->occurred_at = 0;
    im->names.of_row = im->names.nmade;
    if (im->write(im, c, in, &column, &why) == 0)
        return careful ? sql_run(c->t, "RELEASE SAVEPOINT import_row", NO_ARGS, NULL, err) : 0;
    if (!careful && !is_fatal(&why) && txn_writes(c->t) != writes) {
        im->spoilt = true;
        return err_set(err, ERR_CONFLICT, "The step is done again.");
    }
    if (is_fatal(&why)) {
        *err = why;
        return -1;
    }
    r->created = created;
    r->updated = updated;
    if (careful && take_back_row(im, c, changeset, err) < 0)
        return -1;
    return note_bad(im, c, in, column_of(im, &why, column), &why, err);
}

/* -- steps --------------------------------------------------------------------------------------- */

static int mark(struct import *im, struct ctx *c, struct err *err)
{
    if (c->cs.id &&
        sql_run(c->t, "UPDATE changesets SET state = $1 WHERE id = $2",
                ARGS(value_text(im->finished ? S("done") : S("running")), value_int(c->cs.id)), NULL, err) < 0)
        return -1;
    im->report.changeset = c->cs.id;
    return im->req.kept ? im->req.kept(im->req.ctx, c->t, &im->report, im->at, err) : 0;
}

static size_t changed_size(const struct import *im)
{
    return (size_t)im->req.kind->nfields * sizeof(int64_t);
}

/* What the next step begins with. */
static void keep_start(struct import *im)
{
    im->start.at = im->at;
    im->start.report = im->report;
    memcpy(im->start.changed, im->report.changed, changed_size(im));
    import_remember(&im->names);
    im->touched = false;
}

static void back_to_start(struct import *im)
{
    if (!im->touched)
        return;
    im->at = im->start.at;
    im->report = im->start.report;
    memcpy(im->report.changed, im->start.changed, changed_size(im));
    im->finished = false;
    import_forget(&im->names, /* step= */ true);
    history_forget(im);
    tab_seek(im->reader, im->at);
}

static int step(struct txn *t, void *arg, struct err *err)
{
    struct import *im = arg;
    msec start = clock_monotonic();
    struct ctx c;
    struct tab_row in;
    int got = 1;

    back_to_start(im);
    im->touched = true;
    if (ctx_write(&c, im->app, t, im->req.who, im->req.origin, err) < 0 || import_bulk_begin(im, t, err) < 0)
        return -1;
    c.by_import = true;
    c.cs.id = im->report.changeset;
    c.cs.label = arena_printf(c.arena, "Import of " STR_FMT, STR_ARG(im->req.filename));
    for (unsigned i = 0; i < im->rows; i++) {
        if (i > 0 && !im->req.dry_run && clock_monotonic() - start >= txn_patience(t))
            break;
        got = tab_next(im->reader, &in, err);
        if (got <= 0)
            break;
        if (take_row(im, &c, &in, err) < 0)
            return -1;
        im->at = in.next;
    }
    if (got < 0)
        return -1;
    im->finished = got == 0;
    if (im->req.dry_run)
        return err_set(err, ERR_CONFLICT, "A preview keeps nothing.");
    return mark(im, &c, err);
}

/* A row failed after it had changed something: it and those before it are taken carefully, and some behind it, for bad
 * rows come in company. */
static void be_careful(struct import *im)
{
    im->careful = (unsigned)(im->report.done - im->start.report.done) + im->caution;
    im->caution = im->caution < MOST_CAUTION ? im->caution * 2 + 8 : MOST_CAUTION;
    im->spoilt = false;
}

int import_step(struct import *im, unsigned rows, struct err *err)
{
    int result;

    /* What a dry run of a history makes must last until its end. */
    im->rows = im->req.dry_run && im->req.history ? UINT32_MAX : rows;
    keep_start(im);
    for (;;) {
        struct arena *work = arena_new(MAX_ARENA);
        if (!work)
            return err_set(err, ERR_BUSY, "There is no memory for this now.");
        result = store_work(im->app->store, work, step, im, err);
        arena_free(work);
        if (result == 0 || !im->spoilt)
            break;
        be_careful(im);
        err_clear(err);
    }
    if (im->req.dry_run && result < 0 && err->code == ERR_CONFLICT &&
        (im->finished || im->report.done > im->start.report.done)) {
        err_clear(err);
        result = 0;
    }
    if (result < 0 || im->finished)
        import_bulk_end(im);
    if (result < 0) {
        back_to_start(im); /* nothing of the step was kept; the next try starts where it did */
        return -1;
    }
    im->caution /= 2;
    if (im->finished)
        im->report.total = im->report.done;
    return !im->finished;
}

/* -- opening ------------------------------------------------------------------------------------- */

static void close_source(void *source)
{
    tab_source_close(source);
}

int import_open(struct import **ret, struct app *app, struct arena *a, const struct import_request *req,
                struct err *err)
{
    struct import *im = NEW(a, struct import);
    struct tab_format format;

    *im = (struct import){.app = app, .arena = a, .req = *req, .report = req->resume_counts};
    if (tab_source_open(&im->source, req->path, err) < 0)
        return -1;
    arena_defer(a, close_source, &im->source);
    if (tab_detect(a, &im->source, &im->file, err) < 0 ||
        (req->history ? history_open(im, err) : import_map_read(a, req->kind, req->map, im->file, &im->map, err)) < 0)
        return -1;
    im->write = req->history ? history_row : write_row;
    im->names = (struct import_names){.arena = a, .dry_run = req->dry_run};
    map_init(&im->names.by_column, a);
    format = im->file->format;
    format.start = im->file->data;
    format.columns = im->file->n;
    im->reader = tab_reader_new(a, &im->source, &format);
    im->at = format.start;
    if (req->changeset) {
        im->at = req->resume_at;
        tab_seek(im->reader, im->at);
    }
    im->report.changeset = req->changeset;
    im->report.kind = req->kind;
    im->report.total = im->file->rows;
    im->report.changed = NEW_ARRAY(a, int64_t, (size_t)req->kind->nfields);
    im->start.changed = NEW_ARRAY(a, int64_t, (size_t)req->kind->nfields);
    *ret = im;
    return 0;
}

const struct import_report *import_report(const struct import *im)
{
    return &im->report;
}

const struct tab_report *import_file(const struct import *im)
{
    return im->file;
}
