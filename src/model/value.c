#include "value.h"

bool value_eq(struct value a, struct value b)
{
    return value_cmp(a, b) == 0;
}

static int rank(struct value v)
{
    return v.type == V_NULL ? 0 : v.type == V_TEXT ? 2 : 1;
}

int value_cmp(struct value a, struct value b)
{
    if (rank(a) != rank(b))
        return rank(a) - rank(b);
    if (a.type == V_NULL)
        return 0;
    if (a.type == V_TEXT)
        return str_cmp(a.s, b.s);
    if (a.type == V_INT && b.type == V_INT)
        return (a.i > b.i) - (a.i < b.i);
    double x = a.type == V_INT ? (double)a.i : a.d, y = b.type == V_INT ? (double)b.i : b.d;
    return (x > y) - (x < y);
}

struct value value_copy(struct arena *a, struct value v)
{
    return v.type == V_TEXT ? value_text(arena_str(a, v.s)) : v;
}
