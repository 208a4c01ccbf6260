/*
 * Which database a test runs on. Alone, SQLite; under tests/engine/with-postgres, a new database of the server started
 * there:
 *
 *     char url[ENGINE_URL];
 *     struct app_config config = {.data_dir = dir, .db_url = engine_new(url)};      NULL for SQLite
 */
#ifndef TESTS_ENGINE_H
#define TESTS_ENGINE_H

#include <stdbool.h>

#define ENGINE_URL 256

bool engine_is_postgres(void);

/* The address of a new, empty database in `url`, which it returns; NULL when tests run on SQLite. A server that refuses
 * ends the program. */
const char *engine_new(char url[ENGINE_URL]);

/* Runs statements on the server, outside the program under test; `url` NULL: in its first database. The first value of
 * the last result as a number, 0 for none. What is refused ends the program. */
long long engine_sql(const char *url, const char *sql);

/* Stops ("fast", "immediate") or starts (NULL) the server. */
void engine_stop(const char *mode);
void engine_start(void);

#endif
