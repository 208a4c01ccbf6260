/*
 * A scratch installation for tests: a new database in a folder of its own, gone at the end.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include "check.h"
#include "engine.h"
#include "json_in.h"
#include "op.h"

struct scratch {
    char dir[64], url[ENGINE_URL];
    struct app *app;
    struct arena *arena; /* for the test's own things */
    struct err err;
};

void scratch_open(struct scratch *s);
void scratch_close(struct scratch *s);

/* One operation in a change set of its own, by `who`; the row, or NULL with s->err filled. */
struct row *scratch_create(struct scratch *s, struct who who, const char *kind, const char *json);
struct row *scratch_update(struct scratch *s, struct who who, const char *kind, id which, const char *json);
bool scratch_delete(struct scratch *s, struct who who, const char *kind, id which);
struct row *scratch_get(struct scratch *s, struct who who, const char *kind, id which);
id scratch_last_changeset(struct scratch *s);

#endif
