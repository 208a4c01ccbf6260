/* How a reply leaves: through libmicrohttpd, or with the socket taken out of its hands. */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ceilings.h"
#include "serving.h"

#define STREAM_BLOCK (32u << 10)

struct pull {
    struct http_private *own;
    char *p;
    size_t room;
    ssize_t n;
};

static int pull(void *arg)
{
    struct pull *pull = arg;

    pull->n = pull->own->pull ? pull->own->pull(pull->own->close_ctx, pull->p, pull->room) : -1;
    return 0;
}

static ssize_t pull_stream(void *cls, uint64_t pos, char *p, size_t room)
{
    struct request *r = cls;
    struct pull one = {r->x->own, p, room, -1};

    request_transfer_deadline(r, clock_monotonic(), room);
    ssize_t n = arena_try(pull, &one) == 0 ? one.n : -1;
    r->x->sent_size = pos + (n > 0 ? (uint64_t)n : 0);
    /* Where the end of the connection is the end of the body, libmicrohttpd closes it only at its next look. */
    if (n < 0 || (n == 0 && !r->chunks))
        shutdown(MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, SHUT_WR);
    return n > 0 ? n : n == 0 ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *make_response(struct request *r)
{
    struct http_exchange *x = r->x;
    struct http_private *own = x->own;
    struct MHD_Response *response;

    if (own->kind == REPLY_STREAM)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, pull_stream, r, NULL);
    if (own->kind == REPLY_FILE && own->count) {
        response = MHD_create_response_from_fd_at_offset64(own->count, own->fd, own->from);
        if (response)
            own->fd = -1; /* closed with the response */
        return response;
    }
    struct str body = own->kind == REPLY_FILE || own->kind == REPLY_EVENTS ? S("") : http_reply_body(x);
    return MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result queue(struct request *r)
{
    struct http_exchange *x = r->x;
    struct MHD_Response *response = make_response(r);
    bool ok = response != NULL;

    r->phase = PHASE_SENT;
    for (size_t i = 0; ok && i < x->own->headers.n; i++)
        ok = MHD_add_response_header(response, x->own->headers.v[i].name.p, x->own->headers.v[i].value.p) == MHD_YES;
    if (ok && (r->must_close || atomic_load(&r->server->stopping)))
        ok = MHD_add_response_header(response, "Connection", "close") == MHD_YES;
    request_transfer_deadline(r, clock_monotonic(), x->sent_size);
    ok = ok && MHD_queue_response(r->connection, (unsigned)x->status, response) == MHD_YES;
    if (response)
        MHD_destroy_response(response);
    return ok ? MHD_YES : MHD_NO;
}

/* RFC 9110, 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT, whatever the locale. */
static void write_date(struct buf *b, msec at)
{
    static const char days[] = "MonTueWedThuFriSatSun", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct day day = {(int32_t)(at / DAY_MS)};
    struct date date = day_date(day);
    int second = (int)(at % DAY_MS / SECOND);

    buf_printf(b, "Date: %.3s, %02d %.3s %d %02d:%02d:%02d GMT\r\n", days + 3 * day_weekday(day), date.mday,
               months + 3 * (date.month - 1), date.year, second / 3600, second / 60 % 60, second % 60);
}

/* A reply's head as text, for what libmicrohttpd does not send. Such a connection ends with its reply. */
static void write_head(struct buf *b, const struct http_exchange *x)
{
    buf_printf(b, "HTTP/1.1 %d %s\r\nConnection: close\r\n", x->status, MHD_get_reason_phrase_for((unsigned)x->status));
    write_date(b, clock_now());
    for (size_t i = 0; i < x->own->headers.n; i++)
        buf_printf(b, STR_FMT ": " STR_FMT "\r\n", STR_ARG(x->own->headers.v[i].name),
                   STR_ARG(x->own->headers.v[i].value));
}

static int second_descriptor(struct request *r)
{
    return fcntl(MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, F_DUPFD_CLOEXEC,
                 3);
}

/* A refusal while the body is still coming in. libmicrohttpd takes no reply between two pieces of a body, and when it
 * closes with bytes unread the client may never see what was sent. So the keeper sends it and waits a little. */
enum MHD_Result request_refuse(struct request *r)
{
    _cleanup_(buf_clear) struct buf b;

    request_no_deadline(r);
    reply_prepare(r->x);
    buf_init(&b, MAX_REPLY);
    write_head(&b, r->x);
    if (r->x->own->kind == REPLY_BUFFER || r->x->own->kind == REPLY_STATIC) {
        buf_printf(&b, "Content-Length: %zu\r\n\r\n", http_reply_body(r->x).n);
        if (r->x->method != HTTP_HEAD)
            buf_str(&b, http_reply_body(r->x));
    } else {
        buf_z(&b, "Content-Length: 0\r\n\r\n");
    }
    int fd = buf_ok(&b) ? second_descriptor(r) : -1;
    if (fd >= 0)
        stream_last_words(r->server->keeper, fd, buf_view(&b));
    r->phase = PHASE_SENT;
    return MHD_NO;
}

/* Hands the socket to the keeper; libmicrohttpd closes its own descriptor of it. */
static enum MHD_Result hand_over(struct request *r)
{
    struct http_private *own = r->x->own;
    struct http_events *stream = own->events;
    _cleanup_(buf_clear) struct buf head;
    int fd = second_descriptor(r);

    buf_init(&head, 64u << 10);
    write_head(&head, r->x);
    buf_z(&head, "\r\n");
    r->phase = PHASE_SENT;
    own->events = NULL;
    if (fd < 0 || !buf_ok(&head)) {
        if (fd >= 0)
            close(fd);
        stream_abandon(stream);
    } else {
        stream_start(stream, fd, buf_view(&head));
    }
    return MHD_NO;
}

enum MHD_Result request_reply(struct request *r)
{
    request_no_deadline(r);
    reply_prepare(r->x);
    if (r->x->own->kind == REPLY_EVENTS && r->x->method != HTTP_HEAD)
        return hand_over(r);
    return queue(r);
}
