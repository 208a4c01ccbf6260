/*
 * The program as a service: what it tells its manager (the protocol of sd_notify(3): datagrams to the socket that
 * NOTIFY_SOCKET names, nothing without one), and the signals it takes.
 *
 *     service_block_signals();                      before there are threads
 *     ... start everything ...
 *     service_run(&(struct service){.ctx = s, .alive = alive, .reload = reload, .look = look});
 *     ... stop everything ...
 *
 * SIGTERM and SIGINT end service_run, SIGHUP reloads. With WATCHDOG_USEC set, the manager hears WATCHDOG=1 only
 * after alive() has said yes; a program that hangs is restarted.
 */
#ifndef PENSTOCK_SERVICE_H
#define PENSTOCK_SERVICE_H

#include "day.h"

struct service {
    void *ctx;
    bool (*alive)(void *ctx, msec patience); /* does everything that matters still answer? */
    void (*reload)(void *ctx);
    void (*look)(void *ctx); /* every few seconds, for what has no thread of its own */
};

void service_block_signals(void);
void service_run(const struct service *s);
void service_pause(msec t); /* after it; another SIGTERM or SIGINT cuts this short */

/* "READY=1\nSTATUS=…"; false when nobody listens. */
bool service_tell(const char *state);

#endif
