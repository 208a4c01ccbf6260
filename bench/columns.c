/*
 * bench-columns --db FILE --cache FILE --pipeline ID --stages ID,… [--seconds S]: the funnel of a pipeline by a plain C
 * loop over arrays: what every change of a deal says of time, stage, status and pipeline, lying side by side in memory
 * in the order of deals and their business time. Filling the arrays from the log is not counted, and kept in the cache.
 *
 * Prints {per_second, p50_ms, deals, changes, won, stages: [{stage_id, count, advanced, lost, open}]}; the counts are
 * those of the report: a deal counts at a stage when it stood there or further on, or was won.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "json_scan.h"
#include "options.h"
#include "raw.h"

#define MAX_STAGES 64
#define SLIP 60000 /* a visit of less than a minute is a slip of the hand */

enum { SAME, OPEN, WON, LOST, GONE };

struct change {
    int64_t at;
    int32_t stage, pipeline; /* 0: none, -1: not touched */
    int32_t status;
    int32_t first; /* of its deal */
};

struct columns {
    int64_t magic, last_seq, n;
    struct change *v;
};

#define MAGIC 0x31304c4f43

struct count {
    int64_t stage, count, advanced, lost, open;
};

/* -- filling --------------------------------------------------------------------------------------- */

static struct str second(struct str pair)
{
    struct json_walk w = json_walk(pair);
    struct str raw = STR_NULL;

    json_walk_element(&w, &raw);
    json_walk_element(&w, &raw);
    return raw;
}

static int32_t number(struct str raw)
{
    int64_t n = 0;

    str_int(raw, &n);
    return (int32_t)n;
}

static void take_fields(struct change *c, struct str fields)
{
    struct json_walk w = json_walk(fields);
    struct str name, pair;

    while (json_walk_member(&w, &name, &pair)) {
        if (str_is(name, "stage_id"))
            c->stage = number(second(pair));
        else if (str_is(name, "pipeline_id"))
            c->pipeline = number(second(pair));
        else if (str_is(name, "status"))
            c->status = str_is(second(pair), "\"won\"") ? WON : str_is(second(pair), "\"lost\"") ? LOST : OPEN;
    }
}

static void fill(struct raw_conn *conn, struct columns *ret)
{
    sqlite3_stmt *st = raw_prepare(conn, "SELECT row_id, occurred_at, op, fields FROM changes WHERE kind = 'deals' "
                                         "ORDER BY row_id, occurred_at, seq");
    int64_t deal = 0, room = 0;

    for (; raw_step(st); ret->n++) {
        if (ret->n == room) {
            room = room ? room * 2 : 1 << 20;
            ret->v = realloc(ret->v, (size_t)room * sizeof(*ret->v));
            if (!ret->v)
                raw_fail(NULL, "out of memory");
        }
        struct change *c = &ret->v[ret->n];
        *c = (struct change){.at = sqlite3_column_int64(st, 1),
                             .stage = -1,
                             .pipeline = -1,
                             .first = ret->n == 0 || deal != sqlite3_column_int64(st, 0)};
        deal = sqlite3_column_int64(st, 0);
        const char op = (char)sqlite3_column_text(st, 2)[0];
        if (op == 'd')
            c->status = GONE;
        else
            take_fields(c, raw_text(st, 3));
        if (op == 'c' && c->status == SAME)
            c->status = OPEN;
    }
}

static bool from_cache(const char *path, int64_t last_seq, struct columns *ret)
{
    FILE *f = fopen(path, "re");
    bool is = f && fread(ret, 3 * sizeof(int64_t), 1, f) == 1 && ret->magic == MAGIC && ret->last_seq == last_seq;

    ret->v = is ? malloc((size_t)ret->n * sizeof(*ret->v)) : NULL;
    is = is && ret->v && fread(ret->v, sizeof(*ret->v), (size_t)ret->n, f) == (size_t)ret->n;
    if (f)
        fclose(f);
    if (!is) {
        free(ret->v);
        *ret = (struct columns){.magic = MAGIC, .last_seq = last_seq};
    }
    return is;
}

static void to_cache(const char *path, const struct columns *c)
{
    FILE *f = fopen(path, "we");

    if (!f || fwrite(c, 3 * sizeof(int64_t), 1, f) != 1 ||
        fwrite(c->v, sizeof(*c->v), (size_t)c->n, f) != (size_t)c->n || fclose(f) != 0)
        raw_fail(NULL, path);
}

static void load(const char *db, const char *cache, struct columns *ret)
{
    struct raw_conn *conn = raw_open(db);
    sqlite3_stmt *st = raw_prepare(conn, "SELECT max(seq) FROM changes");
    int64_t last = raw_step(st) ? sqlite3_column_int64(st, 0) : 0;

    sqlite3_reset(st);
    if (!from_cache(cache, last, ret)) {
        fill(conn, ret);
        to_cache(cache, ret);
    }
    raw_close(conn);
}

