/*
 * Runs conversations, each in an installation of its own: run FILE.case… Every reply is checked against the API
 * description too, and at the end every route must have been visited.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conversation.h"
#include "events.h"
#include "limits.h"
#include "match.h"
#include "openapi.h"
#include "schema_check.h"

#define EVENT_WAIT_MS 5000
#define QUIET_MS 30

struct run {
    struct world world;
    struct arena *arena; /* of a conversation */
    struct map names;
    json_t *description;
    int passed, failed;
};

struct visits {
    const struct api_route *routes[512];
    size_t n;
};

static struct visits visits;

static void note_visits(const struct api *api)
{
    const struct http_route *r;
    uint64_t hits;

    for (size_t i = 0; (r = http_routes_at(api_routes(api), i, &hits)) != NULL; i++)
        if (hits && visits.n < COUNT(visits.routes))
            visits.routes[visits.n++] = r->data;
}

static int count_unvisited(void)
{
    int unvisited = 0;

    for (const struct api_table *const *t = api_tables; *t; t++)
        for (size_t i = 0; i < (*t)->nroutes; i++) {
            const struct api_route *r = &(*t)->routes[i];
            bool visited = false;
            for (size_t v = 0; v < visits.n; v++)
                visited |= visits.routes[v] == r;
            if (!visited) {
                printf("no conversation visits %s %s\n", http_method_name(r->method), r->path);
                unvisited++;
            }
        }
    return unvisited;
}

static int read_description(struct run *r)
{
    struct http_exchange *x = world_say(&r->world, NULL, "GET", "/openapi.json", NULL);
    struct err err = {0};
    const char *why = NULL;

    if (json_read(r->arena, http_reply_body(x), &r->description, &err) < 0)
        why = err.msg;
    else
        why = schema_refs_check(r->arena, r->description);
    if (why)
        printf("openapi.json: %s\n", why);
    http_exchange_free(x);
    return why ? -1 : 0;
}

/* -- one reply ----------------------------------------------------------------------------------------- */

static const char *check_description(struct run *r, struct http_exchange *x, const json_t *got)
{
    const struct api_route *route = x->route ? x->route->data : NULL;
    const char *answer = x->status >= 400 ? "Problem" : route ? route->answer : NULL;
    int status = route && route->status ? route->status : 200;

    if (x->status == 304 || (x->status < 400 && !route))
        return NULL;
    if (x->status < 400 && x->status != status)
        return arena_printf(r->arena, "the description says %d", status).p;
    if (!answer)
        return got ? "JSON that the description does not know" : NULL;
    if (!got)
        return "the description says there is JSON";
    struct str kind_name = http_param(x, "kind");
    const struct kind *kind = kind_name.p ? schema_kind(r->world.app->schema, kind_name) : NULL;
    struct str name = openapi_name(r->arena, answer, kind);
    const char *why = schema_check(r->arena, r->description, arena_cstr(r->arena, name), got);
    return why ? arena_printf(r->arena, "against schema " STR_FMT ": %s", STR_ARG(name), why).p : NULL;
}

static const char *check_headers(struct run *r, const struct turn *t, struct http_exchange *x)
{
    for (size_t i = 0; i < t->nwant_headers; i++) {
        const struct header *h = &t->want_headers[i];
        struct str got = http_reply_header_get(x, arena_cstr(r->arena, h->name));
        struct str want = match_fill(r->arena, h->value, &r->names);
        json_t *wanted = json_stringn(want.p, want.n), *has = got.p ? json_stringn(got.p, got.n) : NULL;
        bool fits = has && !match(r->arena, wanted, has, &r->names);
        json_decref(wanted);
        json_decref(has);
        if (!fits)
            return arena_printf(r->arena, STR_FMT ": want " STR_FMT ", got " STR_FMT, STR_ARG(h->name), STR_ARG(want),
                                STR_ARG(got))
                .p;
    }
    return NULL;
}

static const char *check_body(struct run *r, const struct turn *t, const json_t *got, struct str body)
{
    struct str why = STR_NULL;

    if (t->empty && body.n)
        return "the body is not empty";
    if (t->want_text.n && !str_eq(str_trim(body), t->want_text))
        return arena_printf(r->arena, "text is " STR_FMT, STR_ARG(str_upto(body, 500))).p;
    if (!t->want.n)
        return NULL;
    if (!got)
        return "the body is no JSON";
    const json_t *want = match_read(r->arena, match_fill(r->arena, t->want, &r->names), &why);
    return want ? match(r->arena, want, got, &r->names) : why.p;
}

static const char *check_reply(struct run *r, const struct turn *t, struct http_exchange *x)
{
    struct str body = http_reply_body(x);
    struct err err = {0};
    json_t *got = NULL;
    const char *why;

    if (body.n && (body.p[0] == '{' || body.p[0] == '[') && json_read(r->arena, body, &got, &err) < 0)
        return err.msg[0] ? arena_printf(r->arena, "the reply is no JSON: %s", err.msg).p : "the reply is no JSON";
    if (x->status != t->status)
        return arena_printf(r->arena, "status %d, want %d: " STR_FMT, x->status, t->status,
                            STR_ARG(str_upto(body, 1000)))
            .p;
    if ((why = check_body(r, t, got, body)) != NULL || (why = check_headers(r, t, x)) != NULL)
        return why;
    return check_description(r, x, got);
}

