/* The upgrade of a database in a file. */
#ifndef APP_UPGRADE_FILE_H
#define APP_UPGRADE_FILE_H

#include "upgrade.h"

int upgrade_file(const struct upgrade *u, struct err *err);

#endif
