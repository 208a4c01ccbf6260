#include "deal_state.h"

#include <stdlib.h>

#include "day.h"
#include "json_scan.h"
#include "money.h"

_Static_assert(sizeof(struct deal_state) == 64, "a change of a deal fills one line of the cache");

/* The fields by name. A row reads its field from JSON and copies it from one state to the next. */
struct column {
    const char *name;
    void (*read)(struct deal_state *s, struct str raw);
    void (*copy)(struct deal_state *to, const struct deal_state *from);
};

#define REF_COLUMN(name)                                                                                               \
    static void read_##name(struct deal_state *s, struct str raw)                                                      \
    {                                                                                                                  \
        int64_t which = 0;                                                                                             \
        s->name = str_int(raw, &which) && which <= INT32_MAX ? (int32_t)which : 0;                                     \
    }                                                                                                                  \
    COPY_COLUMN(name)
#define COPY_COLUMN(name)                                                                                              \
    static void copy_##name(struct deal_state *to, const struct deal_state *from)                                      \
    {                                                                                                                  \
        to->name = from->name;                                                                                         \
    }

REF_COLUMN(pipeline)
REF_COLUMN(stage)
REF_COLUMN(owner)
REF_COLUMN(source)
REF_COLUMN(lost_why)
COPY_COLUMN(currency)
COPY_COLUMN(expected)
COPY_COLUMN(chance)

static void read_status(struct deal_state *s, struct str raw)
{
    s->said = str_is(raw, "\"won\"") ? DEAL_IS_WON : str_is(raw, "\"lost\"") ? DEAL_IS_LOST : DEAL_IS_OPEN;
}

static void copy_status(struct deal_state *to, const struct deal_state *from)
{
    to->said = from->said;
}

static void read_value(struct deal_state *s, struct str raw)
{
    int digits;

    s->valued = decimal_scan(raw, &s->value, &digits);
    if (!s->valued)
        s->value = 0;
}

static void copy_value(struct deal_state *to, const struct deal_state *from)
{
    to->value = from->value;
    to->valued = from->valued;
}

/* Without the quotes around a raw string. */
static struct str inside(struct str raw)
{
    return json_raw_is_string(raw) ? (struct str){raw.p + 1, raw.n - 2} : STR_NULL;
}

static void read_currency(struct deal_state *s, struct str raw)
{
    s->currency = currency_pack(inside(raw));
}

static void read_expected(struct deal_state *s, struct str raw)
{
    struct day day;

    s->expected = day_parse(inside(raw), &day) ? day.n : NO_DAY;
}

static void read_chance(struct deal_state *s, struct str raw)
{
    int64_t percent;

    s->chance = str_int(raw, &percent) && percent >= 0 && percent <= 100 ? (int8_t)percent : NO_CHANCE;
}

static const struct column columns[] = {
    {"pipeline_id", read_pipeline, copy_pipeline},
    {"stage_id", read_stage, copy_stage},
    {"owner_id", read_owner, copy_owner},
    {"source_id", read_source, copy_source},
    {"lost_reason_id", read_lost_why, copy_lost_why},
    {"status", read_status, copy_status},
    {"value", read_value, copy_value},
    {"currency", read_currency, copy_currency},
    {"expected_close_date", read_expected, copy_expected},
    {"probability", read_chance, copy_chance},
};

#define ALL_COLUMNS ((uint16_t)((1u << COUNT(columns)) - 1))
#define STATUS_COLUMN 5u

uint16_t currency_pack(struct str code)
{
    unsigned packed = 0;

    if (code.n != 3)
        return 0;
    for (size_t i = 0; i < 3; i++) {
        if (code.p[i] < 'A' || code.p[i] > 'Z')
            return 0;
        packed = packed * 32 + (unsigned)(code.p[i] - 'A' + 1);
    }
    return (uint16_t)packed;
}

struct currency_text currency_text(uint16_t packed)
{
    struct currency_text t = {0};

    for (int i = 2; i >= 0 && packed; i--, packed /= 32)
        t.code[i] = (char)('A' + packed % 32 - 1);
    return t;
}

/* The second of [before,after]. */
static struct str after(struct str pair)
{
    struct json_walk w = json_walk(pair);
    struct str raw = STR_NULL;

    json_walk_element(&w, &raw);
    json_walk_element(&w, &raw);
    return raw;
}

struct deal_state deal_state_read(const struct log_item *item)
{
    struct deal_state s = {.occurred = item->occurred_at,
                           .recorded = item->recorded_at,
                           .seq = item->seq,
                           .expected = NO_DAY,
                           .chance = NO_CHANCE};
    struct json_walk w = json_walk(item->fields);
    struct str name, pair;

    if (str_is(item->op, "delete")) {
        s.said = DEAL_IS_DELETED;
        s.set = 1u << STATUS_COLUMN;
        return s;
    }
    if (str_is(item->op, "create")) /* what it does not name is not there */
        s.set = ALL_COLUMNS;
    while (json_walk_member(&w, &name, &pair)) {
        for (size_t i = 0; i < COUNT(columns); i++) {
            if (!str_is(name, columns[i].name))
                continue;
            columns[i].read(&s, after(pair));
            s.set |= (uint16_t)(1u << i);
            break;
        }
    }
    return s;
}

static int by_occurred(const void *x, const void *y)
{
    const struct deal_state *a = x, *b = y;

    if (a->occurred != b->occurred)
        return a->occurred < b->occurred ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

static int by_recorded(const void *x, const void *y)
{
    const struct deal_state *a = x, *b = y;

    if (a->recorded != b->recorded)
        return a->recorded < b->recorded ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

void deal_states_settle(struct deal_state *states, size_t n, enum clock clock)
{
    static const struct deal_state nothing = {.expected = NO_DAY, .chance = NO_CHANCE};
    int (*order)(const void *, const void *) = clock == CLOCK_OCCURRED ? by_occurred : by_recorded;
    bool sorted = true;

    for (size_t i = 1; i < n && sorted; i++)
        sorted = order(&states[i - 1], &states[i]) < 0;
    if (!sorted)
        qsort(states, n, sizeof(*states), order);
    for (size_t i = 0; i < n; i++) {
        const struct deal_state *before = i ? &states[i - 1] : &nothing;
        bool gone = before->status == DEAL_IS_DELETED && states[i].set != ALL_COLUMNS;
        for (size_t c = 0; c < COUNT(columns); c++)
            if (!(states[i].set & 1u << c))
                columns[c].copy(&states[i], before);
        states[i].status = gone ? DEAL_IS_DELETED : states[i].said;
    }
}