/* -- events --------------------------------------------------------------------------------------------- */

/* "deals 1 update" for each event that came. */
static size_t read_events(struct run *r, struct str taken, struct str *ret, size_t room)
{
    struct str line;
    size_t n = 0;

    while (str_next(&taken, '\n', &line)) {
        struct err err = {0};
        json_t *item;
        if (!str_starts(line, S("data: ")) || json_read(r->arena, str_from(line, 6), &item, &err) < 0)
            continue;
        struct str kind = json_member_str(item, "kind"), op = json_member_str(item, "op");
        if (n < room)
            ret[n] = arena_printf(r->arena, STR_FMT " %lld " STR_FMT, STR_ARG(kind),
                                  (long long)json_integer_value(json_object_get(item, "id")), STR_ARG(op));
        n++;
    }
    return n;
}

static const char *check_events(struct run *r, const struct turn *t, struct http_exchange *stream)
{
    struct str got[MAX_LINES], all = S("");
    size_t n = 0;

    for (int waited = 0; n < t->nevents && waited < EVENT_WAIT_MS; waited += 5) {
        usleep(5000);
        struct str more = http_events_taken(stream);
        all = arena_printf(r->arena, STR_FMT STR_FMT, STR_ARG(all), STR_ARG(more));
        n = read_events(r, all, got, MAX_LINES);
    }
    usleep(QUIET_MS * 1000);
    all = arena_printf(r->arena, STR_FMT STR_FMT, STR_ARG(all), STR_ARG(http_events_taken(stream)));
    n = read_events(r, all, got, MAX_LINES);
    for (size_t i = 0; i < n && i < t->nevents; i++)
        if (!str_eq(got[i], t->events[i]))
            return arena_printf(r->arena, "event " STR_FMT ", want " STR_FMT, STR_ARG(got[i]), STR_ARG(t->events[i])).p;
    return n == t->nevents ? NULL : arena_printf(r->arena, "%zu events, want %zu", n, t->nevents).p;
}

/* -- a conversation ---------------------------------------------------------------------------------------- */

/* Lines of a form end as the standard says. */
static struct str spell_form(struct arena *a, const struct turn *t, struct str body)
{
    struct str spelt = S(""), line;
    bool form = false;

    for (size_t i = 0; i < t->nheaders; i++)
        form |= str_starts(t->headers[i].value, S("multipart/"));
    while (form && str_next(&body, '\n', &line))
        spelt = arena_printf(a, STR_FMT STR_FMT "\r\n", STR_ARG(spelt), STR_ARG(line));
    return form ? spelt : body;
}

static void run_turn(struct run *r, const char *file, const struct turn *t)
{
    const char *as = t->as.n ? arena_cstr(r->arena, t->as) : NULL;
    struct http_exchange *stream = NULL, *x;
    struct header headers[MAX_LINES];
    const char *why;

    for (size_t i = 0; i < t->nheaders; i++)
        headers[i] = (struct header){t->headers[i].name, match_fill(r->arena, t->headers[i].value, &r->names)};
    if (t->nevents)
        stream = world_say(&r->world, as, "GET", API "/events", NULL);
    x = world_ask(&r->world, as, t->method, match_fill(r->arena, t->target, &r->names), headers, t->nheaders,
                  spell_form(r->arena, t, match_fill(r->arena, t->body, &r->names)));
    why = check_reply(r, t, x);
    if (!why && t->nevents)
        why = check_events(r, t, stream);
    if (why)
        printf("%s:%d: " STR_FMT " " STR_FMT "%s%s\n", file, t->line, STR_ARG(t->method), STR_ARG(t->target),
               why[0] == '.' ? " " : ": ", why);
    r->passed += !why;
    r->failed += why != NULL;
    http_exchange_free(x);
    http_exchange_free(stream);
}

static struct str read_file(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "r");
    size_t room = 1u << 20;
    char *p = arena_alloc(a, room);
    size_t n = f ? fread(p, 1, room, f) : 0;

    if (f)
        fclose(f);
    return (struct str){p, n};
}

static void run_file(struct run *r, const char *path)
{
    struct conversation c = {0};
    struct str why = STR_NULL;
    struct turn t;
    int more = -1;

    r->arena = arena_new(1u << 30);
    map_init(&r->names, r->arena);
    c.text = read_file(r->arena, path);
    if (world_open(&r->world) < 0)
        why = arena_printf(r->arena, "%s", r->world.err.msg);
    else if (read_description(r) == 0)
        while ((more = conversation_next(&c, r->arena, &t, &why)) == 1)
            run_turn(r, path, &t);
    if (more < 0) {
        printf("%s: " STR_FMT "\n", path, STR_ARG(why));
        r->failed++;
    }
    if (r->world.api)
        note_visits(r->world.api);
    world_close(&r->world);
    arena_free(r->arena);
}

int main(int argc, char **argv)
{
    struct run r = {0};
    int only = argc > 1 && strcmp(argv[1], "-o") == 0; /* some files: routes may stay unvisited */

    for (int i = 1 + only; i < argc; i++)
        run_file(&r, argv[i]);
    if (!only)
        r.failed += count_unvisited();
    printf("%d passed, %d failed, 0 skipped\n", r.passed, r.failed);
    return r.failed > 0;
}
