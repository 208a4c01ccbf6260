/* A long file into an empty table: its indexes are let go and made at the end from the whole. */
#include "bulk.h"
#include "deal.h"
#include "diag.h"
#include "import_private.h"

#define LONG_FILE 10000 /* rows: below, it does not pay */

int import_bulk_begin(struct import *im, struct txn *t, struct err *err)
{
    const struct kind *k = im->req.kind;
    const struct field *key = im->req.history ? &k->fields[DEAL_EXTERNAL_ID] : im->map.key;
    struct value any;

    /* Elsewhere an index that is let go keeps others from reading until the transaction ends. */
    if (txn_dialect(t) != DIALECT_SQLITE || im->req.dry_run || im->req.changeset || im->report.done > 0 ||
        im->file->rows < (im->req.long_file ? im->req.long_file : LONG_FILE))
        return 0;
    int filled = sql_row(t, arena_printf(txn_arena(t), "SELECT 1 FROM %s LIMIT 1", k->name).p, NO_ARGS, &any, 1, err);
    if (filled != 0)
        return filled < 0 ? -1 : 0;
    im->bulk = true;
    return bulk_begin_kind(t, k, key ? key->name : NULL, err);
}

struct making {
    const struct schema *schema;
    int made;
};

static int make_one(struct txn *t, void *arg, struct err *err)
{
    struct making *m = arg;

    m->made = bulk_make_one(t, m->schema, err);
    return m->made < 0 ? -1 : 0;
}

void import_bulk_end(struct import *im)
{
    struct making m = {.schema = im->app->schema, .made = 1};
    struct err err = {0};

    while (im->bulk && m.made > 0) {
        struct arena *work = arena_new(MAX_ARENA);
        if (!work || store_work(im->app->store, work, make_one, &m, &err) < 0) {
            diag(DIAG_WARN, "an index is not there again before the next start reason=\"%s\"", err.msg);
            m.made = 0;
        }
        arena_free(work);
    }
    im->bulk = false;
}
