/*
 * One HTTP request and its reply. A handler reads the upper half and fills the lower half through http_reply_*;
 * everything it makes lives in `arena`, which is freed when the exchange is over.
 *
 *     static int show(void *ctx, struct http_exchange *x)
 *     {
 *         struct str id = http_param(x, "id");
 *         if (http_not_modified(x, etag))
 *             return HTTP_DONE;
 *         struct buf *b = http_reply(x, 200, "application/json");
 *         buf_z(b, "{\"data\":[]}");
 *         return HTTP_DONE;
 *     }
 *
 * A handler that needs to wait returns HTTP_LATER: the connection sleeps, and any thread later fills the reply and
 * calls http_finish exactly once, after which it must not touch the exchange. Between the two calls the exchange
 * belongs to whoever will finish it; only one thread may work on it at a time. Whether the client is still there makes
 * no difference to the handler.
 *
 * The same exchange can be made without a socket, see call.h.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arena.h"
#include "buf.h"
#include "day.h"

/* Methods of RFC 9110, RFC 5789 and, for calendars and contacts, RFC 4918, 3253 and 4791. */
#define HTTP_METHODS(X)                                                                                                \
    X(GET)                                                                                                             \
    X(HEAD)                                                                                                            \
    X(POST)                                                                                                            \
    X(PUT)                                                                                                             \
    X(PATCH)                                                                                                           \
    X(DELETE)                                                                                                          \
    X(OPTIONS)                                                                                                         \
    X(PROPFIND)                                                                                                        \
    X(PROPPATCH)                                                                                                       \
    X(REPORT)                                                                                                          \
    X(MKCOL)                                                                                                           \
    X(MKCALENDAR)                                                                                                      \
    X(COPY)                                                                                                            \
    X(MOVE)                                                                                                            \
    X(ACL)

#define HTTP_AS_ENUM(name) HTTP_##name,
enum http_method { HTTP_METHODS(HTTP_AS_ENUM) HTTP_OTHER };

enum http_method http_method_of(struct str name); /* HTTP_OTHER when unknown; case matters */
const char *http_method_name(enum http_method m);
bool http_method_safe(enum http_method m); /* promises to change nothing: GET HEAD OPTIONS PROPFIND REPORT */

struct http_pair {
    struct str name, value;
};

struct http_pairs {
    struct http_pair *v;
    size_t n, room;
};

/* A part of a form. A file part has a path to a temporary file that is removed with the exchange. */
struct http_part {
    struct str name, filename, type; /* filename is the last component only; type as the client claims */
    struct str value;                /* when !file */
    bool file;
    const char *path;
    uint64_t size;
};

struct http_config;
struct http_exchange;
struct http_private;
struct http_route;
struct http_traffic;
struct http_events;

enum { HTTP_DONE = 0, HTTP_LATER = 1 };

#define HTTP_ID_MAX 64

struct http_exchange {
    struct arena *arena;
    const struct http_config *config;

    /* -- the request: all of it is NUL-terminated copies in the arena */
    char id[HTTP_ID_MAX + 1]; /* for logs; also sent as X-Request-Id. A trusted proxy may have given it */
    enum http_method method;
    struct str method_name;
    struct str target;        /* as sent: path, '?', query */
    struct str path;          /* the part before '?', as sent */
    struct str *segments;     /* decoded pieces between the slashes: "/a/b%2Fc" has "a" and "b/c"; "/a/" has "a", "" */
    size_t nsegments;         /* none for "/" */
    struct str query_text;    /* the part after '?', as sent */
    struct http_pairs query;  /* decoded */
    struct http_pairs params; /* of the route */
    struct http_pairs headers;
    struct str body;        /* whole, when it was not a form */
    struct http_part *form; /* see http_expect_form */
    size_t nform;
    int64_t content_length; /* -1 when not told */
    struct str peer;        /* address of the client as text, through trusted proxies */
    bool secure;            /* by TLS, or a trusted proxy said so */
    msec began;             /* wall clock */
    const struct http_route *route;
    struct http_traffic *traffic; /* where it is counted, see traffic.h */
    void *user;                   /* the owner's */

