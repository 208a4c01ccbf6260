#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ceilings.h"
#include "fields.h"
#include "problem.h"
#include "serving.h"

#define DRAIN (256u << 10) /* bytes of a refused body that are read all the same */

/* -- connections and deadlines ------------------------------------------------------------------ */

/* An idle connection may use its idle time, and then once more the time for headers. */
static void rest_deadline(const struct http_server *s, struct sock *sock)
{
    atomic_store(&sock->in_body, false);
    atomic_store(&sock->deadline, clock_monotonic() + s->config.idle_time + s->config.header_time);
}

void request_no_deadline(struct request *r)
{
    if (r->sock) {
        atomic_store(&r->sock->in_body, false);
        atomic_store(&r->sock->deadline, 0);
    }
}

void request_transfer_deadline(struct request *r, msec since, uint64_t bytes)
{
    if (r->sock)
        atomic_store(&r->sock->deadline,
                     since + r->server->config.body_grace + (msec)(bytes / r->server->config.slowest) * SECOND);
}

void on_connection(void *cls, struct MHD_Connection *c, void **socket_context, enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = cls;
    struct sock *sock = *socket_context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&s->connections, 1);
        metric_add(&s->metrics.accepted, 1);
        sock = calloc(1, sizeof(*sock));
        if (!sock)
            return;
        sock->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        rest_deadline(s, sock);
        keeper_watch(s->keeper, sock);
        *socket_context = sock;
    } else {
        atomic_fetch_sub(&s->connections, 1);
        if (sock)
            keeper_forget(s->keeper, sock);
        free(sock);
        *socket_context = NULL;
    }
}

/* -- the head of a request ---------------------------------------------------------------------- */

struct given {
    struct request *r;
    const char *uri, *method, *version;
};

static int keep_target(void *arg)
{
    struct given *g = arg;

    g->r->x->target = arena_str(g->r->x->arena, str_of(g->uri));
    return 0;
}

/* The request line is in. libmicrohttpd would now split the query into records of its own memory pool, as many as the
 * client likes; we read it ourselves, so it gets none to split. */
