#include "site.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "check.h"
#include "cond.h"
#include "problem.h"

#define SMALL_BODY 1000u
#define LARGE_FILE (20u << 20)

enum { FORM = 1, EARLY = 2 };

static int hello(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    if (http_not_modified(x, S("\"7\"")))
        return HTTP_DONE;
    http_reply_text(x, 200, "text/plain", S("hello"));
    return HTTP_DONE;
}

static int echo(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    struct str name = http_query(x, "name");
    struct buf *b = http_reply(x, 200, "text/plain");
    buf_printf(b, "%s " STR_FMT "|" STR_FMT "|", http_method_name(x->method), STR_ARG(http_param(x, "word")),
               STR_ARG(name));
    buf_str(b, x->body);
    return HTTP_DONE;
}

static int peer(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    buf_printf(http_reply(x, 200, "text/plain"), STR_FMT " %s", STR_ARG(x->peer), x->secure ? "secure" : "plain");
    return HTTP_DONE;
}

static int later(void *ctx, struct http_exchange *x)
{
    struct site *s = ctx;

    pthread_mutex_lock(&s->lock);
    s->put_off[s->nput_off++] = x;
    pthread_mutex_unlock(&s->lock);
    return HTTP_LATER;
}

static void *finish_now(void *x)
{
    http_reply_text(x, 200, "text/plain", S("threaded"));
    http_finish(x);
    return NULL;
}

static int threaded(void *ctx, struct http_exchange *x)
{
    pthread_t t;

    (void)ctx;
    pthread_create(&t, NULL, finish_now, x);
    pthread_detach(t);
    return HTTP_LATER;
}

static int at_once(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    finish_now(x);
    return HTTP_LATER;
}

static int large(void *ctx, struct http_exchange *x)
{
    struct buf *b = http_reply(x, 200, "application/json");

    (void)ctx;
    for (int i = 0; i < 200000; i++)
        buf_printf(b, "{\"id\":%d},", i);
    return HTTP_DONE;
}

static int too_large(void *ctx, struct http_exchange *x)
{
    static const char block[1 << 20];
    struct buf *b = http_reply(x, 200, "text/plain");

    (void)ctx;
    for (int i = 0; i < 65; i++)
        buf_add(b, block, sizeof(block));
    return HTTP_DONE;
}

static int hungry(void *ctx, struct http_exchange *x)
{
    (void)ctx;
    for (int i = 0; i < 1000; i++)
        arena_alloc(x->arena, 16 << 20);
    return HTTP_DONE;
}

static int file(void *ctx, struct http_exchange *x)
{
    struct site *s = ctx;
    char path[128];
    snprintf(path, sizeof(path), "%s/served", s->temp_dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, "0123456789", 10), 10);
    unlink(path);
    http_reply_file(x, "application/octet-stream", fd, 10);
    return HTTP_DONE;
}

struct count {
    struct site *site;
    int at, end;
};

static ssize_t pull_count(void *ctx, char *p, size_t room)
{
    struct count *c = ctx;
    size_t n = 0;

    while (c->at < c->end && n + 16 < room)
        n += (size_t)snprintf(p + n, 16, "%d\n", c->at++);
    return n == 0 && c->end < 0 ? -1 : (ssize_t)n;
}

static void close_count(void *ctx)
{
    struct count *c = ctx;

    atomic_fetch_add(&c->site->closed, 1);
}

static int stream(void *ctx, struct http_exchange *x)
{
    struct count *c = NEW(x->arena, struct count);
    int64_t end = 100000;

    str_int(http_query(x, "end"), &end);
    *c = (struct count){ctx, 0, (int)end};
    http_reply_stream(x, 200, "text/csv", pull_count, close_count, c);
    return HTTP_DONE;
}

struct subscriber {
    struct site *site;
    struct http_events *stream;
};

static void gone(void *ctx)
{
    struct subscriber *sub = ctx;
    struct site *s = sub->site;

    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->nstreams; i++)
        if (s->streams[i] == sub->stream)
            s->streams[i] = s->streams[--s->nstreams];
    pthread_mutex_unlock(&s->lock);
    free(sub);
    atomic_fetch_add(&s->gone, 1);
}

static int events(void *ctx, struct http_exchange *x)
{
    struct site *s = ctx;
    struct subscriber *sub = malloc(sizeof(*sub));
    pthread_mutex_lock(&s->lock);
    struct http_events *e = http_reply_events(x, gone, sub);
    *sub = (struct subscriber){s, e};
    if (!e)
        free(sub);
    if (e) {
        http_events_push(e, S("retry: 2000\n\n"));
        struct str last = http_header(x, "Last-Event-ID");
        if (last.p)
            http_events_push(e, arena_printf(x->arena, "data: after " STR_FMT "\n\n", STR_ARG(last)));
        s->streams[s->nstreams++] = e;
        assert_true(s->nstreams <= sizeof(s->streams) / sizeof(s->streams[0]));
    }
    pthread_mutex_unlock(&s->lock);
    return HTTP_DONE;
}

