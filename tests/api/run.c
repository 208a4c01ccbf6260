/*
 * Runs conversations, each in an installation of its own: run FILE.case… Every reply is checked against the API
 * description too, and at the end every route must have been visited.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "events.h"
#include "json_in.h"
#include "turn.h"

#define EVENT_WAIT_MS 5000
#define QUIET_MS 30

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

/* Word by word; `...` is any. */
static bool event_fits(struct str want, struct str got)
{
    struct str w, g;

    while (str_next(&want, ' ', &w))
        if (!str_next(&got, ' ', &g) || !(str_is(w, "...") || str_eq(w, g)))
            return false;
    return got.n == 0;
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
        if (!event_fits(t->events[i], got[i]))
            return arena_printf(r->arena, "event " STR_FMT ", want " STR_FMT, STR_ARG(got[i]), STR_ARG(t->events[i])).p;
    return n == t->nevents ? NULL : arena_printf(r->arena, "%zu events, want %zu", n, t->nevents).p;
}

/* -- a conversation ---------------------------------------------------------------------------------------- */

static void run_turn(struct run *r, const char *file, const struct turn *t)
{
    struct turn filled = turn_fill(r, t);
    struct http_exchange *stream = NULL, *x;

    if (t->nevents)
        stream = world_say(&r->world, t->as.n ? filled.as.p : NULL, "GET", API "/events", NULL);
    x = turn_ask(r, &filled);
    const char *why = turn_check(r, t, x);
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

static void run_file(struct run *r, const char *path)
{
    struct conversation c;
    struct str why = STR_NULL;
    struct turn t;
    int more = -1;

    if (run_open(r, path, &c, &why) == 0)
        while ((more = conversation_next(&c, r->arena, &t, &why)) == 1)
            run_turn(r, path, &t);
    if (more < 0) {
        printf("%s: " STR_FMT "\n", path, STR_ARG(why));
        r->failed++;
    }
    if (r->world.api)
        note_visits(r->world.api);
    run_close(r);
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
