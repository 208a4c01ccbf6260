/*
 * Which database a test runs on. Alone, SQLite; under tests/place/with-postgres, a new database of the server started
 * there:
 *
 *     char url[PLACE_URL];
 *     struct app_config config = {.data_dir = dir, .db_url = place_new(url)};      NULL for SQLite
 */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include <stdbool.h>

#define PLACE_URL 256

bool place_is_postgres(void);

/* The address of a new, empty database in `url`, which it returns; NULL when tests run on SQLite. A server that refuses
 * ends the program. */
const char *place_new(char url[PLACE_URL]);

/* Runs statements on the server, outside the program under test; `url` NULL: in its first database. The first value of
 * the last result as a number, 0 for none. What is refused ends the program. */
long long place_sql(const char *url, const char *sql);

/* Stops ("fast", "immediate") or starts (NULL) the server. */
void place_stop(const char *mode);
void place_start(void);

#endif
