/*
 * Simulated events on their way to the writer: copied into the arena of a batch, so that one batch is written while
 * the next one is made.
 */
#ifndef DEMO_EVENTS_H
#define DEMO_EVENTS_H

#include "arena.h"
#include "sim.h"

/* X(name in the sink, type) */
#define DEMO_EVENTS(X)                                                                                                 \
    X(team, struct sim_team)                                                                                           \
    X(user, struct sim_user)                                                                                           \
    X(source, struct sim_source)                                                                                       \
    X(reason, struct sim_reason)                                                                                       \
    X(product, struct sim_product)                                                                                     \
    X(rate, struct sim_rate)                                                                                           \
    X(target, struct sim_target)                                                                                       \
    X(organisation, struct sim_organisation)                                                                           \
    X(person, struct sim_person)                                                                                       \
    X(deal, struct sim_deal)                                                                                           \
    X(change, struct sim_change)                                                                                       \
    X(lines, struct sim_lines)                                                                                         \
    X(activity, struct sim_activity)                                                                                   \
    X(done, struct sim_done)                                                                                           \
    X(note, struct sim_note)

#define DEMO_EVENT_AS_ENUM(name, type) EVENT_##name,
enum event_kind { DEMO_EVENTS(DEMO_EVENT_AS_ENUM) EVENT__N };

#define DEMO_EVENT_AS_MEMBER(name, type) type name;
struct event {
    enum event_kind kind;
    union {
        DEMO_EVENTS(DEMO_EVENT_AS_MEMBER)
    };
};

/* A sink whose functions copy each event and hand it to `take`; what `take` answers goes back to the simulator. */
struct event_taker {
    int (*take)(struct event_taker *t, const struct event *e);
    struct arena *arena; /* for the copies; `take` may put another one here */
};

struct sim_sink event_sink(struct event_taker *t);

#endif
