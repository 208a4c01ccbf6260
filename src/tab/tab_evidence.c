#include "tab_evidence.h"

#include <string.h>

#define OUTWEIGHS 50
#define ONE(bits) ((bits) != 0 && ((bits) & ((bits)-1)) == 0)

static uint64_t seen(const struct date_parts *p, int i)
{
    return p->width[i] > 2 ? 0 : UINT64_C(1) << (p->part[i] < 63 ? p->part[i] : 63);
}

const char *tab_looks_name(enum tab_looks l)
{
    static const char *const names[] = {"empty", "text", "day", "instant", "number", "boolean"};

    return names[l];
}

static void add_date(struct tab_evidence *e, const struct date_parts *p)
{
    unsigned orders = date_orders(p, true);

    e->dates++;
    e->times += p->has_time;
    if (p->width[0] == 4 || p->width[0] == 0 || p->width[1] == 0)
        return;
    e->numeric++;
    e->firsts |= seen(p, 0);
    e->lasts |= seen(p, 2);
    /* Two-digit years are taken to stand last when they can: 13/02/16 is the 13th. */
    unsigned day_month = orders & (ORDER_BIT(TAB_DMY) | ORDER_BIT(TAB_MDY));
    if (ONE(day_month))
        e->proof[day_month == ORDER_BIT(TAB_DMY) ? TAB_DMY : TAB_MDY]++;
    else if (!day_month && orders == ORDER_BIT(TAB_YMD))
        e->proof[TAB_YMD]++;
}

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

void tab_evidence_add(struct tab_evidence *e, struct str cell)
{
    struct date_parts p;
    struct tab_why why;
    unsigned styles;
    bool flag, separated;

    cell = str_trim(cell);
    if (cell.n == 0)
        return;
    bool digits = cell.n <= 64 && has_digit(cell);
    if (digits && date_scan(cell, &p)) {
        if (!p.zero) {
            e->filled++;
            add_date(e, &p);
        }
        return;
    }
    e->filled++;
    if (cell.n <= 11 && tab_boolean(cell, &flag, &why) == TAB_OK) {
        e->booleans++;
        e->bits += cell.n == 1 && (cell.p[0] == '0' || cell.p[0] == '1');
    }
    if (!digits || !number_scan(cell, &styles, &separated))
        return;
    e->numbers++;
    if (!separated)
        return;
    if (ONE(styles)) {
        e->styled[styles == STYLE_BIT(TAB_POINT) ? TAB_POINT : TAB_COMMA]++;
    } else {
        e->separated++;
        e->points += memchr(cell.p, '.', cell.n) != NULL;
    }
}

static int64_t most(const int64_t *n, int count, int *ret_at)
{
    int64_t rest = 0;

    *ret_at = 0;
    for (int i = 1; i < count; i++)
        if (n[i] > n[*ret_at])
            *ret_at = i;
    for (int i = 1; i < count; i++)
        rest += i == *ret_at ? 0 : n[i];
    return n[*ret_at] > rest * OUTWEIGHS ? n[*ret_at] : 0;
}

/* The year may stand first where the last numbers vary as days do and the first ones as years do. */
static bool reversed(const struct tab_evidence *e)
{
    return e->lasts && __builtin_popcountll(e->lasts) >= __builtin_popcountll(e->firsts) + 5;
}

static enum tab_order order_of(const struct tab_evidence *e)
{
    int order;

    if (!most(e->proof, 4, &order))
        return TAB_ORDER_UNKNOWN;
    if (order == TAB_DMY && reversed(e))
        return TAB_ORDER_UNKNOWN;
    return (enum tab_order)order;
}

struct tab_verdict tab_evidence_verdict(const struct tab_evidence *e)
{
    struct tab_verdict v = {.looks = TAB_LOOKS_TEXT};
    int style;

    if (e->filled == 0)
        v.looks = TAB_LOOKS_EMPTY;
    else if (e->dates * 10 >= e->filled * 8)
        v.looks = e->times * 2 > e->dates ? TAB_LOOKS_INSTANT : TAB_LOOKS_DAY;
    else if (e->booleans * 100 >= e->filled * 98 && e->bits < e->booleans)
        v.looks = TAB_LOOKS_BOOLEAN;
    else if (e->numbers * 10 >= e->filled * 9)
        v.looks = TAB_LOOKS_NUMBER;

    if (v.looks == TAB_LOOKS_DAY || v.looks == TAB_LOOKS_INSTANT) {
        v.order_matters = e->numeric > 0;
        v.order = v.order_matters ? order_of(e) : TAB_YMD;
        v.contrary = !v.order && (e->proof[TAB_DMY] || e->proof[TAB_MDY] || e->proof[TAB_YMD]);
    }
    if (v.looks == TAB_LOOKS_NUMBER) {
        v.decimal_matters = e->separated > 0 || e->styled[TAB_POINT] > 0 || e->styled[TAB_COMMA] > 0;
        v.decimal = most(e->styled, 3, &style) ? (enum tab_decimal)style : TAB_DECIMAL_UNKNOWN;
        v.contrary = !v.decimal && e->styled[TAB_POINT] > 0;
    }
    return v;
}