    /* -- the reply */
    int status;         /* 0 until there is one */
    uint64_t sent_size; /* bytes of reply body, known when done is called */
    int64_t work_us;    /* from the whole request to its reply, without what the network took */

    struct http_private *own;
};

/* -- reading ------------------------------------------------------------------------------------ */

/* STR_NULL (p == NULL) when absent. The first one when there are several. */
struct str http_header(const struct http_exchange *x, const char *name);
struct str http_cookie(const struct http_exchange *x, const char *name);
struct str http_query(const struct http_exchange *x, const char *name);
struct str http_param(const struct http_exchange *x, const char *name);
struct str http_form_value(const struct http_exchange *x, const char *name);
struct http_part *http_form_file(const struct http_exchange *x, const char *name);

/* The media type of the body without parameters, in lower case; empty when there is none. */
struct str http_content_type(const struct http_exchange *x);

struct str http_pairs_get(const struct http_pairs *pairs, struct str name);
struct str http_pairs_get_nocase(const struct http_pairs *pairs, struct str name);
void http_pairs_add(struct http_pairs *pairs, struct arena *a, struct str name, struct str value);

/* -- deciding, in `begin` ------------------------------------------------------------------------ */

/* How large a body may be (0: none at all). Beyond it the answer is 413 and handle is not called. */
void http_expect_body(struct http_exchange *x, uint64_t most);

/* The body must be multipart/form-data or application/x-www-form-urlencoded, otherwise 415. File parts go to
 * temporary files of at most most_file bytes each, in the configured directory. */
void http_expect_form(struct http_exchange *x, uint64_t most_file);

/* -- replying ----------------------------------------------------------------------------------- */

/* Starts a reply body anew; headers set before stay. `type` must live as long as the exchange; NULL for no body. */
struct buf *http_reply(struct http_exchange *x, int status, const char *type);
void http_reply_text(struct http_exchange *x, int status, const char *type, struct str body);
void http_reply_redirect(struct http_exchange *x, int status, struct str location);

/* Bytes that outlive the exchange, sent without a copy (embedded assets). */
void http_reply_static(struct http_exchange *x, int status, const char *type, struct str body);

/* A regular file; the descriptor is closed with the exchange. GET with Range gets 206 or 416. */
void http_reply_file(struct http_exchange *x, const char *type, int fd, uint64_t size);

/* A long body made piece by piece. pull fills at most `room` bytes and returns how many, 0 at the end, or -1 when it
 * must break off, which the client sees as a torn connection. It runs on an HTTP thread: do little per call. close
 * runs exactly once, also when the client left. */
typedef ssize_t http_pull(void *ctx, char *p, size_t room);
void http_reply_stream(struct http_exchange *x, int status, const char *type, http_pull *pull, void (*close)(void *),
                       void *ctx);

/* Names must live as long as the exchange, values are copied, control characters in them become blanks.
 * http_reply_header replaces, http_reply_header_add adds a further line. */
void http_reply_header(struct http_exchange *x, const char *name, struct str value);
void http_reply_header_add(struct http_exchange *x, const char *name, struct str value);

/* HttpOnly, SameSite=Lax, Path=/; Secure when the client came by https. max_age 0 removes it, -1 is for the session. */
void http_reply_cookie(struct http_exchange *x, const char *name, struct str value, int64_t max_age);

/* What was replied, for tests and for `done`; of a file or a stream the body is empty. */
struct str http_reply_body(const struct http_exchange *x);
struct str http_reply_header_get(const struct http_exchange *x, const char *name);

/* The handler that returned HTTP_LATER is through. Exactly once, from any thread. */
void http_finish(struct http_exchange *x);

#endif
