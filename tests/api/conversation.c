#include "conversation.h"

#include <string.h>

static struct str peek(const struct conversation *c)
{
    struct str line, rest;

    str_cut(c->text, '\n', &line, &rest);
    return line;
}

static struct str take(struct conversation *c)
{
    struct str line, rest;

    str_cut(c->text, '\n', &line, &rest);
    c->text = rest;
    c->line++;
    return line;
}

static bool blank(struct str line)
{
    return str_trim(line).n == 0 || line.p[0] == '#';
}

static bool is_request(struct str line)
{
    struct str method, rest;

    return str_cut(line, ' ', &method, &rest) && str_starts(str_trim(rest), S("/")) && method.n > 0 &&
           method.p[0] >= 'A' && method.p[0] <= 'Z' && str_find(method, ':') < 0;
}

/* `Name: value` with a name that could be a header's. */
static bool is_header(struct str line, struct header *ret)
{
    if (!str_cut(line, ':', &ret->name, &ret->value) || ret->name.n == 0 || str_find(ret->name, ' ') >= 0 ||
        ret->name.p[0] < 'A' || ret->name.p[0] > 'Z')
        return false;
    ret->value = str_trim(ret->value);
    return true;
}

static void add_line(struct arena *a, struct str *text, struct str line)
{
    *text = text->n ? arena_printf(a, STR_FMT "\n" STR_FMT, STR_ARG(*text), STR_ARG(line)) : line;
}

static void read_request_line(struct turn *t, struct str line)
{
    struct str rest, as;

    str_cut(line, ' ', &t->method, &rest);
    rest = str_trim(rest);
    for (size_t i = 0; i + 4 < rest.n; i++)
        if (memcmp(rest.p + i, " as:", 4) == 0) {
            as = str_trim(str_from(rest, i + 4));
            t->as = as;
            rest = str_trim(str_upto(rest, i));
            break;
        }
    t->target = rest;
}

static int read_answer(struct conversation *c, struct arena *a, struct turn *t, struct str *why)
{
    int64_t status;

    if (!str_int(str_trim(take(c)), &status)) {
        *why = arena_printf(a, "line %d: a status belongs behind ---", c->line);
        return -1;
    }
    t->status = (int)status;
    while (c->text.n && !is_request(peek(c))) {
        struct str line = take(c);
        struct header h;
        if (blank(line))
            continue;
        if (str_starts(line, S("event:")) && t->nevents < MAX_LINES)
            t->events[t->nevents++] = str_trim(str_from(line, 6));
        else if (str_starts(line, S("text:")))
            add_line(a, &t->want_text, str_trim(str_from(line, 5)));
        else if (str_is(str_trim(line), "empty"))
            t->empty = true;
        else if (!t->want.n && is_header(line, &h) && t->nwant_headers < MAX_LINES)
            t->want_headers[t->nwant_headers++] = h;
        else
            add_line(a, &t->want, line);
    }
    return 1;
}

int conversation_next(struct conversation *c, struct arena *a, struct turn *ret, struct str *why)
{
    struct turn t = {0};
    bool in_body = false;

    while (c->text.n && blank(peek(c)))
        take(c);
    if (!c->text.n)
        return 0;
    t.line = c->line + 1;
    struct str line = take(c);
    if (!is_request(line)) {
        *why = arena_printf(a, "line %d: a request was expected", c->line);
        return -1;
    }
    read_request_line(&t, line);
    while (c->text.n && !str_is(str_trim(peek(c)), "---")) {
        struct header h;
        line = take(c);
        if (!in_body && str_trim(line).n == 0)
            in_body = true;
        else if (!in_body && !t.body.n && is_header(line, &h) && t.nheaders < MAX_LINES)
            t.headers[t.nheaders++] = h;
        else
            add_line(a, &t.body, line);
    }
    take(c);
    if (read_answer(c, a, &t, why) < 0)
        return -1;
    *ret = t;
    return 1;
}
