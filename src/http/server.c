#include "server.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ceilings.h"
#include "diag.h"
#include "form.h"
#include "serving.h"

/* A connection's memory in libmicrohttpd: the head of a request at its largest with its records beside it. */
#define CONNECTION_MEMORY ((size_t)48 << 10)

#define QUIET 250 /* milliseconds without a request, after which connections are taken to be idle */

static void on_log(void *cls, const char *fmt, va_list ap)
{
    char line[512];

    (void)cls;
    if (!diag_wants(DIAG_DEBUG))
        return;
    vsnprintf(line, sizeof(line), fmt, ap);
    line[strcspn(line, "\r\n")] = '\0';
    diag(DIAG_DEBUG, "http: %s", line);
}

static void fill_defaults(struct http_config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (!c->threads)
        c->threads = cores > 0 ? (unsigned)cores : 1;
    if (!c->max_connections)
        c->max_connections = MAX_CONNECTIONS;
    if (c->max_connections < c->threads)
        c->max_connections = c->threads;
    if (!c->max_streams)
        c->max_streams = MAX_STREAMS;
    if (!c->idle_time)
        c->idle_time = 60 * SECOND;
    if (!c->header_time)
        c->header_time = 15 * SECOND;
    if (!c->body_grace)
        c->body_grace = 30 * SECOND;
    if (!c->slowest)
        c->slowest = 4096;
}

/* Every connection and stream is a descriptor; the usual soft limit is 1,024. */
static void raise_descriptors(const struct http_config *c)
{
    struct rlimit l;
    rlim_t each = c->tls_cert ? 3 : 1; /* with TLS there is a pair of sockets beside it */
    rlim_t want = each * ((rlim_t)c->max_connections + c->max_streams) + 256;

    if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur >= want)
        return;
    l.rlim_cur = l.rlim_max < want ? l.rlim_max : want;
    if (setrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur < (rlim_t)c->max_connections)
        diag(DIAG_WARN, "too few descriptors for all connections wanted=%llu allowed=%llu", (unsigned long long)want,
             (unsigned long long)l.rlim_cur);
}

void server_unref(struct http_server *s)
{
    if (atomic_fetch_sub(&s->refs, 1) > 1)
        return;
    addresses_free(s->proxies);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static int start(struct http_server *s, struct err *err)
{
    const struct http_config *c = &s->config;
    struct MHD_OptionItem options[12];
    size_t n = 0;

    bool inside = c->tls_cert != NULL; /* connections come from tls.c */

    if (!inside)
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, s->listen_fd, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONNECTION_MEMORY, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, (intptr_t)c->max_connections, NULL};
    options[n++] =
        (struct MHD_OptionItem){MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)((c->idle_time + SECOND - 1) / SECOND), NULL};
    if (c->threads > 1)
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)c->threads, NULL};
    if (c->max_per_address)
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)c->max_per_address, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};

    /* MHD_USE_TURBO: closing a connection must not shut down its socket, which an event stream goes on using. */
    s->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG |
                             (inside ? MHD_USE_NO_LISTEN_SOCKET : 0u),
                         0, NULL, NULL, on_access, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
                         MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                         MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
    return s->daemon ? 0 : err_set(err, ERR_INTERNAL, "The HTTP server cannot start: %s.", strerror(errno));
}

static bool pass(void *ctx, int fd, const struct sockaddr *address, socklen_t size)
{
    struct http_server *s = ctx;

    /* It closes the descriptor when it has no room. */
    return MHD_add_connection(s->daemon, fd, address, size) == MHD_YES;
}

static int start_tls(struct http_server *s, struct err *err)
{
    const struct http_config *c = &s->config;
    struct tls_config tls = {.cert_file = c->tls_cert,
                             .key_file = c->tls_key,
                             .listen_fd = s->listen_fd,
                             .threads = c->threads,
                             .max_connections = c->max_connections,
                             .handshake_time = c->header_time,
                             .stall_time = c->body_grace,
                             .ctx = s,
                             .pass = pass};

    if (!c->tls_cert)
        return 0;
    return c->tls_key ? tls_start(&s->tls, &tls, err)
                      : err_set(err, ERR_INVALID, "A certificate needs its key beside it.");
}

int http_reload(struct http_server *s, bool always, struct err *err)
{
    return s->tls ? tls_reload(s->tls, always, err) : 0;
}

