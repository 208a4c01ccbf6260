/*
 * What the cells of one column testify about its type, the order of its dates and the style of its numbers.
 *
 *     struct tab_evidence e = {0};
 *     for each cell: tab_evidence_add(&e, cell);
 *     struct tab_verdict v = tab_evidence_verdict(&e);
 *
 * One 25/03/2026 proves day/month for a whole column of dates; without such a proof, or with proofs of both, the order
 * stays TAB_ORDER_UNKNOWN. A proof outweighs contrary ones only fifty to one: those cells are mistakes.
 */
#ifndef TAB_EVIDENCE_H
#define TAB_EVIDENCE_H

#include "tab_value.h"

enum tab_looks {
    TAB_LOOKS_EMPTY,
    TAB_LOOKS_TEXT,
    TAB_LOOKS_DAY,
    TAB_LOOKS_INSTANT,
    TAB_LOOKS_NUMBER,
    TAB_LOOKS_BOOLEAN
};

struct tab_evidence {
    int64_t filled, dates, times, numbers, booleans;
    int64_t bits;           /* booleans written 1 or 0 */
    int64_t numeric;        /* dates whose order matters */
    int64_t proof[4];       /* by tab_order: dates that are dates in this order alone */
    uint64_t firsts, lasts; /* two-digit values seen there; bit 63: larger */
    int64_t styled[3];      /* by tab_decimal: numbers in this style alone */
    int64_t separated;      /* numbers with a point or comma, in either style */
    int64_t points;         /* of these, those with a point */
};

struct tab_verdict {
    enum tab_looks looks;
    enum tab_order order;     /* of a column of dates; TAB_ORDER_UNKNOWN when it matters and nothing decides */
    bool order_matters;       /* false: written so that any order reads the same (ISO, months in letters) */
    bool contrary;            /* proofs of two orders or styles: what other columns say is no help */
    enum tab_decimal decimal; /* of a column of numbers, the same way */
    bool decimal_matters;
};

void tab_evidence_add(struct tab_evidence *e, struct str cell);
struct tab_verdict tab_evidence_verdict(const struct tab_evidence *e);
const char *tab_looks_name(enum tab_looks l); /* "empty" "text" "day" "instant" "number" "boolean" */

#endif
