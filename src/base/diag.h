/*
 * What the program says to whoever runs it: one line per event on stderr, level first, then a few words, then values
 * as key=value pairs that a machine can split. A value with blanks stands in double quotes. Nothing secret is ever
 * passed here; control characters become blanks.
 *
 *     diag(DIAG_WARN, "slow request route=%s ms=%lld", route, ms);
 *
 *     2026-03-01T09:30:00.000Z warn slow request route=/api/v1/{kind} ms=812
 *     {"time":"2026-03-01T09:30:00.000Z","level":"warn","text":"slow request","route":"/api/v1/{kind}","ms":812}
 *
 * Where systemd's journal listens at the other end, a line begins with its priority instead (sd-daemon(3)): the
 * journal knows the time. Between diag_start and diag_stop lines are handed to a thread, so that nobody waits for a
 * slow reader; when it lags too far behind, lines are left out and counted.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

enum diag_level { DIAG_ERROR, DIAG_WARN, DIAG_INFO, DIAG_DEBUG };
enum diag_format { DIAG_TEXT, DIAG_JSON };

bool diag_level_named(const char *name, enum diag_level *ret); /* "error" … "debug" */
void diag_set_level(enum diag_level most);                     /* DIAG_INFO at the start */
void diag_set_format(enum diag_format format);                 /* DIAG_TEXT at the start */
bool diag_wants(enum diag_level level);

void diag(enum diag_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void diag_line(enum diag_level level, struct str line); /* one that is put together already */

/* Without a thread to be had, lines are written where they arise. */
void diag_start(void);
void diag_stop(void); /* after everything is written */

/* No more than so many lines a second of something that strangers can cause. True: say it. *ret_missed is how many
 * were not said since the last time. */
struct diag_rate {
    unsigned per_second;
    _Atomic int64_t second;
    atomic_uint said, missed;
};
bool diag_may(struct diag_rate *r, unsigned *ret_missed);

/* One line as JSON, with the words before the first key=value as its text; for tests. */
void diag_json(struct buf *b, const char *time, const char *level, struct str line);

#endif
