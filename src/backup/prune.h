/* Letting old backups go. */
#ifndef BACKUP_PRUNE_H
#define BACKUP_PRUNE_H

#include "app.h"

/* Removes what the plan does not want to keep any more. To be called when a newer one has been proven. What cannot be
 * removed is said to diag and stays in the list. */
void prune(struct app *app, struct arena *a, const struct row *plan);

#endif
