#include <string.h>

#include "auth.h"
#include "cond.h"
#include "private.h"
#include "problem.h"

/* -- replying -------------------------------------------------------------------------------------- */

struct json_out *api_reply(struct api_call *c, int status)
{
    out_init(&c->out, http_reply(c->x, status, "application/json"));
    return &c->out;
}

void api_reply_changeset(struct api_call *c, id changeset)
{
    http_reply_header(c->x, "Penstock-Changeset", arena_printf(c->arena, "%lld", (long long)changeset));
}

void api_reply_row(struct api_call *c, const struct row *row)
{
    http_reply_header(c->x, "ETag", arena_printf(c->arena, "\"%lld\"", (long long)row_int(row, SYS_VERSION)));
}

void api_refuse(struct api_call *c, const struct err *err)
{
    struct http_exchange *x = c->x;

    problem_write(x, err);
    if (err->code == ERR_AUTH)
        http_reply_header(x, "WWW-Authenticate", S("Bearer"));
    if (!c->extra.n)
        return;
    struct str body = arena_str(c->arena, http_reply_body(x));
    struct buf *b = http_reply(x, err_status(err->code), "application/problem+json");
    buf_str(b, str_upto(body, body.n - 1));
    buf_char(b, ',');
    buf_str(b, c->extra);
    buf_char(b, '}');
}

/* The tag names all that an answer follows from: the log, whose eyes see it, the settings they see by, and the minute,
 * because what is overdue and what day it is change by themselves. On PostgreSQL a change may come into sight with a
 * lower number than one before it, so there the last number does not tell. */
int api_unchanged(struct api_call *c, bool *ret, struct err *err)
{
    int64_t seq, epoch = auth_epoch(c->app);

    *ret = false;
    if (!c->route->polled || !epoch || txn_dialect(c->ctx.t) != DIALECT_SQLITE)
        return 0;
    if (log_last_seq(c->ctx.t, &seq, err) < 0)
        return -1;
    struct str tag = arena_printf(c->arena, "W/\"%llx.%llx.%llx.%d.%llx\"", (long long)seq, (long long)epoch,
                                  (long long)c->who.user, (int)c->who.scope, (long long)(c->ctx.now / MINUTE));
    *ret = http_not_modified(c->x, tag);
    http_reply_header(c->x, "Cache-Control", S("private, no-cache"));
    return 0;
}

/* -- the query ------------------------------------------------------------------------------------- */

struct str api_query(const struct api_call *c, const char *name)
{
    return http_query(c->x, name);
}

int api_query_int(const struct api_call *c, const char *name, int64_t least, int64_t most, int64_t *ret,
                  struct err *err)
{
    struct str text = api_query(c, name);
    int64_t n;

    if (!text.p)
        return 0;
    if (!str_int(text, &n) || n < least || n > most)
        return err_field(err, name, "range", "%s is a whole number from %lld to %lld.", name, (long long)least,
                         (long long)most);
    *ret = n;
    return 0;
}

int api_query_bool(const struct api_call *c, const char *name, bool *ret, struct err *err)
{
    struct str text = api_query(c, name);

    if (text.p && !str_is(text, "true") && !str_is(text, "false"))
        return err_field(err, name, "value", "%s takes true or false.", name);
    if (text.p)
        *ret = str_is(text, "true");
    return 0;
}

int api_query_when(const struct api_call *c, const char *name, msec *ret, struct err *err)
{
    struct str text = api_query(c, name);
    struct day day;
    msec at;

    if (!text.p)
        return 0;
    if (day_parse(text, &day)) {
        *ret = zone_midnight(c->ctx.workspace.zone, day);
        return 0;
    }
    if (!msec_parse(text, &at))
        return err_field(err, name, "format", "%s is a date or a date and time, like 2026-03-01T09:30:00Z.", name);
    *ret = at;
    return 0;
}

int api_query_past(const struct api_call *c, bool *ret_past, msec *ret_at, enum clock *ret_clock, struct err *err)
{
    struct str clock = api_query(c, "clock");

    *ret_past = api_query(c, "as_of").p != NULL;
    *ret_clock = str_is(clock, "recorded") ? CLOCK_RECORDED : CLOCK_OCCURRED;
    if (clock.p && !str_is(clock, "recorded") && !str_is(clock, "occurred"))
        return err_field(err, "clock", "value", "clock takes occurred or recorded.");
    return api_query_when(c, "as_of", ret_at, err);
}

/* -- the request ----------------------------------------------------------------------------------- */

static bool has_word(const char *words, struct str word)
{
    struct str rest = str_of(words), piece;

    while (rest.n && str_next(&rest, ' ', &piece))
        if (str_eq(piece, word))
            return true;
    return false;
}

static int check_query(struct api_call *c, struct err *err)
{
    const char *takes = c->route->query;
    int result = 0;

    for (size_t i = 0; i < c->x->query.n; i++) {
        struct str name = c->x->query.v[i].name;
        bool filters = takes && has_word(takes, S("*"));
        if (filters || (takes && has_word(takes, name)))
            continue;
        result = err_field(err, arena_cstr(c->arena, str_upto(name, 60)), "unknown",
                           "There is no argument \"" STR_FMT "\" here.", STR_ARG(str_upto(name, 60)));
    }
    return result;
}

static int read_params(struct api_call *c, struct err *err)
{
    struct str kind = http_param(c->x, "kind"), which = http_param(c->x, "id");

    if (kind.p && !(c->kind = schema_kind(c->app->schema, kind)))
        return err_set(err, ERR_NOT_FOUND, "There is nothing at this address.");
    if (which.p && (!str_int(which, &c->id) || c->id <= 0))
        return err_set(err, ERR_NOT_FOUND, "There is no number \"" STR_FMT "\".", STR_ARG(str_upto(which, 40)));
    return 0;
}

static int read_body(struct api_call *c, struct err *err)
{
    struct str type = http_content_type(c->x);

    if (!c->route->body)
        return 0;
    if (type.n && !str_is(type, "application/json"))
        return err_set(err, ERR_MEDIA, "A request here is JSON: Content-Type: application/json.");
    return json_read_object(c->arena, c->x->body, &c->body, err);
}

int api_read_request(struct api_call *c, struct err *err)
{
    return read_params(c, err) < 0 || check_query(c, err) < 0 || read_body(c, err) < 0 ? -1 : 0;
}
