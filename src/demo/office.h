/*
 * Simulated events as records: which record stands for which simulated one, and the writing of each event inside a
 * transaction. A struct office outlives the transactions.
 */
#ifndef DEMO_OFFICE_H
#define DEMO_OFFICE_H

#include "events.h"
#include "op.h"

/* The record of each simulated thing, by its number. */
struct ids {
    id *v;
    size_t n, room;
};

struct office {
    struct app *app;
    struct ids teams, users, sources, reasons, products, organisations, people, deals, activities;
    id pipeline[SIM__PIPELINES], stage[SIM__PIPELINES][SIM_MAX_STAGES];
    struct change_set cs; /* of the latest event; one of the same moment and person joins it */
    struct kind *source_kind, *reason_kind, *target_kind, *contact_kind;
};

/* Names the company, sets its time zone and finds pipelines and stages (made when there are none of that name). */
int office_open(struct office *o, struct app *app, struct ctx *c, msec when, struct err *err);
/* How far the office had come: to go on from there when a transaction has to be run again (store.h). */
struct office_mark {
    size_t n[9];
    struct change_set cs;
};
struct office_mark office_mark(const struct office *o);
void office_back_to(struct office *o, const struct office_mark *mark);

int office_write(struct office *o, struct ctx *c, const struct event *e, struct err *err);
void office_close(struct office *o);

#endif