/* -- the loop -------------------------------------------------------------------------------------- */

struct funnel {
    int64_t pipeline, deals, won;
    struct count stages[MAX_STAGES];
    int nstages;
    int16_t place[256]; /* by stage id, -1: of another pipeline */
};

struct deal {
    int status, pipeline, stage;
    int furthest, before; /* places; before: the furthest one before the visit that goes on */
    int64_t entered;
    bool inside;
};

/* A visit too short to count is taken back, unless it ended with the deal. */
static void leave(struct deal *d, int64_t at)
{
    if (d->inside && d->status == OPEN && at - d->entered < SLIP)
        d->furthest = d->before;
    d->inside = false;
}

static void step(struct funnel *f, struct deal *d, const struct change *c)
{
    int stage = c->stage >= 0 ? c->stage : d->stage;

    d->status = c->status != SAME ? c->status : d->status;
    d->pipeline = c->pipeline >= 0 ? c->pipeline : d->pipeline;
    if (d->inside && (d->status != OPEN || stage != d->stage))
        leave(d, c->at);
    d->stage = stage;
    if (d->inside || d->status != OPEN || !stage)
        return;
    d->inside = true;
    d->entered = c->at;
    d->before = d->furthest;
    if (stage < 256 && f->place[stage] > d->furthest)
        d->furthest = f->place[stage];
}

static void add(struct funnel *f, const struct deal *d)
{
    if (d->status == GONE || d->pipeline != f->pipeline)
        return;
    f->deals++;
    f->won += d->status == WON;
    for (int i = 0; i < f->nstages; i++) {
        struct count *s = &f->stages[i];
        if (d->status != WON && d->furthest < i)
            break;
        s->count++;
        if (d->status == WON || d->furthest > i)
            s->advanced++;
        else if (d->status == LOST)
            s->lost++;
        else
            s->open++;
    }
}

static void loop(const struct columns *c, struct funnel *f)
{
    struct deal d = {.furthest = -1};

    f->deals = f->won = 0;
    for (int i = 0; i < f->nstages; i++)
        f->stages[i] = (struct count){.stage = f->stages[i].stage};
    for (int64_t i = 0; i < c->n; i++) {
        if (c->v[i].first && i > 0) {
            add(f, &d);
            d = (struct deal){.furthest = -1};
        }
        step(f, &d, &c->v[i]);
    }
    if (c->n)
        add(f, &d);
}

static void print(const struct columns *c, const struct funnel *f, const struct hist *latency, double seconds)
{
    printf("{\"per_second\":%.3f,\"p50_ms\":%.3f,\"deals\":%lld,\"changes\":%lld,\"won\":%lld,\"stages\":[",
           (double)latency->n / seconds, (double)hist_quantile(latency, 0.5) / 1e6, (long long)f->deals,
           (long long)c->n, (long long)f->won);
    for (int i = 0; i < f->nstages; i++) {
        const struct count *s = &f->stages[i];
        printf("%s{\"stage_id\":%lld,\"count\":%lld,\"advanced\":%lld,\"lost\":%lld,\"open\":%lld}", i ? "," : "",
               (long long)s->stage, (long long)s->count, (long long)s->advanced, (long long)s->lost,
               (long long)s->open);
    }
    printf("]}\n");
}

static void read_stages(const char *text, struct funnel *f)
{
    struct str rest = str_of(text), one;
    int64_t id;

    memset(f->place, -1, sizeof(f->place));
    while (str_next(&rest, ',', &one)) {
        if (!str_int(one, &id) || id < 1 || id > 255 || f->nstages == MAX_STAGES)
            raw_fail(NULL, "--stages takes ids up to 255");
        f->place[id] = (int16_t)f->nstages;
        f->stages[f->nstages++].stage = id;
    }
}

int main(int argc, char **argv)
{
    const char *db = NULL, *cache = NULL, *stages = NULL;
    struct funnel f = {.pipeline = 1};
    double seconds = 1;
    const struct option_row rows[] = {
        {"db", .text = &db, .required = true}, {"cache", .text = &cache, .required = true},
        {"pipeline", .number = &f.pipeline},   {"stages", .text = &stages, .required = true},
        {"seconds", .real = &seconds},         {0},
    };
    struct hist *latency = hist_new();
    struct columns columns;

    options_read("bench-columns", argc, argv, rows);
    read_stages(stages, &f);
    load(db, cache, &columns);
    uint64_t begin = clock_ns(), now = begin;
    do {
        loop(&columns, &f);
        uint64_t then = clock_ns();
        hist_add(latency, then - now);
        now = then;
    } while ((double)(now - begin) / 1e9 < seconds);
    print(&columns, &f, latency, (double)(now - begin) / 1e9);
    free(columns.v);
    free(latency);
    return 0;
}
