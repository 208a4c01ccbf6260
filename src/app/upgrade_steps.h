/* The heart of an upgrade: steps run in a transaction with figures taken before and after. */
#ifndef APP_UPGRADE_STEPS_H
#define APP_UPGRADE_STEPS_H

#include "figures.h"
#include "upgrade.h"

struct steps_run {
    const struct upgrade *upgrade;
    bool keep;             /* else everything is taken back at the end */
    struct figures before; /* the database's, text in the caller's arena */
    int differences;
    int asked; /* sample questions */
    bool done; /* everything was run and agrees */
};

/* 0 when the steps ran, were kept if they should be, and nothing differs. Lines go to upgrade->tell. */
int upgrade_steps(struct store *s, struct arena *a, struct steps_run *run, struct err *err);

/* Tells what will be done, in one line: "step 6 (sums of lists), 1 new table, 2 new columns". */
void upgrade_tell_plan(const struct upgrade *u, struct arena *a, const char *where, const struct migrate_look *look);

/* How the database stands, in a read transaction. */
int upgrade_look(struct store *s, struct arena *a, const struct migrations *m, struct migrate_look *ret,
                 struct err *err);

void upgrade_tell(const struct upgrade *u, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