int http_serve(struct http_server **ret, const struct http_config *config, struct err *err)
{
    struct http_server *s = calloc(1, sizeof(*s));

    if (!s)
        return err_set(err, ERR_BUSY, "Out of memory.");
    s->config = *config;
    fill_defaults(&s->config);
    atomic_store(&s->refs, 1);
    pthread_mutex_init(&s->lock, NULL);
    s->listen_fd = config->listen_fd > 0 ? config->listen_fd : -1;
    s->own_listen_fd = s->listen_fd < 0;
    raise_descriptors(&s->config);
    if (addresses_parse(&s->proxies, config->trusted_proxies, err) < 0)
        goto fail;
    if (s->listen_fd < 0 && (s->listen_fd = listen_open(config->listen ? config->listen : ":8080", err)) < 0)
        goto fail;
    s->port = listen_port(s->listen_fd);
    s->keeper = keeper_new(s->config.max_streams);
    if (!s->keeper) {
        err_set(err, ERR_INTERNAL, "The HTTP server cannot start: %s.", strerror(errno));
        goto fail;
    }
    if (config->temp_dir)
        form_sweep(config->temp_dir);
    if (start(s, err) < 0)
        goto fail;
    if (start_tls(s, err) < 0) {
        MHD_stop_daemon(s->daemon);
        goto fail;
    }
    *ret = s;
    return 0;

fail:
    if (s->keeper)
        keeper_free(s->keeper);
    if (s->own_listen_fd && s->listen_fd >= 0)
        close(s->listen_fd);
    server_unref(s);
    return -1;
}

unsigned http_port(const struct http_server *s)
{
    return s->port;
}

void http_stats(struct http_server *s, struct http_stats *ret)
{
    *ret = (struct http_stats){atomic_load(&s->connections), atomic_load(&s->running), keeper_streams(s->keeper)};
}

/* -- stopping ----------------------------------------------------------------------------------- */

static void wait_for_running(struct http_server *s, msec until)
{
    while (atomic_load(&s->running) && clock_monotonic() < until)
        usleep(2000);
}

/* Exchanges whose handlers are still busy become theirs; the connections wake up and close. */
static void drop_sleepers(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    for (struct request *r = s->requests; r; r = r->next)
        if (r->sleeping && r->x && request_drop(r, TURN_SLEEPING))
            MHD_resume_connection(r->connection);
    pthread_mutex_unlock(&s->lock);
}

static bool any_sleeper(struct http_server *s)
{
    bool any = false;

    pthread_mutex_lock(&s->lock);
    for (struct request *r = s->requests; r && !any; r = r->next)
        any = r->sleeping;
    pthread_mutex_unlock(&s->lock);
    return any;
}

void http_quiesce(struct http_server *s)
{
    if (atomic_exchange(&s->stopping, true))
        return;
    atomic_store(&s->last_request, clock_coarse());
    if (s->tls) {
        tls_quiesce(s->tls);
        return;
    }
    MHD_quiesce_daemon(s->daemon);
    if (s->own_listen_fd)
        close(s->listen_fd);
}

static bool anybody(struct http_server *s)
{
    struct tls_stats tls = {0};

    if (s->tls)
        tls_look(s->tls, &tls);
    return tls.unfinished || atomic_load(&s->connections) || atomic_load(&s->running);
}

void http_drain(struct http_server *s, msec most)
{
    msec until = clock_monotonic() + most;

    while (clock_monotonic() < until && anybody(s)) {
        if (!atomic_load(&s->running) && clock_coarse() - atomic_load(&s->last_request) > QUIET)
            break;
        usleep(2000);
    }
}

void http_stop(struct http_server *s, msec grace)
{
    msec until = clock_monotonic() + grace;

    http_quiesce(s);
    keeper_end_streams(s->keeper);
    wait_for_running(s, until);
    /* libmicrohttpd must not be stopped while a connection sleeps. */
    for (drop_sleepers(s); any_sleeper(s); drop_sleepers(s))
        usleep(2000);
    MHD_stop_daemon(s->daemon);
    keeper_free(s->keeper);
    if (s->tls) {
        tls_stop(s->tls);
        if (s->own_listen_fd)
            close(s->listen_fd);
    }
    server_unref(s);
}
