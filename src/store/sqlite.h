/* What the files of the SQLite back end know of each other. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "backend.h"

#define SQLITE_APPLICATION 0x50454e53 /* "PENS" in the file's header says that it is ours */

/* Pages the writer keeps; while an empty database is filled, enough for a large batch without writing pages twice. */
#define WRITER_CACHE "PRAGMA cache_size = -16000;"
#define SCRATCH_CACHE "PRAGMA cache_size = -65536;"
#define BULK_CACHE "PRAGMA cache_size = -131072;"

/* An index over any number of rows is made in constant memory; a second thread sorts. */
#define SORTS_IN_FILES "PRAGMA temp_store = FILE; PRAGMA threads = 1;"

/* Connections share the file's pages through memory mapping. */
#define SHARED_PAGES "PRAGMA mmap_size = 1073741824;"

struct back_db {
    char *path; /* absolute */
    unsigned busy_ms;
    _Atomic int64_t retries, checkpoints;
    bool scratch;
};

/* Checks the file at config->url, or makes it; ret_path is absolute and from malloc. */
int sqlite_file(const struct store_config *config, unsigned busy_ms, char **ret_path, struct err *err);

/* Opens with the settings that every use of a database file here has. */
int sqlite_connect(const char *path, int flags, sqlite3 **ret, struct err *err);

/* What SQLite refused, in words for people; its own words go to diag. `sql` may be NULL. Returns -1. */
int sqlite_fail(sqlite3 *db, int rc, const char *sql, struct err *err);

#endif
