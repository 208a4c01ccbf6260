/*
 * A value of a record's field, as the store keeps it: nothing, a 64-bit integer, a real, or text with its length.
 * What an integer means (money in minor units, a day, an instant, a reference, yes/no) is the field type's business.
 */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include "arena.h"

typedef int64_t id; /* of a record; positive; 0 means none */

enum value_type { V_NULL, V_INT, V_REAL, V_TEXT };

struct value {
    enum value_type type;
    union {
        int64_t i;
        double d;
        struct str s;
    };
};

#define VALUE_NULL ((struct value){.type = V_NULL})

static inline struct value value_int(int64_t i)
{
    return (struct value){.type = V_INT, .i = i};
}

static inline struct value value_real(double d)
{
    return (struct value){.type = V_REAL, .d = d};
}

static inline struct value value_text(struct str s)
{
    return s.p ? (struct value){.type = V_TEXT, .s = s} : VALUE_NULL;
}

static inline struct value value_ref(id i)
{
    return i ? value_int(i) : VALUE_NULL;
}

static inline bool value_is_null(struct value v)
{
    return v.type == V_NULL;
}

bool value_eq(struct value a, struct value b);
int value_cmp(struct value a, struct value b); /* null first, then numbers, then text by bytes */
struct value value_copy(struct arena *a, struct value v);

#endif
