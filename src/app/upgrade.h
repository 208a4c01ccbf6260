/*
 * Bringing an older database up to date without risk. It is copied; the steps run on the copy, where rows, log and
 * sample questions are compared before and after and everything is rolled back again; then the same happens to the
 * database itself in one transaction, which is kept only if all figures agree once more. The copy stays beside it as
 * FILE.before-N (mode 0600) for return, and copies of earlier upgrades go. Whatever stops the program on the way, the
 * database is the old one or the new one, whole.
 *
 * Nobody else may have the database open meanwhile; two programs that want to upgrade it take turns.
 *
 * On a database server the rehearsal is a transaction that is taken back, in which the same is compared; nobody else
 * writes meanwhile. Nodes of the older version stop writing when it is done. The way back there is a backup.
 */
#ifndef APP_UPGRADE_H
#define APP_UPGRADE_H

#include "app.h"

struct upgrade {
    struct app *app; /* with its kinds, not opened */
    struct store_config store;
    const struct migrations *migrations;
    bool rehearse_only;
    void (*tell)(const char *line); /* what is done, how long it took, what differs */
};

/* ERR_CONFLICT when the steps would lose or change something, or somebody has the database open; then it is as it was.
 * Does nothing when the database is up to date. The store is closed before and after. */
int upgrade_run(const struct upgrade *u, struct err *err);

#endif
