/*
 * What the program says to whoever runs it: one line per event on stderr, level first, values as key=value pairs
 * that a machine can split. Nothing secret is ever passed here.
 *
 *     diag(DIAG_WARN, "slow request route=%s ms=%lld", route, ms);
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

enum diag_level { DIAG_ERROR, DIAG_WARN, DIAG_INFO, DIAG_DEBUG };

void diag_set_level(enum diag_level most); /* DIAG_INFO at the start */
void diag(enum diag_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
