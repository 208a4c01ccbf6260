/*
 * A POST with an Idempotency-Key may be sent again when the answer was lost: the second time gives the first time's
 * answer and does nothing. What was answered is kept for a day, in the transaction of the change itself.
 */
#include "ceilings.h"
#include "private.h"
#include "secret.h"

#define KEPT (24 * HOUR)

int repeat_begin(struct api_call *c, struct err *err)
{
    struct repeat *r = &c->own->repeat;
    struct str key = http_header(c->x, "Idempotency-Key");

    if (!key.p || c->x->method != HTTP_POST || !c->who.user)
        return 0;
    if (key.n == 0 || key.n > 200)
        return err_field(err, "Idempotency-Key", "length", "An Idempotency-Key has 1 to 200 characters.");
    r->key = key;
    r->digest = sha256_hex(c->arena, arena_printf(c->arena, "%s " STR_FMT "\n" STR_FMT, http_method_name(c->x->method),
                                                  STR_ARG(c->x->target), STR_ARG(c->x->body)));
    return 0;
}

static int replay(struct api_call *c, const struct value v[5])
{
    buf_str(http_reply(c->x, (int)v[1].i, v[2].s.n ? "application/json" : NULL), v[2].s);
    if (v[3].type == V_INT)
        api_reply_changeset(c, v[3].i);
    if (v[4].type == V_TEXT)
        http_reply_header(c->x, "ETag", v[4].s);
    http_reply_header(c->x, "Idempotency-Replayed", S("true"));
    c->own->repeat.replayed = true;
    return 1;
}

int repeat_find(struct api_call *c, struct err *err)
{
    const struct repeat *r = &c->own->repeat;
    struct value v[5];

    if (!r->key.p)
        return 0;
    int n = sql_row(c->ctx.t,
                    "SELECT digest, status, reply, changeset_id, etag FROM idempotency "
                    "WHERE user_id = $1 AND key = $2 AND made_at > $3",
                    ARGS(value_int(c->who.user), value_text(r->key), value_int(c->ctx.now - KEPT)), v, 5, err);
    if (n <= 0)
        return n;
    if (!str_eq(v[0].s, r->digest))
        return err_field(err, "Idempotency-Key", "reused", "This key came with another request before.");
    return replay(c, v);
}

int repeat_keep(struct api_call *c, struct err *err)
{
    const struct repeat *r = &c->own->repeat;
    struct str body = http_reply_body(c->x);

    if (!r->key.p)
        return 0;
    if (sql_run(c->ctx.t, "DELETE FROM idempotency WHERE made_at <= $1", ARGS(value_int(c->ctx.now - KEPT)), NULL,
                err) < 0)
        return -1;
    return sql_run(c->ctx.t,
                   "INSERT INTO idempotency (user_id,key,digest,status,reply,changeset_id,etag,made_at) "
                   "VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
                   ARGS(value_int(c->who.user), value_text(r->key), value_text(r->digest), value_int(c->x->status),
                        value_text(body.p ? body : S("")), value_ref(c->ctx.cs.id),
                        value_text(http_reply_header_get(c->x, "ETag")), value_int(c->ctx.now)),
                   NULL, err);
}
