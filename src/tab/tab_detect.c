#include "tab_detect.h"

#include <math.h>
#include <string.h>

#include "ceilings.h"
#include "map.h"
#include "tab_probe.h"

#define WHOLE (16 << 20)  /* bytes of a file that is read whole */
#define HEAD (8 << 20)    /* of a longer one, from its beginning */
#define PLACES 32         /* and this many places */
#define PLACE (128 << 10) /* of this many bytes */
#define SHOWN 1000        /* bytes of a cell in the sample */

const char *tab_order_name(enum tab_order o)
{
    static const char *const names[] = {"unknown", "dmy", "mdy", "ymd"};

    return names[o];
}

bool tab_order_find(struct str name, enum tab_order *ret)
{
    for (enum tab_order o = TAB_DMY; o <= TAB_YMD; o++)
        if (str_is(name, tab_order_name(o))) {
            *ret = o;
            return true;
        }
    return false;
}

const char *tab_eol_name(enum tab_eol e)
{
    static const char *const names[] = {"none", "lf", "crlf", "cr"};

    return names[e];
}

static struct str unique_name(struct arena *a, struct map *seen, struct str name, size_t column)
{
    name = str_trim(name);
    name = name.n ? arena_str(a, name) : arena_printf(a, "Column %zu", column);
    struct str tried = name;
    for (int again = 2; map_get(seen, tried); again++)
        tried = arena_printf(a, STR_FMT " (%d)", STR_ARG(name), again);
    map_put_kept(seen, tried, seen);
    return tried;
}

static int read_header(struct arena *a, const struct tab_source *src, struct tab_report *rep, struct err *err)
{
    struct tab_reader *r = tab_reader_new(a, src, &rep->format);
    struct tab_row row = {0};
    struct map seen;

    rep->data = rep->format.start;
    if (rep->has_header && tab_next(r, &row, err) < 0)
        return -1;
    if (rep->has_header)
        rep->data = row.next;
    map_init(&seen, a);
    rep->columns = NEW_ARRAY(a, struct tab_column, rep->n);
    for (size_t i = 0; i < rep->n; i++)
        rep->columns[i].name = unique_name(a, &seen, i < row.n ? row.cells[i] : STR_NULL, i + 1);
    return 0;
}

static struct str shown(struct arena *a, struct str cell)
{
    size_t n = cell.n < SHOWN ? cell.n : SHOWN;

    while (n < cell.n && n > 0 && ((unsigned char)cell.p[n] & 0xc0) == 0x80)
        n--;
    return arena_str(a, str_upto(cell, n));
}

static void add_sample(struct arena *a, struct tab_report *rep, const struct tab_row *row)
{
    struct str *cells = NEW_ARRAY(a, struct str, rep->n);

    for (size_t i = 0; i < rep->n; i++)
        cells[i] = shown(a, row->cells[i]);
    rep->sample[rep->nsample++] = cells;
}

static void add_row(struct tab_evidence *e, size_t n, const struct tab_row *row)
{
    for (size_t i = 0; i < n; i++)
        tab_evidence_add(&e[i], row->cells[i]);
}

/* A walk over the bytes that knows, from all the quotes it has passed, whether it is within a quoted cell. */
struct walk {
    const struct tab_source *src;
    int64_t at;
    size_t unit, low; /* bytes of a unit, and which of them tells ASCII */
    bool quoted;
    char chunk[4096];
};

/* Goes to `to` and from there to the next beginning of a record; to the end of the file when there is none. */
static int walk_to(struct walk *w, int64_t to, struct err *err)
{
    for (;;) {
        ssize_t got = tab_source_read(w->src, w->at, w->chunk, sizeof(w->chunk), err);
        if (got < (ssize_t)w->unit)
            return got < 0 ? -1 : 0;
        for (size_t i = 0; i + w->unit <= (size_t)got; i += w->unit) {
            char c = w->unit == 1 || w->chunk[i + 1 - w->low] == 0 ? w->chunk[i + w->low] : 'x';
            w->at += (int64_t)w->unit;
            if (c == '"')
                w->quoted = !w->quoted;
            else if ((c == '\n' || c == '\r') && !w->quoted && w->at >= to)
                return 0;
        }
    }
}

/* Rows at places spread over what the head did not cover. */
static int read_places(struct arena *a, const struct tab_source *src, const struct tab_report *rep,
                       struct tab_evidence *e, struct err *err)
{
    struct walk *w = NEW(a, struct walk);
    struct tab_reader *r = tab_reader_new(a, src, &rep->format);

