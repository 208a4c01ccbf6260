/*
 * News of what is committed. Nodes tell each other by NOTIFY after their commits: not in the transaction, where it
 * would make every commit wait for the one before to reach the disk. What a node that died did not tell is seen within
 * a second by the number of the last transaction.
 *
 * Readers of the log take what is older than every transaction under way. So what was just committed may have to wait
 * for an older one; pg_settled says when it is over.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "postgres.h"

int pg_wait(struct back_conn *c, int fd, int ms)
{
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN},
                            {.fd = postgres_lost(c) ? -1 : PQsocket(c->pg), .events = POLLIN}};
    uint64_t count;

    if (poll(fds, 2, ms) < 0 && errno != EINTR)
        return -1;
    if (fds[0].revents & POLLIN)
        return read(fd, &count, sizeof(count)) > 0;
    return 0;
}

/* The transactions the server has seen: every one below *ret_xmin is over, none from *ret_xmax on has begun. */
static int look(struct back_conn *c, uint64_t *ret_xmin, uint64_t *ret_xmax, struct err *err)
{
    PGresult *res =
        postgres_exec(c, "SELECT pg_snapshot_xmin(s), pg_snapshot_xmax(s) FROM pg_current_snapshot() s", err);

    if (!res)
        return -1;
    *ret_xmin = strtoull(PQgetvalue(res, 0, 0), NULL, 10);
    *ret_xmax = strtoull(PQgetvalue(res, 0, 1), NULL, 10);
    PQclear(res);
    return 0;
}

/* Were there notices from others? */
static bool take_notices(struct back_conn *c)
{
    bool any = false;
    PGnotify *n;

    PQconsumeInput(c->pg);
    while ((n = PQnotifies(c->pg)) != NULL) {
        any |= n->be_pid != PQbackendPID(c->pg);
        PQfreemem(n);
    }
    return any;
}

bool pg_moved(struct back_conn *c)
{
    struct err err = {0};
    unsigned session = c->session;
    uint64_t xmin, xmax;

    if (postgres_reach(c, 0, &err) < 0)
        return false;
    bool moved = take_notices(c) || c->session != session; /* who knows what was said meanwhile */
    if (look(c, &xmin, &xmax, &err) < 0)
        return moved;
    moved |= xmin != c->seen_xmin || xmax != c->seen_xmax;
    c->seen_xmin = xmin;
    c->seen_xmax = xmax;
    return moved;
}

void pg_tell(struct back_conn *c)
{
    struct err err = {0};

    if (postgres_reach(c, 0, &err) == 0)
        postgres_do(c, "NOTIFY " POSTGRES_CHANNEL, &err);
}

bool pg_settled(struct back_conn *c)
{
    return c->seen_xmin >= c->seen_xmax;
}
