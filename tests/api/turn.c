#include "turn.h"

#include <stdio.h>

#include "ceilings.h"
#include "match.h"
#include "openapi.h"
#include "schema_check.h"

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

const char *turn_check(struct run *r, const struct turn *t, struct http_exchange *x)
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

/* -- asking ---------------------------------------------------------------------------------------------- */

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

struct turn turn_fill(struct run *r, const struct turn *t)
{
    struct turn filled = *t;

    if (t->as.n)
        filled.as = arena_str(r->arena, t->as);
    for (size_t i = 0; i < t->nheaders; i++)
        filled.headers[i].value = match_fill(r->arena, t->headers[i].value, &r->names);
    filled.target = match_fill(r->arena, t->target, &r->names);
    filled.body = spell_form(r->arena, t, match_fill(r->arena, t->body, &r->names));
    return filled;
}

struct http_exchange *turn_ask(struct run *r, const struct turn *t)
{
    return world_ask(&r->world, t->as.n ? t->as.p : NULL, t->method, t->target, t->headers, t->nheaders, t->body);
}

/* -- a conversation's life ------------------------------------------------------------------------------- */

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

int run_open(struct run *r, const char *path, struct conversation *ret, struct str *why)
{
    r->arena = arena_new(1u << 30);
    map_init(&r->names, r->arena);
    *ret = (struct conversation){.text = read_file(r->arena, path)};
    if (world_open(&r->world) == 0 && read_description(r) == 0)
        return 0;
    *why = arena_printf(r->arena, "%s", r->world.err.msg[0] ? r->world.err.msg : "no description");
    return -1;
}

void run_close(struct run *r)
{
    world_close(&r->world);
    arena_free(r->arena);
}
