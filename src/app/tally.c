#include "tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "deal.h"
#include "tally_private.h"

/* -- the table --------------------------------------------------------------------------------------------- */

struct tally *tally_new(void)
{
    struct tally *t = calloc(1, sizeof(*t));

    if (!t)
        return NULL;
    pthread_mutex_init(&t->lock, NULL);
    t->seq = -1;
    return t;
}

void tally_clear(struct tally *t)
{
    free(t->slots);
    free(t->index);
    t->slots = NULL;
    t->index = NULL;
    t->n = t->room = t->nindex = t->ncurrencies = 0;
}

void tally_free(struct tally *t)
{
    if (!t)
        return;
    tally_clear(t);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

int tally_currency(struct tally *t, struct str code)
{
    for (size_t i = 0; i < t->ncurrencies; i++)
        if (str_is(code, t->currencies[i]))
            return (int)i;
    if (t->ncurrencies == COUNT(t->currencies) || code.n >= sizeof(t->currencies[0]))
        return -1;
    memcpy(t->currencies[t->ncurrencies], code.p, code.n);
    t->currencies[t->ncurrencies][code.n] = '\0';
    return (int)t->ncurrencies++;
}

static size_t home(const struct tally *t, id deal)
{
    return ((uint64_t)deal * 0x9e3779b97f4a7c15u >> 20) & (t->nindex - 1);
}

/* Where the id stands in the index, or the free place where it would. */
static size_t place_of(const struct tally *t, id deal)
{
    size_t at = home(t, deal);

    while (t->index[at] && t->slots[t->index[at] - 1].id != deal)
        at = (at + 1) & (t->nindex - 1);
    return at;
}

static bool make_room(struct tally *t)
{
    if (t->n == t->room) {
        size_t room = t->room ? t->room + t->room / 2 : 1024;
        struct slot *slots = realloc(t->slots, room * sizeof(*slots));
        if (!slots)
            return false;
        t->slots = slots;
        t->room = room;
    }
    if ((t->n + 1) * 2 <= t->nindex)
        return true;
    size_t nindex = t->nindex ? t->nindex * 2 : 4096;
    uint32_t *index = calloc(nindex, sizeof(*index));
    if (!index || nindex > UINT32_MAX) {
        free(index);
        return false;
    }
    free(t->index);
    t->index = index;
    t->nindex = nindex;
    for (size_t i = 0; i < t->n; i++)
        t->index[place_of(t, t->slots[i].id)] = (uint32_t)i + 1;
    return true;
}

bool tally_put(struct tally *t, const struct slot *slot)
{
    if (!make_room(t))
        return false;
    size_t at = place_of(t, slot->id);
    if (!t->index[at])
        t->index[at] = (uint32_t)++t->n;
    t->slots[t->index[at] - 1] = *slot;
    return true;
}

/* Those behind a freed place in the index that would not be found any more move up. */
static void close_gap(struct tally *t, size_t gap)
{
    for (size_t at = (gap + 1) & (t->nindex - 1); t->index[at]; at = (at + 1) & (t->nindex - 1)) {
        size_t wants = home(t, t->slots[t->index[at] - 1].id);
        bool between = gap <= at ? wants > gap && wants <= at : wants > gap || wants <= at;
        if (between)
            continue;
        t->index[gap] = t->index[at];
        gap = at;
    }
    t->index[gap] = 0;
}

void tally_drop(struct tally *t, id deal)
{
    size_t at = t->nindex ? place_of(t, deal) : 0;

    if (!t->nindex || !t->index[at])
        return;
    uint32_t freed = t->index[at] - 1, last = (uint32_t)t->n - 1;
    close_gap(t, at);
    if (freed != last) {
        t->index[place_of(t, t->slots[last].id)] = freed + 1;
        t->slots[freed] = t->slots[last];
    }
    t->n--;
}

/* -- which deals --------------------------------------------------------------------------------------------- */

struct ids {
    const id *v; /* NULL: any */
    size_t n;
    id one;
};

struct want {
    struct ids pipeline, stage, owner, owner_seen;
    unsigned statuses; /* a bit each */
};

static bool among(const struct ids *ids, int32_t which)
{
    if (!ids->v)
        return true;
    for (size_t i = 0; i < ids->n; i++)
        if (ids->v[i] == which)
            return true;
    return false;
}

static unsigned status_bit(struct str name)
{
    return str_is(name, DEAL_OPEN)   ? 1u << TALLY_OPEN
           : str_is(name, DEAL_WON)  ? 1u << TALLY_WON
           : str_is(name, DEAL_LOST) ? 1u << TALLY_LOST
                                     : 0;
}

static bool take_ids(struct arena *a, const struct filter *f, struct ids *ret)
{
    if (ret->v) /* two conditions on one field */
        return false;
    id *v = NEW_ARRAY(a, id, f->n + 1);
    for (size_t i = 0; i < f->n; i++)
        if (f->values[i].type == V_INT)
            v[ret->n++] = f->values[i].i;
    ret->v = v;
    return true;
}

static bool take_filter(struct arena *a, const struct filter *f, struct want *want)
{
    unsigned statuses = 0;

    if ((f->op != OP_EQ && f->op != OP_IN) || f->field->flags & CUSTOM)
        return false;
    switch (f->field->at) {
    case DEAL_PIPELINE:
        return take_ids(a, f, &want->pipeline);
    case DEAL_STAGE:
        return take_ids(a, f, &want->stage);
    case DEAL_OWNER:
        return take_ids(a, f, &want->owner);
    case DEAL_STATUS:
        for (size_t i = 0; i < f->n; i++)
            statuses |= status_bit(f->values[i].s);
        want->statuses &= statuses;
        return true;
    default:
        return false;
    }
}

/* False when the query asks for what the slots do not tell. */
static bool understand(struct ctx *c, const struct list_query *q, struct want *ret)
{
    const struct kind_def *def = &q->kind->def;

    *ret = (struct want){.statuses = 1u << TALLY_OPEN | 1u << TALLY_WON | 1u << TALLY_LOST};
    if (q->kind != c->app->deals || q->table || q->q.n || def->via || def->shared)
        return false;
    for (size_t i = 0; i < q->nfilters; i++)
        if (!take_filter(c->arena, &q->filters[i], ret))
            return false;
    switch (access_see(q->access, q->kind)) {
    case LEVEL_NONE:
        ret->statuses = 0;
        break;
    case LEVEL_OWN:
        ret->owner_seen = (struct ids){.v = &q->access->user, .n = 1};
        break;
    case LEVEL_TEAM:
        ret->owner_seen = (struct ids){.v = q->access->team, .n = q->access->nteam};
        break;
    case LEVEL_ALL:
        break;
    }
    return true;
}

/* -- adding up ---------------------------------------------------------------------------------------------- */

/* The local day of a quarter of an hour. Days mostly have one offset from their beginning to their end, which is asked
 * for once. */
#define DAYS 65536
struct days {
    const struct zone *zone;
    int32_t *offset; /* in quarters, by the day in UTC; MIXED: it changes within; 0x7fffffff: not asked yet */
};
#define MIXED INT32_MIN
#define UNASKED INT32_MAX

static struct day local_day(const struct days *d, int32_t quarter)
{
    int32_t day = quarter / 96;

    assert(d->offset); /* made when cells are asked for by day */
    if (day >= DAYS)
        return zone_day(d->zone, quarter * QUARTER);
    if (d->offset[day] == UNASKED) {
        msec from = zone_offset(d->zone, day * DAY_MS), to = zone_offset(d->zone, (day + 1) * DAY_MS - 1);
        d->offset[day] = from == to ? (int32_t)(from / QUARTER) : MIXED;
    }
    if (d->offset[day] == MIXED)
        return zone_day(d->zone, quarter * QUARTER);
    return (struct day){(quarter + d->offset[day]) / 96};
}

#define RECENT 256 /* cells found again without looking; a power of two */
struct summing {
    struct arena *arena;
    const struct tally *t;
    const struct tally_ask *ask;
    struct days days;
    int base; /* number of the base currency */
    struct tally_cell *cells;
    uint32_t *cell_index; /* of cells + 1, by key */
    size_t n, room;       /* room is a power of two; the index has twice as many */
    struct tally_cell *recent[RECENT];
};

static bool cell_is(const struct summing *s, const struct tally_cell *cell, int32_t stage, int32_t day, int currency)
{
    return cell->stage == stage && cell->day.n == day && cell->currency.p == s->t->currencies[currency];
}

static size_t cell_place(const struct summing *s, int32_t stage, int32_t day, int currency)
{
    size_t mask = s->room * 2 - 1;
    uint64_t key = ((uint64_t)(uint32_t)stage << 32 | (uint32_t)day) * 0x9e3779b97f4a7c15u + (uint64_t)currency * 31;
    size_t at = (key >> 17) & mask;

    while (s->cell_index[at] && !cell_is(s, &s->cells[s->cell_index[at] - 1], stage, day, currency))
        at = (at + 1) & mask;
    return at;
}

static void more_cells(struct summing *s)
{
    size_t room = s->room ? s->room * 2 : 256;

    s->cells = arena_grow(s->arena, s->cells, s->n * sizeof(*s->cells), room * sizeof(*s->cells));
    s->cell_index = NEW_ARRAY(s->arena, uint32_t, room * 2);
    s->room = room;
    memset(s->recent, 0, sizeof(s->recent)); /* they have moved */
    for (size_t i = 0; i < s->n; i++) {
        const struct tally_cell *cell = &s->cells[i];
        int currency = (int)((cell->currency.p - s->t->currencies[0]) / (ptrdiff_t)sizeof(s->t->currencies[0]));
        s->cell_index[cell_place(s, (int32_t)cell->stage, cell->day.n, currency)] = (uint32_t)i + 1;
    }
}

static struct tally_cell *cell_of(struct summing *s, const struct slot *deal)
{
    int32_t stage = s->ask->by_day ? 0 : deal->stage, day = TALLY_TODAY;

    if (s->ask->by_day && deal->status != TALLY_OPEN && deal->currency != s->base)
        day = local_day(&s->days, deal->closed).n;
    struct tally_cell **recent = &s->recent[((uint32_t)stage * 31u + (uint32_t)day * 7u + deal->currency) % RECENT];
    if (*recent && cell_is(s, *recent, stage, day, deal->currency))
        return *recent;
    if (s->n == s->room)
        more_cells(s);
    size_t at = cell_place(s, stage, day, deal->currency);
    if (!s->cell_index[at]) {
        s->cells[s->n] =
            (struct tally_cell){.stage = stage, .day = {day}, .currency = str_of(s->t->currencies[deal->currency])};
        s->cell_index[at] = (uint32_t)++s->n;
    }
    *recent = &s->cells[s->cell_index[at] - 1];
    return *recent;
}

static enum light light_of(const struct slot *deal, const struct tally_ask *ask)
{
    if (!deal->planned)
        return LIGHT_NONE;
    return deal->next_at < ask->now ? LIGHT_OVERDUE : deal->next_at < ask->tomorrow ? LIGHT_TODAY : LIGHT_PLANNED;
}

static void add(struct summing *s, const struct slot *deal, enum light light)
{
    struct tally_cell *cell = cell_of(s, deal);

    cell->count++;
    cell->lights[light]++;
    if (!deal->priced)
        return;
    cell->priced++;
    cell->value += deal->value;
    if (deal->probability >= 0)
        cell->own += (wide)deal->value * deal->probability;
    else
        cell->staged += deal->value;
}

static void add_all(struct summing *s, const struct want *want)
{
    for (size_t i = 0; i < s->t->n; i++) {
        const struct slot *deal = &s->t->slots[i];
        if (!(want->statuses & 1u << deal->status) || !among(&want->pipeline, deal->pipeline) ||
            !among(&want->stage, deal->stage) || !among(&want->owner, deal->owner) ||
            !among(&want->owner_seen, deal->owner))
            continue;
        enum light light = light_of(deal, s->ask);
        if (s->ask->light < 0 || s->ask->light == (int)light)
            add(s, deal, light);
    }
    for (size_t i = 0; i < s->n; i++) /* they outlive the lock, the tally's table does not have to */
        s->cells[i].currency = arena_str(s->arena, s->cells[i].currency);
}

struct asking {
    struct ctx *c;
    const struct list_query *q;
    const struct tally_ask *ask;
    struct want want;
    struct summing sum;
    struct err *err;
};

static int locked(void *arg)
{
    struct asking *a = arg;
    struct ctx *c = a->c;
    struct tally *t = c->app->tally;
    int n = tally_follow(t, c, (a->want.statuses & ~(1u << TALLY_OPEN)) != 0, a->err);

    if (n != 1)
        return n;
    a->sum = (struct summing){.arena = c->arena, .t = t, .ask = a->ask};
    a->sum.base = tally_currency(t, c->workspace.base_currency);
    if (a->ask->by_day) {
        a->sum.days = (struct days){.zone = c->workspace.zone, .offset = NEW_ARRAY(c->arena, int32_t, DAYS)};
        for (size_t i = 0; i < DAYS; i++)
            a->sum.days.offset[i] = UNASKED;
    }
    add_all(&a->sum, &a->want);
    return 1;
}

int tally_sum(struct ctx *c, const struct list_query *q, const struct tally_ask *ask, struct tally_cell **ret,
              size_t *ret_n, struct err *err)
{
    struct asking a = {.c = c, .q = q, .ask = ask, .err = err};
    struct tally *t = c->app->tally;

    if (!t || txn_dialect(c->t) != DIALECT_SQLITE || txn_writing(c->t) || !understand(c, q, &a.want))
        return 0;
    pthread_mutex_lock(&t->lock);
    int n = arena_try(locked, &a); /* it may jump, and the lock must not stay */
    if (n < 0)
        t->seq = -1; /* half of it may be newer */
    pthread_mutex_unlock(&t->lock);
    if (n == ARENA_OOM)
        return err_set(err, ERR_BUSY, "The request needs more memory than there is.");
    *ret = a.sum.cells;
    *ret_n = a.sum.n;
    return n;
}

int tally_count(struct ctx *c, const struct list_query *q, int64_t *ret, struct err *err)
{
    struct tally_cell *cells;
    size_t ncells;
    int n = tally_sum(c, q, &(struct tally_ask){.light = -1}, &cells, &ncells, err);

    if (n <= 0)
        return n < 0 ? -1 : list_count(c->t, q, ret, err);
    *ret = 0;
    for (size_t i = 0; i < ncells; i++)
        *ret += cells[i].count;
    return 0;
}