    w->src = src;
    w->at = rep->data.offset;
    w->unit = tab_encoding_unit(rep->format.encoding);
    w->low = rep->format.encoding == TAB_UTF16BE;
    for (int64_t place = 1; place <= PLACES; place++) {
        struct tab_row row;
        int got;
        if (walk_to(w, HEAD + (rep->bytes - HEAD - PLACE) * place / PLACES, err) < 0)
            return -1;
        tab_seek(r, (struct tab_mark){w->at, 1});
        while ((got = tab_next(r, &row, err)) > 0 && row.next.offset < w->at + PLACE)
            if (!row.fault)
                add_row(e, rep->n, &row);
        if (got < 0 && err->code != ERR_INVALID)
            return -1;
        err_clear(err); /* a stray quote can turn the others the wrong way round */
    }
    return 0;
}

static int read_rows(struct arena *a, const struct tab_source *src, struct tab_report *rep, struct tab_evidence *e,
                     struct err *err)
{
    struct tab_format f = rep->format;
    struct tab_row row;
    int64_t end = rep->bytes > WHOLE ? HEAD : rep->bytes, seen = rep->data.offset;
    int got = 0;

    f.start = rep->data;
    struct tab_reader *r = tab_reader_new(a, src, &f);
    while (seen < end && (got = tab_next(r, &row, err)) > 0) {
        seen = row.next.offset;
        rep->rows++;
        if (row.fault >= TAB_LONG)
            continue;
        if (rep->nsample < TAB_SAMPLE)
            add_sample(a, rep, &row);
        if (row.fault <= TAB_FEW)
            add_row(e, rep->n, &row);
    }
    rep->rows_exact = got == 0 || seen >= rep->bytes;
    if (got < 0)
        return -1;
    if (rep->rows_exact)
        return 0;
    rep->rows = (int64_t)llround((double)rep->rows * (double)(rep->bytes - rep->data.offset) /
                                 (double)(seen - rep->data.offset));
    return read_places(a, src, rep, e, err);
}

/* What columns agree on holds for those that do not know; 0 when none knows or two differ. */
static int agreed(int had, int verdict, bool *differ)
{
    if (had && verdict && had != verdict)
        *differ = true;
    return *differ ? 0 : had ? had : verdict;
}

static void conclude(struct tab_report *rep, const struct tab_evidence *e)
{
    bool orders_differ = false, styles_differ = false;
    int64_t commas = 0, points = 0;

    for (size_t i = 0; i < rep->n; i++) {
        struct tab_verdict v = tab_evidence_verdict(&e[i]);
        struct tab_column *c = &rep->columns[i];
        c->looks = v.looks;
        c->filled = e[i].filled;
        c->order = v.order;
        c->order_matters = v.order_matters;
        c->decimal = v.decimal;
        c->decimal_matters = v.decimal_matters;
        if (v.order_matters)
            rep->order = (enum tab_order)agreed((int)rep->order, (int)v.order, &orders_differ);
        if (v.decimal_matters)
            rep->decimal = (enum tab_decimal)agreed((int)rep->decimal, (int)v.decimal, &styles_differ);
        points += e[i].points;
        commas += e[i].separated - e[i].points;
    }
    for (size_t i = 0; i < rep->n; i++) {
        struct tab_column *c = &rep->columns[i];
        bool contrary = tab_evidence_verdict(&e[i]).contrary;
        if (c->order_matters && !c->order && !contrary)
            c->order = rep->order;
        if (c->decimal_matters && !c->decimal && !contrary)
            c->decimal = rep->decimal;
        rep->dates_ambiguous |= c->order_matters && !c->order;
        rep->decimals_ambiguous |= c->decimal_matters && !c->decimal;
    }
    /* Always three digits behind it: rather thousands than decimals. */
    bool continental = rep->decimal == TAB_COMMA || rep->format.delimiter == ';';
    rep->likely_decimal = rep->decimal ? rep->decimal : continental && points > commas ? TAB_COMMA : TAB_POINT;
    rep->likely_order = continental ? TAB_DMY : TAB_MDY;
}

int tab_detect(struct arena *a, const struct tab_source *src, struct tab_report **ret, struct err *err)
{
    struct tab_report *rep = NEW(a, struct tab_report);

    rep->bytes = src->size;
    if (tab_probe(a, src, rep, err) < 0 || read_header(a, src, rep, err) < 0)
        return -1;
    struct tab_evidence *e = NEW_ARRAY(a, struct tab_evidence, rep->n);
    if (read_rows(a, src, rep, e, err) < 0)
        return -1;
    conclude(rep, e);
    *ret = rep;
    return 0;
}
