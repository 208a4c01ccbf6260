/* What happens to every request, with a socket or without. */
#include <string.h>

#include "ceilings.h"
#include "fields.h"
#include "private.h"
#include "problem.h"
#include "target.h"

void step_exhausted(struct http_exchange *x)
{
    http_reply_static(x, 503, "application/problem+json",
                      S("{\"type\":\"busy\",\"title\":\"Busy, try again shortly\",\"status\":503,"
                        "\"detail\":\"The request needs more memory than there is.\",\"errors\":[]}"));
    x->own->headers.n = 0;
}

static int refuse(struct http_exchange *x, const struct err *err)
{
    problem_write(x, err);
    return -1;
}

/* Once the owner has said what it expects: does that fit what the client announced? */
static int check_announced(struct http_exchange *x)
{
    struct http_private *own = x->own;
    struct str coding = http_header(x, "Content-Encoding");
    struct err err = {0};

    if (x->content_length > 0 && (uint64_t)x->content_length > own->body_limit) {
        err_set(&err, ERR_TOO_LARGE, "A request here takes at most %llu bytes.", (unsigned long long)own->body_limit);
        return refuse(x, &err);
    }
    if (coding.n && !str_eq_nocase(coding, S("identity"))) {
        err_set(&err, ERR_MEDIA, "Compressed requests are not read.");
        return refuse(x, &err);
    }
    if (own->wants_form && form_new(&own->form_reader, x->arena, http_header(x, "Content-Type"), x->config->temp_dir,
                                    own->most_file, &err) < 0)
        return refuse(x, &err);
    buf_clear(&own->body);
    buf_init(&own->body, own->body_limit + 1);
    return 0;
}

static int begin(void *arg)
{
    struct http_exchange *x = arg;
    const struct http_owner *owner = &x->config->owner;
    struct err err = {0};

    x->method = http_method_of(x->method_name);
    if (x->status) /* refused before it came here */
        return -1;
    if (target_parse(x, &err) < 0)
        return refuse(x, &err);
    x->own->begun = true;
    if (owner->begin)
        owner->begin(owner->ctx, x);
    return x->status ? -1 : check_announced(x);
}

int step_begin(struct http_exchange *x)
{
    int r = arena_try(begin, x);

    if (r == ARENA_OOM)
        step_exhausted(x);
    return r < 0 ? -1 : 0;
}

struct piece {
    struct http_exchange *x;
    struct str bytes;
};

static int take(void *arg)
{
    struct piece *p = arg;
    struct http_exchange *x = p->x;
    struct http_private *own = x->own;
    struct err err = {0};

    own->received += p->bytes.n;
    if (own->received > own->body_limit) {
        err_set(&err, ERR_TOO_LARGE, "A request here takes at most %llu bytes.", (unsigned long long)own->body_limit);
        return refuse(x, &err);
    }
    if (own->form_reader)
        return form_feed(own->form_reader, p->bytes, &err) < 0 ? refuse(x, &err) : 0;
    buf_str(&own->body, p->bytes);
    if (buf_ok(&own->body))
        return 0;
    err_set(&err, ERR_BUSY, "Out of memory.");
    return refuse(x, &err);
}

int step_body(struct http_exchange *x, struct str bytes)
{
    struct piece p = {x, bytes};
    int r = arena_try(take, &p);

    if (r == ARENA_OOM)
        step_exhausted(x);
    return r < 0 ? -1 : 0;
}

static int finish(void *arg)
{
    struct http_exchange *x = arg;
    struct http_private *own = x->own;
    struct err err = {0};

    if (own->form_reader) {
        if (form_end(own->form_reader, &x->form, &x->nform, &err) < 0) {
            refuse(x, &err);
            return HTTP_DONE;
        }
    } else {
        buf_char(&own->body, '\0');
        x->body = buf_ok(&own->body) ? str_upto(buf_view(&own->body), own->body.n - 1) : S("");
    }
    return x->config->owner.handle(x->config->owner.ctx, x);
}

int step_end(struct http_exchange *x)
{
    x->own->whole_us = clock_micros();
    int r = arena_try(finish, x);

    if (r == ARENA_OOM)
        step_exhausted(x);
    return r == HTTP_LATER ? HTTP_LATER : HTTP_DONE;
}