static int form(void *ctx, struct http_exchange *x)
{
    struct http_part *f = http_form_file(x, "file");
    struct buf *b = http_reply(x, 200, "text/plain");

    (void)ctx;
    buf_printf(b, "%zu parts, deal " STR_FMT, x->nform, STR_ARG(http_form_value(x, "deal_id")));
    if (f)
        buf_printf(b, ", file " STR_FMT " of %llu bytes %s", STR_ARG(f->filename), (unsigned long long)f->size,
                   access(f->path, R_OK) == 0 ? "there" : "missing");
    return HTTP_DONE;
}

static int forbidden(void *ctx, struct http_exchange *x)
{
    (void)ctx, (void)x;
    fail_msg("a refused request was handled");
    return HTTP_DONE;
}

static const struct http_route table[] = {
    {HTTP_GET, "/hello", hello},
    {HTTP_GET, "/echo/{word}", echo},
    {HTTP_POST, "/echo/{word}", echo},
    {HTTP_GET, "/peer", peer},
    {HTTP_GET, "/later", later},
    {HTTP_GET, "/threaded", threaded},
    {HTTP_GET, "/at-once", at_once},
    {HTTP_GET, "/large", large},
    {HTTP_GET, "/too-large", too_large},
    {HTTP_GET, "/hungry", hungry},
    {HTTP_GET, "/file", file},
    {HTTP_GET, "/stream", stream},
    {HTTP_GET, "/events", events},
    {HTTP_POST, "/form", form, .flags = FORM},
    {HTTP_POST, "/early", forbidden, .flags = EARLY},
    {HTTP_GET, "/early", forbidden, .flags = EARLY},
};

static void begin(void *ctx, struct http_exchange *x)
{
    struct site *s = ctx;
    const struct http_route *r = http_routes_find(s->routes, x);

    atomic_fetch_add(&s->begun, 1);
    if (!r)
        return;
    http_expect_body(x, SMALL_BODY);
    if (r->flags & FORM)
        http_expect_form(x, LARGE_FILE);
    if (r->flags & EARLY)
        problem_set(x, ERR_AUTH, "Sign in first.");
}

static int handle(void *ctx, struct http_exchange *x)
{
    struct site *s = ctx;

    atomic_fetch_add(&s->handled, 1);
    return x->route->run(ctx, x);
}

static void done(void *ctx, struct http_exchange *x, int64_t microseconds)
{
    struct site *s = ctx;

    assert_true(microseconds >= 0);
    assert_true(x->status >= 200 && x->status < 600);
    atomic_store(&s->last_status, x->status);
    if (x->status >= 400)
        atomic_fetch_add(&s->refused_done, 1);
    atomic_fetch_add(&s->done, 1);
}

void site_open(struct site *s, const struct http_config *with)
{
    struct err err = {0};

    memset(s, 0, sizeof(*s));
    pthread_mutex_init(&s->lock, NULL);
    if (with)
        s->config = *with;
    s->config.owner = (struct http_owner){s, begin, handle, done};
    snprintf(s->temp_dir, sizeof(s->temp_dir), "/tmp/penstock-http-XXXXXX");
    assert_non_null(mkdtemp(s->temp_dir));
    s->config.temp_dir = s->temp_dir;
    s->routes = http_routes_new();
    assert_int_equal(http_routes_add(s->routes, table, sizeof(table) / sizeof(table[0]), &err), 0);
}

void site_serve(struct site *s)
{
    struct err err = {0};

    if (!s->config.listen)
        s->config.listen = "127.0.0.1:0";
    if (http_serve(&s->server, &s->config, &err) < 0)
        fail_msg("%s", err.msg);
    assert_true(http_port(s->server) > 0);
}

void site_close(struct site *s)
{
    if (s->server)
        http_stop(s->server, 5 * SECOND);
    s->server = NULL;
    assert_int_equal(site_files(s), 0);
    rmdir(s->temp_dir);
    http_routes_free(s->routes);
    pthread_mutex_destroy(&s->lock);
}

size_t site_put_off(struct site *s)
{
    pthread_mutex_lock(&s->lock);
    size_t n = s->nput_off;
    pthread_mutex_unlock(&s->lock);
    return n;
}

void site_release(struct site *s)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->nput_off; i++) {
        http_reply_text(s->put_off[i], 200, "text/plain", S("released"));
        http_finish(s->put_off[i]);
    }
    s->nput_off = 0;
    pthread_mutex_unlock(&s->lock);
}

size_t site_streams(struct site *s)
{
    pthread_mutex_lock(&s->lock);
    size_t n = s->nstreams;
    pthread_mutex_unlock(&s->lock);
    return n;
}

void site_push(struct site *s, struct str bytes)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->nstreams; i++)
        http_events_push(s->streams[i], bytes);
    pthread_mutex_unlock(&s->lock);
}

bool site_wait(struct site *s, atomic_int *counter, int value)
{
    (void)s;
    for (int i = 0; i < 5000 && atomic_load(counter) < value; i++)
        usleep(2000);
    return atomic_load(counter) >= value;
}

unsigned site_files(struct site *s)
{
    DIR *d = opendir(s->temp_dir);
    struct dirent *e;
    unsigned n = 0;

    while (d && (e = readdir(d)) != NULL)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}
