#include "conn.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "diag.h"

static void list_remove(struct stmt_list *l, struct stmt *st)
{
    *(st->prev ? &st->prev->next : &l->first) = st->next;
    *(st->next ? &st->next->prev : &l->last) = st->prev;
}

static void list_push(struct stmt_list *l, struct stmt *st)
{
    st->prev = NULL;
    st->next = l->first;
    *(l->first ? &l->first->prev : &l->last) = st;
    l->first = st;
}

struct conn *conn_open(struct store *s, enum conn_use use, struct err *err)
{
    struct conn *c = calloc(1, sizeof(*c));

    if (!c) {
        err_set(err, ERR_BUSY, "Out of memory.");
        return NULL;
    }
    c->b = s->b;
    c->trace = s->trace;
    if (c->b->connect(s->db, use, &c->raw, err) < 0) {
        free(c);
        return NULL;
    }
    return c;
}

static void stmt_free(struct stmt *st)
{
    st->conn->b->finalize(st->raw);
    free(st);
}

void conn_close(struct conn *c)
{
    if (!c)
        return;
    conn_quiet(c);
    for (struct stmt *st = c->idle.first, *next; st; st = next) {
        next = st->next;
        stmt_free(st);
    }
    c->b->disconnect(c->raw);
    free(c);
}

/* Statements are some hundred bytes long and looked up all the time: eight bytes a step, each stirred into all of it.
 */
static uint64_t hash_of(struct str text)
{
    uint64_t h = text.n, word;
    size_t at = 0;

    for (; text.n - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text.p + at, sizeof(word));
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    word = 0;
    memcpy(&word, text.p + at, text.n - at);
    h = (h ^ word) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 32;
}

static struct stmt **bucket(struct conn *c, uint64_t hash)
{
    return &c->buckets[hash & (STMT_BUCKETS - 1)];
}

static void forget(struct conn *c, struct stmt *st)
{
    struct stmt **at = bucket(c, st->hash);

    while (*at != st)
        at = &(*at)->chain;
    *at = st->chain;
    list_remove(&c->idle, st);
    c->n--;
    stmt_free(st);
}

struct stmt *conn_stmt(struct conn *c, const char *sql, enum stmt_use use, struct err *err)
{
    struct str text = str_of(sql);
    uint64_t hash = hash_of(text);
    struct stmt *st = *bucket(c, hash);

    while (st && (st->hash != hash || st->len != text.n || st->use != use || st->is_busy ||
                  memcmp(st->sql, sql, text.n) != 0))
        st = st->chain;
    if (st) {
        c->hits++;
        list_remove(&c->idle, st);
    } else {
        c->misses++;
        if (c->n >= STMT_CACHE && c->idle.last)
            forget(c, c->idle.last);
        st = malloc(sizeof(*st) + text.n + 1);
        if (!st) {
            err_set(err, ERR_BUSY, "Out of memory.");
            return NULL;
        }
        *st = (struct stmt){.conn = c, .hash = hash, .len = text.n, .use = use, .chain = *bucket(c, hash)};
        memcpy(st->sql, sql, text.n + 1);
        if (c->b->prepare(c->raw, st->sql, use, &st->raw, err) < 0) {
            free(st);
            return NULL;
        }
        *bucket(c, hash) = st;
        c->n++;
    }
    st->nsec = st->nrows = 0;
    st->began = c->watch ? clock_coarse() : 0;
    st->is_busy = true;
    list_push(&c->busy, st);
    return st;
}

static int64_t now_nsec(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int stmt_step(struct stmt *st, struct err *err)
{
    const struct conn *c = st->conn;

    int64_t start = c->trace ? now_nsec() : 0;
    int r = c->b->step(st->raw, err);
    st->nsec += c->trace ? now_nsec() - start : 0;
    st->nrows += r > 0;
    return r;
}

static void trace(const struct stmt *st)
{
    char line[800];
    size_t n = 0;
    bool space = false;

    for (const char *p = st->sql; *p && n < sizeof(line) - 2; p++) {
        if (*p == ' ' || *p == '\n' || *p == '\t') {
            space = n > 0;
            continue;
        }
        if (space)
            line[n++] = ' ';
        space = false;
        line[n++] = *p;
    }
    line[n] = '\0';
    const char *request = st->conn->watch ? st->conn->watch->id : NULL;
    diag(DIAG_INFO, "sql%s%s us=%lld rows=%lld sql=\"%s\"", request ? " id=" : "", request ? request : "",
         (long long)(st->nsec / 1000), (long long)st->nrows, line);
}

void stmt_done(struct stmt *st)
{
    struct conn *c = st->conn;

    c->b->reset(st->raw);
    if (c->trace)
        trace(st);
    if (c->watch && st->began)
        watch_took(c->watch, st->sql, clock_coarse() - st->began, st->nrows);
    if (st->rows)
        st->rows->stmt = NULL;
    st->rows = NULL;
    st->is_busy = false;
    list_remove(&c->busy, st);
    list_push(&c->idle, st);
    if (c->n > STMT_CACHE)
        forget(c, c->idle.last);
}

void conn_quiet(struct conn *c)
{
    while (c->busy.first)
        stmt_done(c->busy.first);
}

void conn_tell(struct conn *c, struct store_stats *stats)
{
    if (c->hits)
        metric_add(&stats->hits, c->hits);
    if (c->misses)
        metric_add(&stats->misses, c->misses);
    c->hits = c->misses = 0;
}
