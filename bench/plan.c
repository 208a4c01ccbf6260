#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"

#define MAX_PLAN (1u << 30)
#define FIRST_LINE "penstock-bench-plan 1\n"
#define FIELDS 8

static bool number(struct str s, size_t *ret)
{
    int64_t v;

    if (!str_int(s, &v) || v < 0)
        return false;
    *ret = (size_t)v;
    return true;
}

static bool take(struct str *rest, size_t n, struct str *ret)
{
    if (rest->n < n)
        return false;
    *ret = str_upto(*rest, n);
    *rest = str_from(*rest, n);
    return true;
}

static struct str request_of(struct arena *a, const struct plan_entry *e, const char *token)
{
    struct str body = STR_NULL;

    if (e->content.n)
        body = arena_printf(a, "Content-Type: application/json\r\nContent-Length: %zu\r\n", e->content.n);
    return arena_printf(
        a, STR_FMT " " STR_FMT " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n" STR_FMT "\r\n" STR_FMT,
        STR_ARG(e->method), STR_ARG(e->target), token, STR_ARG(body), STR_ARG(e->content));
}

static bool entry_read(struct arena *a, struct str *rest, const char *token, struct plan_entry *e)
{
    struct str line, f[FIELDS];
    size_t n = 0, status, content, headers, reply;

    if (!str_next(rest, '\n', &line))
        return false;
    while (n < FIELDS && str_next(&line, ' ', &f[n]))
        n++;
    *e = (struct plan_entry){.method = f[0], .target = f[1]};
    if (n != FIELDS || line.n || !number(f[2], &status) || !number(f[3], &content) || !number(f[4], &headers) ||
        !number(f[5], &reply) || !number(f[6], &e->free_at) || !number(f[7], &e->free_len) ||
        e->free_at + e->free_len > reply)
        return false;
    e->status = (int)status;
    if (!take(rest, content, &e->content) || !take(rest, headers, &e->headers) || !take(rest, reply, &e->reply) ||
        !str_starts(*rest, S("\n")))
        return false;
    *rest = str_from(*rest, 1);
    e->request = request_of(a, e, token);
    return true;
}

int plan_parse(struct arena *a, struct str text, const char *token, struct plan *ret)
{
    size_t room = 0;

    *ret = (struct plan){0};
    if (!str_starts(text, S(FIRST_LINE)))
        return -1;
    text = str_from(text, sizeof(FIRST_LINE) - 1);
    while (text.n) {
        if (ret->n == room) {
            size_t more = room ? room * 2 : 64;
            ret->entries = arena_grow(a, ret->entries, room * sizeof(*ret->entries), more * sizeof(*ret->entries));
            room = more;
        }
        if (!entry_read(a, &text, token, &ret->entries[ret->n]))
            return -1;
        ret->n++;
    }
    return ret->n ? 0 : -1;
}

int plan_read(struct arena *a, const char *path, const char *token, struct plan *ret)
{
    FILE *f = fopen(path, "re");
    struct buf text;
    size_t n = 0;
    char *room;

    if (!f) {
        fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
        return -1;
    }
    buf_init(&text, MAX_PLAN);
    while ((room = buf_reserve(&text, 1u << 16)) && (n = fread(room, 1, 1u << 16, f)) > 0)
        buf_advance(&text, n);
    fclose(f);
    struct str copy = arena_str(a, buf_view(&text));
    buf_clear(&text);
    if (plan_parse(a, copy, token, ret) == 0)
        return 0;
    fprintf(stderr, "bench: %s is no plan\n", path);
    return -1;
}

static void tell_difference(const struct plan_entry *e, const struct response *r)
{
    size_t at = 0;

    while (at < r->body.n && at < e->reply.n &&
           (r->body.p[at] == e->reply.p[at] || (at >= e->free_at && at < e->free_at + e->free_len)))
        at++;
    size_t from = at < 40 ? 0 : at - 40;
    struct str want = str_upto(str_from(e->reply, from), 80), got = str_upto(str_from(r->body, from), 80);
    fprintf(stderr,
            "bench: " STR_FMT ": status %d, wanted %d; at byte %zu of %zu\n  wanted " STR_FMT "\n  got    " STR_FMT
            "\n",
            STR_ARG(e->target), r->status, e->status, at, e->reply.n, STR_ARG(want), STR_ARG(got));
}

bool plan_fits(const struct plan_entry *e, const struct response *r, bool tell)
{
    size_t after = e->free_at + e->free_len;
    bool fits = r->status == e->status && r->body.n == e->reply.n && memcmp(r->body.p, e->reply.p, e->free_at) == 0 &&
                memcmp(r->body.p + after, e->reply.p + after, e->reply.n - after) == 0;

    if (!fits && tell)
        tell_difference(e, r);
    return fits;
}
