/*
 * bench-raw --db FILE --recipe FILE [--threads N] [--seconds S] [--now MSEC]: answers the recipe's questions from the
 * file as fast as it can, each thread with its own connection, and prints {per_second, p50_ms, p99_ms, bytes}. With
 * --seconds 0 it answers each once and prints the answers, a line each.
 *
 * A recipe says what columns a deal has, `column NAME TYPE`, and then one question a line: `list 3`, `board 1 20`.
 */
#include "raw.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "options.h"
#include "rng.h"
#include "zone.h"

#define MAX_RECIPE (16u << 20)
#define MAX_THREADS 64

static const struct raw_work *const works[] = {&raw_list, &raw_board, &raw_search};

struct recipe {
    struct raw_columns columns;
    struct raw_query *queries;
    size_t n;
};

struct worker {
    pthread_t thread;
    const char *db;
    const struct recipe *recipe;
    struct hist *latency;
    msec now;
    double seconds;
    uint64_t seed, bytes;
};

/* -- recipe ---------------------------------------------------------------------------------------- */

static enum raw_type type_of(struct str name)
{
    static const struct {
        const char *name;
        enum raw_type type;
    } types[] = {{"integer", RAW_INT},  {"ref", RAW_INT},         {"money", RAW_MONEY},
                 {"day", RAW_DAY},      {"json", RAW_JSON},       {"refs", RAW_JSON},
                 {"choices", RAW_JSON}, {"instant", RAW_INSTANT}, {"boolean", RAW_BOOL}};

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (str_is(name, types[i].name))
            return types[i].type;
    return RAW_TEXT;
}

static void take_line(struct recipe *r, struct str line)
{
    struct str word, rest;

    str_cut(line, ' ', &word, &rest);
    if (str_is(word, "column") && r->columns.n < RAW_MAX_COLUMNS) {
        struct str name, type;
        str_cut(rest, ' ', &name, &type);
        if (str_is(name, "currency"))
            r->columns.currency_at = r->columns.n;
        r->columns.v[r->columns.n].name = name;
        r->columns.v[r->columns.n++].type = type_of(type);
        return;
    }
    for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++) {
        if (!str_is(word, works[i]->name))
            continue;
        struct raw_query *q = &r->queries[r->n++];
        q->work = works[i];
        if (works[i] == &raw_search)
            q->args[q->nargs++] = rest;
        else
            while (q->nargs < 3 && str_next(&rest, ' ', &q->args[q->nargs]))
                q->nargs++;
    }
}

static void read_recipe(struct arena *a, const char *path, struct recipe *ret)
{
    FILE *f = fopen(path, "re");
    char *text = f ? arena_alloc(a, MAX_RECIPE) : NULL;
    struct str rest, line;

    if (!f)
        raw_fail(NULL, path);
    rest = (struct str){text, fread(text, 1, MAX_RECIPE, f)};
    fclose(f);
    *ret = (struct recipe){.queries = NEW_ARRAY(a, struct raw_query, rest.n / 6 + 1)};
    while (str_next(&rest, '\n', &line))
        take_line(ret, line);
    if (!ret->n)
        raw_fail(NULL, "the recipe asks nothing");
}

/* -- work ------------------------------------------------------------------------------------------ */

static void clock_of_board(struct raw_conn *c, msec now)
{
    sqlite3_stmt *st = raw_prepare(c, "SELECT time_zone FROM workspaces WHERE id = 1");
    const struct zone *zone = raw_step(st) ? zone_find((const char *)sqlite3_column_text(st, 0)) : NULL;

    c->now = now ? now : clock_now();
    c->tomorrow = zone ? zone_midnight(zone, (struct day){zone_day(zone, c->now).n + 1}) : c->now + DAY_MS;
    sqlite3_reset(st);
}

static struct raw_conn *conn_open(const struct worker *w)
{
    struct raw_conn *c = raw_open(w->db);

    c->columns = &w->recipe->columns;
    raw_exec(c, "PRAGMA cache_size = -2000");
    clock_of_board(c, w->now);
    w->recipe->queries[0].work->prepare(c);
    return c;
}

static void answer(struct raw_conn *c, const struct raw_query *q)
{
    buf_reset(&c->out);
    out_init(&c->json, &c->out);
    raw_exec(c, "BEGIN"); /* one state for all statements of an answer */
    q->work->answer(c, q);
    raw_exec(c, "COMMIT");
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct raw_conn *c = conn_open(w);
    struct rng rng;

    rng_seed(&rng, w->seed);
    for (size_t i = 0; i < w->recipe->n; i++) /* warm, like a server that has run for a while */
        answer(c, &w->recipe->queries[i]);
    uint64_t until = clock_ns() + (uint64_t)(w->seconds * 1e9);
    for (uint64_t now = clock_ns(); now < until;) {
        answer(c, &w->recipe->queries[rng_below(&rng, w->recipe->n)]);
        uint64_t then = clock_ns();
        hist_add(w->latency, then - now);
        w->bytes += c->out.n;
        now = then;
    }
    raw_close(c);
    return NULL;
}

static void print_answers(struct worker *w)
{
    struct raw_conn *c = conn_open(w);

    for (size_t i = 0; i < w->recipe->n; i++) {
        answer(c, &w->recipe->queries[i]);
        printf(STR_FMT "\n", STR_ARG(buf_view(&c->out)));
    }
    raw_close(c);
}

static void measure(const struct worker *like, size_t threads)
{
    struct worker w[MAX_THREADS];
    struct hist *all = hist_new();
    uint64_t bytes = 0;

    for (size_t i = 0; i < threads; i++) {
        w[i] = *like;
        w[i].seed = i + 1;
        w[i].latency = hist_new();
        if (pthread_create(&w[i].thread, NULL, work, &w[i]) != 0)
            raw_fail(NULL, "a thread");
    }
    for (size_t i = 0; i < threads; i++) {
        pthread_join(w[i].thread, NULL);
        bytes += w[i].bytes;
        all->n += w[i].latency->n;
        all->max = all->max > w[i].latency->max ? all->max : w[i].latency->max;
        for (size_t b = 0; b < HIST_BUCKETS; b++)
            all->counts[b] += w[i].latency->counts[b];
        free(w[i].latency);
    }
    printf("{\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"bytes\":%llu}\n", (double)all->n / like->seconds,
           (double)hist_quantile(all, 0.5) / 1e6, (double)hist_quantile(all, 0.99) / 1e6,
           (unsigned long long)(all->n ? bytes / all->n : 0));
    free(all);
}

int main(int argc, char **argv)
{
    const char *db = NULL, *path = NULL;
    int64_t threads = 1, now = 0;
    double seconds = 2;
    const struct option_row rows[] = {
        {"db", .text = &db, .required = true},
        {"recipe", .text = &path, .required = true},
        {"threads", .number = &threads},
        {"seconds", .real = &seconds},
        {"now", .number = &now},
        {0},
    };
    struct arena *a = arena_new((size_t)1 << 30);
    struct recipe recipe;

    options_read("bench-raw", argc, argv, rows);
    read_recipe(a, path, &recipe);
    struct worker like = {.db = db, .recipe = &recipe, .now = now, .seconds = seconds};
    if (seconds > 0)
        measure(&like, threads < 1 ? 1 : threads > MAX_THREADS ? MAX_THREADS : (size_t)threads);
    else
        print_answers(&like);
    arena_free(a);
    return 0;
}
