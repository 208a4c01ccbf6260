/*
 * The bare server: libmicrohttpd alone, set up as the product's is, answering the requests of a plan with the bytes the
 * product sent. bench-bare --threads N [--plan FILE]; prints its port and serves until SIGTERM. Without a plan it is
 * an empty server, to see what the library itself needs.
 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "map.h"
#include "options.h"
#include "plan.h"

static struct map answers; /* target to MHD_Response; nobody writes it once the server runs */

/* libmicrohttpd asks twice: a reply to the first call, made when the head is there, would close the connection. Until
 * then the closure is one byte off the answer. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *c)
{
    (void)cls;
    (void)c;
    char *answer = map_get(&answers, str_of(uri));
    return answer ? answer + 1 : NULL;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                                 const char *version, const char *data, size_t *size, void **closure)
{
    (void)cls, (void)url, (void)method, (void)version, (void)data, (void)size;
    if (!*closure)
        return MHD_NO;
    if ((uintptr_t)*closure & 1) {
        *closure = (char *)*closure - 1;
        return MHD_YES;
    }
    return MHD_queue_response(c, MHD_HTTP_OK, *closure);
}

static void add_headers(struct arena *a, struct MHD_Response *response, struct str lines)
{
    struct str line, name, value;

    while (str_next(&lines, '\n', &line))
        if (str_cut(line, ':', &name, &value))
            MHD_add_response_header(response, arena_cstr(a, name), arena_cstr(a, str_trim(value)));
}

static void prepare(struct arena *a, const struct plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct plan_entry *e = &plan->entries[i];
        struct MHD_Response *response =
            MHD_create_response_from_buffer(e->reply.n, (void *)(uintptr_t)e->reply.p, MHD_RESPMEM_PERSISTENT);
        add_headers(a, response, e->headers);
        map_put(&answers, e->target, response);
    }
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    int64_t threads = 1;
    const struct option_row rows[] = {{"threads", .number = &threads, .required = true}, {"plan", .text = &path}, {0}};
    struct arena *a = arena_new((size_t)4 << 30);
    struct plan plan = {0};
    sigset_t ends;
    int which;

    options_read("bench-bare", argc, argv, rows);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL); /* before there are threads */
    map_init(&answers, a);
    if (path && plan_read(a, path, "", &plan) < 0)
        return 1;
    prepare(a, &plan);
    struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL}, {MHD_OPTION_END, 0, NULL}};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL, on_access, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_ARRAY, threads > 1 ? pool : pool + 1, MHD_OPTION_END);
    const union MHD_DaemonInfo *info = daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!info) {
        fputs("bench-bare: the server does not start\n", stderr);
        return 1;
    }
    printf("%u\n", info->port);
    fflush(stdout);
    sigwait(&ends, &which);
    MHD_stop_daemon(daemon);
    arena_free(a);
    return 0;
}