void *on_target(void *cls, const char *uri, struct MHD_Connection *c)
{
    struct http_server *s = cls;
    struct request *r = calloc(1, sizeof(*r));
    char *query = strchr((char *)(uintptr_t)uri, '?');

    if (!r || !(r->x = exchange_new(&s->config))) {
        free(r);
        return NULL;
    }
    r->server = s;
    r->connection = c;
    r->sock = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    r->x->own->link = r;
    r->x->own->keeper = s->keeper;
    struct given g = {.r = r, .uri = uri};
    if (arena_try(keep_target, &g) < 0) {
        r->x->own->unseen = true;
        exchange_free(r->x);
        free(r);
        return NULL;
    }
    if (query && query[1])
        query[1] = '\0';
    atomic_fetch_add(&s->running, 1);
    pthread_mutex_lock(&s->lock);
    r->next = s->requests;
    if (r->next)
        r->next->prev = r;
    s->requests = r;
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* RFC 9110, 5.5: blanks around a value are no part of it, other white space is. */
static struct str bare_value(struct str v)
{
    while (v.n && (v.p[0] == ' ' || v.p[0] == '\t'))
        v = str_from(v, 1);
    while (v.n && (v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\t'))
        v.n--;
    return v;
}

static bool has_control(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (((unsigned char)v.p[i] < ' ' && v.p[i] != '\t') || v.p[i] == 0x7f)
            return true;
    return false;
}

static enum MHD_Result keep_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                   const char *value, size_t value_size)
{
    struct http_exchange *x = cls;

    (void)kind;
    struct str v = value ? bare_value((struct str){value, value_size}) : S("");
    http_pairs_add(&x->headers, x->arena, arena_str(x->arena, (struct str){name, name_size}), arena_str(x->arena, v));
    return MHD_YES;
}

/* How long the body is must be beyond doubt, or a proxy before us may see another request in it than we do
 * (RFC 9112, 6.3 and 11.2). */
static const char *framing_fault(struct http_exchange *x)
{
    struct str length = STR_NULL, coding = STR_NULL;
    unsigned hosts = 0;

    for (size_t i = 0; i < x->headers.n; i++) {
        struct http_pair *h = &x->headers.v[i];
        if (!field_token(h->name))
            return "The name of a header is malformed.";
        if (has_control(h->value))
            return "A header has a control character.";
        hosts += str_eq_nocase(h->name, S("Host"));
        if (str_eq_nocase(h->name, S("Content-Length"))) {
            if (length.p && !str_eq(length, h->value))
                return "Content-Length is given twice.";
            length = h->value;
        } else if (str_eq_nocase(h->name, S("Transfer-Encoding"))) {
            if (coding.p || !str_eq_nocase(h->value, S("chunked")))
                return "The transfer encoding is not understood.";
            coding = h->value;
        }
    }
    if (coding.p && length.p)
        return "Both Transfer-Encoding and Content-Length are given.";
    for (size_t i = 0; length.p && i < length.n; i++)
        if (length.p[i] < '0' || length.p[i] > '9')
            return "Content-Length is not a number.";
    if (length.p && !str_int(length, &x->content_length))
        return "Content-Length is not a number.";
    return hosts > 1 ? "Host is given twice." : NULL;
}

/* What a proxy adds as a line of its own counts as much as what it appends to the line of the client. */
static struct str all_lines(struct http_exchange *x, const char *name)
{
    struct str all = STR_NULL;

    for (size_t i = 0; i < x->headers.n; i++)
        if (str_eq_nocase(x->headers.v[i].name, str_of(name)))
            all = all.p ? arena_printf(x->arena, STR_FMT ", " STR_FMT, STR_ARG(all), STR_ARG(x->headers.v[i].value))
                        : x->headers.v[i].value;
    return all;
}

/* Whoever reads the proxy's log and ours wants to find the same request in both. */
static void believe_id(struct http_exchange *x)
{
    struct str id = http_header(x, "X-Request-Id");

    if (id.n < 8 || id.n > HTTP_ID_MAX)
        return;
    for (size_t i = 0; i < id.n; i++)
        if (!isalnum((unsigned char)id.p[i]) && !strchr("-_.:", id.p[i]))
            return;
    memcpy(x->id, id.p, id.n);
    x->id[id.n] = '\0';
}

static void believe_proxy(struct http_exchange *x, const struct addresses *proxies)
{
    struct str chain = all_lines(x, "X-Forwarded-Proto"), scheme = STR_NULL;

    while (field_next(&chain, &scheme))
        ;
    x->secure = str_eq_nocase(scheme, S("https"));
    believe_id(x);
    x->peer = arena_str(x->arena, addresses_client(proxies, x->peer, all_lines(x, "X-Forwarded-For")));
}

static int keep_head(void *arg)
{
    struct given *g = arg;
    struct request *r = g->r;
    struct http_exchange *x = r->x;
    char peer[ADDRESS_LEN];

    x->method_name = arena_str(x->arena, str_of(g->method));
    MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, keep_header, x);
    const union MHD_ConnectionInfo *client = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    address_text(client ? client->client_addr : NULL, peer);
    x->peer = arena_str(x->arena, str_of(peer));
    x->secure = r->server->tls != NULL;
    if (addresses_has(r->server->proxies, x->peer))
        believe_proxy(x, r->server->proxies);
    const char *fault = framing_fault(x);
    if (!fault && !http_header(x, "Host").p && strcmp(g->version, MHD_HTTP_VERSION_1_0) != 0)
        fault = "There is no Host header.";
    if (fault) {
        problem_set(x, ERR_MALFORMED, "%s", fault);
        r->must_close = true;
    } else if (x->target.n > MAX_URL) {
        problem_status(x, 414, "URI too long", "The address of the request is too long.");
    } else if (MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size >
               MAX_URL + MAX_HEADERS) {
        problem_status(x, 431, "Request header fields too large", "The headers of the request are too long.");
    }
    return 0;
}

/* -- the course of a request -------------------------------------------------------------------- */

static enum MHD_Result take_head(struct request *r, const char *method, const char *version)
{
    struct http_exchange *x = r->x;
    struct given g = {.r = r, .method = method, .version = version};

    request_no_deadline(r);
    if (arena_try(keep_head, &g) < 0)
        return MHD_NO;
    bool chunked = http_header(x, "Transfer-Encoding").p != NULL;
    r->chunks = strcmp(version, MHD_HTTP_VERSION_1_0) != 0;
    if (step_begin(x) == 0) {
        r->phase = PHASE_BODY;
        r->body_since = clock_monotonic();
        if (x->content_length > 0 || chunked) {
            request_transfer_deadline(r, r->body_since, 0);
            if (r->sock)
                atomic_store(&r->sock->in_body, true);
        }
        return MHD_YES;
    }
    r->phase = PHASE_REFUSED;
    if (!chunked && x->content_length <= 0 && !r->must_close)
        return MHD_YES; /* answered in its turn, and the connection goes on */
    if (!chunked && !r->must_close && x->content_length <= DRAIN && !http_header(x, "Expect").p) {
        request_transfer_deadline(r, clock_monotonic(), 0);
        return MHD_YES;
    }
    return request_refuse(r);
}

static enum MHD_Result take_body(struct request *r, struct str bytes)
{
    if (r->phase == PHASE_BODY) {
        request_transfer_deadline(r, r->body_since, r->x->own->received + bytes.n);
        if (step_body(r->x, bytes) < 0)
            r->phase = PHASE_REFUSED;
        return MHD_YES;
    }
    r->drained += bytes.n;
    return r->phase == PHASE_REFUSED && r->drained > DRAIN ? request_refuse(r) : MHD_YES;
}

/* Leaves the exchange to its handler, unless that is through by now. */
bool request_drop(struct request *r, enum turn now)
{
    int expected = (int)now;

    atomic_fetch_add(&r->server->refs, 1); /* before somebody can see that it was dropped */
    if (atomic_compare_exchange_strong(&r->x->own->turn, &expected, TURN_DROPPED)) {
        r->x = NULL;
        return true;
    }
    server_unref(r->server);
    return false;
}

static enum MHD_Result sleep_until_finished(struct request *r)
{
    int running = TURN_RUNNING;

    r->phase = PHASE_LATER;
    pthread_mutex_lock(&r->server->lock);
    bool awake = r->server->closing;
    r->sleeping = !awake;
    pthread_mutex_unlock(&r->server->lock);
    if (awake)
        return request_drop(r, TURN_RUNNING) ? MHD_NO : request_reply(r);
    MHD_suspend_connection(r->connection);
    if (!atomic_compare_exchange_strong(&r->x->own->turn, &running, TURN_SLEEPING))
        MHD_resume_connection(r->connection); /* the handler was quicker */
    return MHD_YES;
}

/* When the handler was so quick that the connection was never asleep, `x` and `link` may be gone already. */
static void wake(struct http_exchange *x, enum turn before, void *link)
{
    if (before == TURN_SLEEPING) {
        MHD_resume_connection(((struct request *)link)->connection);
    } else if (before == TURN_DROPPED) {
        /* The link is gone; the configuration is the head of the server. */
        struct http_server *s = (struct http_server *)(uintptr_t)x->config;
        x->own->unseen = true;
        exchange_free(x);
        server_unref(s);
    }
}

static enum MHD_Result take_end(struct request *r)
{
    request_no_deadline(r);
    r->x->own->wake = wake;
    return step_end(r->x) == HTTP_LATER ? sleep_until_finished(r) : request_reply(r);
}

static enum MHD_Result take_finished(struct request *r)
{
    pthread_mutex_lock(&r->server->lock);
    r->sleeping = false;
    struct http_exchange *x = r->x;
    pthread_mutex_unlock(&r->server->lock);
    if (!x)
        return MHD_NO;
    return atomic_load(&x->own->turn) == TURN_FINISHED ? request_reply(r) : MHD_YES;
}

enum MHD_Result on_access(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                          const char *data, size_t *size, void **closure)
{
    struct request *r = *closure;
    struct str bytes = {data, *size};

    (void)cls, (void)c, (void)url;
    if (!r)
        return MHD_NO;
    if (bytes.n) {
        *size = 0;
        return take_body(r, bytes);
    }
    switch (r->phase) {
    case PHASE_HEAD:
        return take_head(r, method, version);
    case PHASE_BODY:
        return take_end(r);
    case PHASE_REFUSED:
        return request_reply(r);
    case PHASE_LATER:
        return take_finished(r);
    case PHASE_SENT:
        break;
    }
    return MHD_YES;
}

/* A request that never came to its reply: what became of it? */
static int fate(struct request *r)
{
    const union MHD_ConnectionInfo *status = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_HTTP_STATUS);

    if (r->sock && atomic_load(&r->sock->expired))
        return 408;
    return status && status->http_status ? (int)status->http_status : 499;
}

void on_completed(void *cls, struct MHD_Connection *c, void **closure, enum MHD_RequestTerminationCode why)
{
    struct http_server *s = cls;
    struct request *r = *closure;

    (void)c, (void)why;
    *closure = NULL;
    if (!r)
        return;
    if (r->x && r->phase != PHASE_SENT)
        r->x->status = fate(r);
    if (r->sock)
        rest_deadline(s, r->sock);
    pthread_mutex_lock(&s->lock);
    if (r->prev)
        r->prev->next = r->next;
    else
        s->requests = r->next;
    if (r->next)
        r->next->prev = r->prev;
    pthread_mutex_unlock(&s->lock);
    if (r->x)
        exchange_free(r->x);
    free(r);
    if (atomic_load(&s->stopping))
        atomic_store(&s->last_request, clock_coarse());
    atomic_fetch_sub(&s->running, 1);
}
