#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scratch_open(struct scratch *s)
{
    *s = (struct scratch){.dir = "/tmp/penstock-test-XXXXXX"};
    assert_non_null(mkdtemp(s->dir));
    s->arena = arena_new(1u << 30);
    if (app_open(&s->app, &(struct app_config){.data_dir = s->dir, .db_url = engine_new(s->url)}, &s->err) < 0)
        fail_msg("%s", s->err.msg);
}

void scratch_close(struct scratch *s)
{
    char command[128];

    app_close(s->app);
    arena_free(s->arena);
    snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
    if (system(command) != 0)
        print_message("%s stays behind\n", s->dir);
}

struct request {
    struct scratch *s;
    struct who who;
    const char *kind, *json;
    id which;
    bool delete;
    struct row *row;
};

static int run(struct txn *t, void *arg, struct err *err)
{
    struct request *r = arg;
    const struct kind *k = schema_must(r->s->app->schema, r->kind);
    struct ctx c;
    json_t *body = NULL;

    if (ctx_write(&c, r->s->app, t, r->who, "test", err) < 0 ||
        (r->json && json_read_object(c.arena, str_of(r->json), &body, err) < 0))
        return -1;
    if (r->delete)
        return op_delete(&c, k, r->which, 0, err);
    return r->which ? op_update(&c, k, r->which, 0, body, &r->row, err) : op_create(&c, k, body, &r->row, err);
}

static bool perform(struct request *r)
{
    err_clear(&r->s->err);
    return store_write(r->s->app->store, r->s->arena, run, r, &r->s->err) == 0;
}

struct row *scratch_create(struct scratch *s, struct who who, const char *kind, const char *json)
{
    struct request r = {.s = s, .who = who, .kind = kind, .json = json};

    return perform(&r) ? r.row : NULL;
}

struct row *scratch_update(struct scratch *s, struct who who, const char *kind, id which, const char *json)
{
    struct request r = {.s = s, .who = who, .kind = kind, .json = json, .which = which};

    return perform(&r) ? r.row : NULL;
}

bool scratch_delete(struct scratch *s, struct who who, const char *kind, id which)
{
    struct request r = {.s = s, .who = who, .kind = kind, .which = which, .delete = true};

    return perform(&r);
}

struct row *scratch_get(struct scratch *s, struct who who, const char *kind, id which)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct ctx c;
    struct row *row = NULL;

    err_clear(&s->err);
    if (ctx_read(&c, s->app, t, who, &s->err) < 0 ||
        op_get(&c, schema_must(s->app->schema, kind), which, &row, &s->err) < 0)
        row = NULL;
    txn_end(t);
    return row;
}

id scratch_last_changeset(struct scratch *s)
{
    struct txn *t = txn_read(s->app->store, s->arena, &s->err);
    struct value v;

    assert_int_equal(sql_row(t, "SELECT max(id) FROM changesets", NO_ARGS, &v, 1, &s->err), 1);
    txn_end(t);
    return v.i;
}
