#include "events.h"

#include <string.h>

static void keep(struct arena *a, struct str *s)
{
    if (s->p)
        *s = arena_str(a, *s);
}

static const void *keep_array(struct arena *a, const void *p, size_t n, size_t size)
{
    void *copy = arena_array(a, n ? n : 1, size);

    if (n)
        memcpy(copy, p, n * size);
    return copy;
}

static void keep_texts(struct arena *a, struct event *e)
{
    switch (e->kind) {
    case EVENT_team:
        keep(a, &e->team.name);
        break;
    case EVENT_user:
        keep(a, &e->user.name);
        keep(a, &e->user.email);
        keep(a, &e->user.role);
        break;
    case EVENT_rate:
        keep(a, &e->rate.currency);
        break;
    case EVENT_organisation:
        keep(a, &e->organisation.name);
        keep(a, &e->organisation.domain);
        keep(a, &e->organisation.industry);
        keep(a, &e->organisation.phone);
        keep(a, &e->organisation.street);
        keep(a, &e->organisation.postal_code);
        keep(a, &e->organisation.city);
        keep(a, &e->organisation.country);
        break;
    case EVENT_person:
        keep(a, &e->person.name);
        keep(a, &e->person.email);
        keep(a, &e->person.phone);
        keep(a, &e->person.job_title);
        break;
    case EVENT_deal:
        keep(a, &e->deal.title);
        keep(a, &e->deal.currency);
        keep(a, &e->deal.line);
        e->deal.contacts = keep_array(a, e->deal.contacts, e->deal.ncontacts, sizeof *e->deal.contacts);
        break;
    case EVENT_change:
        keep(a, &e->change.note);
        break;
    case EVENT_lines:
        keep(a, &e->lines.currency);
        e->lines.line = keep_array(a, e->lines.line, e->lines.n, sizeof *e->lines.line);
        break;
    case EVENT_activity:
        keep(a, &e->activity.type);
        keep(a, &e->activity.subject);
        keep(a, &e->activity.body);
        break;
    case EVENT_done:
        keep(a, &e->done.outcome);
        break;
    case EVENT_note:
        keep(a, &e->note.body);
        break;
    case EVENT_source:
    case EVENT_reason:
    case EVENT_target:
    case EVENT_product: /* names from the simulator's own tables */
    case EVENT__N:
        break;
    }
}

#define DEMO_EVENT_AS_FUNCTION(name_, type)                                                                            \
    static int on_##name_(void *ctx, const type *in)                                                                   \
    {                                                                                                                  \
        struct event_taker *t = ctx;                                                                                   \
        struct event e = {.kind = EVENT_##name_, .name_ = *in};                                                        \
        keep_texts(t->arena, &e);                                                                                      \
        return t->take(t, &e);                                                                                         \
    }
DEMO_EVENTS(DEMO_EVENT_AS_FUNCTION)

struct sim_sink event_sink(struct event_taker *t)
{
#define DEMO_EVENT_AS_SINK(name_, type) .name_ = on_##name_,
    return (struct sim_sink){.ctx = t, DEMO_EVENTS(DEMO_EVENT_AS_SINK)};
}
