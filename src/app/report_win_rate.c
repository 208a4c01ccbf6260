#include "report.h"

#include <stdlib.h>

#include "money.h"

#define WIN_RATE_AS_NAME(name, text) text,
static const char *const by_names[] = {WIN_RATE_BY(WIN_RATE_AS_NAME)};

bool win_rate_by_find(struct str name, enum win_rate_by *ret)
{
    for (int i = 0; i < BY__N; i++)
        if (str_is(name, by_names[i])) {
            *ret = (enum win_rate_by)i;
            return true;
        }
    return false;
}

const char *win_rate_by_name(enum win_rate_by by)
{
    return by_names[by];
}

struct fill {
    struct ctx *c;
    const struct report_request *req;
    enum win_rate_by by;
    struct fx *fx;
    struct win_rate *ret;
    struct map groups; /* key to struct win_group */
};

/* The group of a deal; the empty key stands for none. */
static struct str key_of(const struct fill *f, const struct deal_past *past)
{
    const struct deal_state *s = deal_last(past);
    struct date date;
    id which = 0;

    switch (f->by) {
    case BY_OWNER:
        which = s->owner;
        break;
    case BY_SOURCE:
        which = s->source;
        break;
    case BY_STAGE:
        which = s->stage;
        break;
    case BY_PIPELINE:
        which = s->pipeline;
        break;
    case BY_CURRENCY:
        return arena_str(f->c->arena, str_of(currency_text(s->currency).code));
    case BY_MONTH:
        date = day_date(zone_day(f->c->workspace.zone, deal_closed(past)));
        return arena_printf(f->c->arena, "%04d-%02d", date.year, date.month);
    case BY_NOTHING:
    case BY__N:
        break;
    }
    return which ? arena_printf(f->c->arena, "%lld", (long long)which) : S("");
}

static struct win_group *group_of(struct fill *f, struct str key)
{
    struct win_group *g = map_get(&f->groups, key);

    if (!g) {
        g = NEW(f->c->arena, struct win_group);
        g->key = key;
        map_put_kept(&f->groups, key, g);
        f->ret->ngroups++;
    }
    return g;
}

/* What it was worth when it closed, in units of the base currency: 1, 0 when that cannot be said, -1. */
static int base_value(struct fill *f, const struct deal_state *s, msec closed, double *ret, struct err *err)
{
    int64_t base = 0;
    int n = report_value(f->fx, s, zone_day(f->c->workspace.zone, closed), &base, err);

    *ret = (double)base / (double)decimal_pow10(fx_base_digits(f->fx));
    return n;
}

static int fill_one(void *arg, const struct deal_past *past, struct err *err)
{
    struct fill *f = arg;
    const struct deal_state *last = deal_last(past);
    msec closed = deal_closed(past);
    bool won = last->status == DEAL_IS_WON;
    double value = 0;
    int valued = 0;

    if (!closed || !report_within(f->req, closed))
        return 0;
    if (last->valued && (valued = base_value(f, last, closed, &value, err)) < 0)
        return -1;
    f->ret->unvalued += !last->valued;
    f->ret->unconverted += last->valued && !valued;
    struct win_group *groups[] = {&f->ret->all, f->by == BY_NOTHING ? NULL : group_of(f, key_of(f, past))};
    for (size_t i = 0; i < COUNT(groups) && groups[i]; i++) {
        groups[i]->closed++;
        groups[i]->won += won;
        if (valued && value > 0)
            ratio_add(&groups[i]->value, value, won);
    }
    return 0;
}

static int name_group(const struct fill *f, struct win_group *g, struct err *err)
{
    const struct app *app = f->c->app;
    const struct kind *kinds[BY__N] = {[BY_OWNER] = app->users,
                                       [BY_SOURCE] = schema_must(app->schema, "sources"),
                                       [BY_STAGE] = app->stages,
                                       [BY_PIPELINE] = app->pipelines};
    const struct kind *k = kinds[f->by];
    struct row *row = NULL;
    int64_t which;

    g->name = g->key;
    if (!k || !str_int(g->key, &which))
        return 0;
    int n = row_find(f->c->t, k, "id", value_int(which), &row, err);
    if (n < 0)
        return -1;
    g->name = row ? row_title(row) : STR_NULL;
    return 0;
}

static int by_size(const void *x, const void *y)
{
    const struct win_group *a = x, *b = y;

    if (a->closed != b->closed)
        return a->closed < b->closed ? 1 : -1;
    return str_cmp(a->key, b->key);
}

static int by_key(const void *x, const void *y)
{
    const struct win_group *a = x, *b = y;

    return str_cmp(a->key, b->key);
}

int report_win_rate(struct ctx *c, const struct report_request *req, enum win_rate_by by, struct win_rate *ret,
                    struct err *err)
{
    struct fill f = {.c = c, .req = req, .by = by, .fx = fx_new(c), .ret = ret};
    int64_t seen;
    size_t n = 0;

    *ret = (struct win_rate){0};
    map_init(&f.groups, c->arena);
    if (report_deals(c, req, fill_one, &f, &seen, err) < 0)
        return -1;
    ret->groups = NEW_ARRAY(c->arena, struct win_group, ret->ngroups + 1);
    for (struct map_slot *s = NULL; (s = map_each(&f.groups, s));)
        ret->groups[n++] = *(struct win_group *)s->value;
    if (n)
        qsort(ret->groups, n, sizeof(ret->groups[0]), by == BY_MONTH ? by_key : by_size);
    for (size_t i = 0; i < n; i++)
        if (name_group(&f, &ret->groups[i], err) < 0)
            return -1;
    return 0;
}
