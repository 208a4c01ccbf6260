/*
 * Rules of single kinds that need more than the row: a deal's stage and status, lines and the deal's value, the next
 * activity. One row a kind; most kinds have none.
 */
#ifndef APP_RULES_H
#define APP_RULES_H

#include "op.h"

struct rule {
    const char *kind;
    /* Before the row is checked and written: brings its fields into line. `old` NULL: it is new. */
    int (*before)(struct ctx *c, const struct row *old, struct row *row, const bool *given, struct err *err);
    /* Writes a new row when that takes more than one change: a deal that comes in closed was open before. */
    int (*insert)(struct ctx *c, struct row *row, struct err *err);
    /* After it was written: changes to other records that follow, in the same change set. `row` NULL: deleted. */
    int (*after)(struct ctx *c, const struct row *old, const struct row *row, struct err *err);
    /* May it be deleted at all? */
    int (*may_delete)(struct ctx *c, const struct row *row, struct err *err);
    /* Derived fields (never logged) of this or other rows; runs for every write of the kind, undo and rebuild
     * included, and knows no caller. */
    int (*derive)(struct txn *t, struct app *a, const struct row *old, const struct row *row, struct err *err);
};

const struct rule *rule_of(const struct kind *k); /* never NULL: the empty rule when it has none */

/* The change set's hook (log.h) that runs `derive`; cs->context is the app. */
int rules_written(struct txn *t, const struct change_set *cs, const struct row *before, const struct row *after,
                  struct err *err);

extern const struct rule rule_deal, rule_deal_line, rule_activity, rule_workspace, rule_custom_field, rule_right,
    rule_user, rule_token, rule_file, rule_backup_plan;

#endif
