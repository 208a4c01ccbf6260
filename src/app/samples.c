#include "samples.h"

#include <inttypes.h>
#include <stdio.h>

#include "board.h"

#define PAGE 50u

struct samples {
    struct app *app;
    struct txn *t;
    void (*tell)(void *ctx, const char *line);
    void *ctx;
    int asked, wrong;
};

static void expect(struct samples *s, const char *what, const char *name, int64_t got, int64_t want)
{
    char line[256];

    s->asked++;
    if (got == want)
        return;
    s->wrong++;
    snprintf(line, sizeof(line), "%s %s: %" PRId64 " instead of %" PRId64, what, name, got, want);
    s->tell(s->ctx, line);
}

static int count_of(struct samples *s, const char *sql, struct args args, int64_t *ret, struct err *err)
{
    struct value n;

    if (sql_row(s->t, sql, args, &n, 1, err) < 0)
        return -1;
    *ret = n.i;
    return 0;
}

/* The fold of a row's log says what its table says. */
static int check_fold(struct samples *s, const struct row *row, struct err *err)
{
    const struct kind *k = row->kind;
    struct row *folded;
    int found = log_row_at(s->t, k, row_id(row), AT_THE_END, CLOCK_RECORDED, &folded, err);
    int64_t differing = 0;

    if (found < 0)
        return -1;
    for (int i = 0; found && i < k->nfields; i++)
        differing += !(k->fields[i].flags & DERIVED) && !value_eq(folded->v[i], row->v[i]);
    expect(s, "fields that differ from the log in a row of", k->name, found ? differing : k->nfields, 0);
    return 0;
}

static int check_list(struct samples *s, const struct kind *k, bool down, struct err *err)
{
    struct list_query q = {.kind = k, .limit = PAGE, .nsort = 1};
    struct page page;
    int64_t listed, there;

    q.sort[0] = (struct sort_key){.field = &k->fields[SYS_ID], .down = down};
    if (list_count(s->t, &q, &listed, err) < 0 || list_run(s->t, &q, &page, err) < 0 ||
        count_of(s, arena_printf(txn_arena(s->t), "SELECT count(*) FROM %s", k->name).p, NO_ARGS, &there, err) < 0)
        return -1;
    expect(s, "list of", k->name, listed, there);
    expect(s, "first page of", k->name, (int64_t)page.n, there < PAGE ? there : PAGE);
    for (size_t i = 0; i < page.n; i++)
        if (check_fold(s, page.rows[i], err) < 0)
            return -1;
    return 0;
}

static int check_board(struct samples *s, struct ctx *c, const struct row *pipeline, struct err *err)
{
    struct board_request req = {
        .pipeline = row_id(pipeline), .light = -1, .list = {.kind = s->app->deals, .limit = PAGE}};
    struct board board;
    int64_t open;

    if (board_load(c, &req, &board, err) < 0 ||
        count_of(s,
                 "SELECT count(*) FROM deals d, stages s WHERE s.id = d.stage_id AND s.pipeline_id = d.pipeline_id AND "
                 "d.status = 'open' AND d.pipeline_id = $1",
                 ARGS(pipeline->v[SYS_ID]), &open, err) < 0)
        return -1;
    expect(s, "board of pipeline", arena_cstr(c->arena, row_title(pipeline)), board.count, open);
    return 0;
}

static int ask(struct samples *s, struct err *err)
{
    struct list_query q = {.kind = s->app->pipelines, .limit = PAGE};
    struct page pipelines;
    struct ctx c;

    if (custom_fields_load(s->app, s->t, err) < 0 || ctx_read(&c, s->app, s->t, WHO_SYSTEM, err) < 0)
        return -1;
    for (int i = 0; i < s->app->schema->n; i++)
        if (check_list(s, &s->app->schema->kinds[i], false, err) < 0 ||
            check_list(s, &s->app->schema->kinds[i], true, err) < 0)
            return -1;
    if (list_run(s->t, &q, &pipelines, err) < 0)
        return -1;
    for (size_t i = 0; i < pipelines.n; i++)
        if (check_board(s, &c, pipelines.rows[i], err) < 0)
            return -1;
    return 0;
}

int samples_check(struct app *a, struct txn *t, void (*tell)(void *ctx, const char *line), void *ctx, int *ret_asked,
                  struct err *err)
{
    struct samples s = {.app = a, .t = t, .tell = tell, .ctx = ctx};

    if (ask(&s, err) < 0)
        return -1;
    *ret_asked = s.asked;
    return s.wrong;
}
