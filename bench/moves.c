#include "moves.h"

#include <string.h>

#define CLOCK_SLACK 1000 /* the server cuts to milliseconds */

int move_stages(const char *text, struct move_stage *ret, size_t room)
{
    struct str rest = str_of(text), one, id, probability;
    size_t n = 0;

    while (str_next(&rest, ',', &one)) {
        if (n == room || !str_cut(one, ':', &id, &probability) || !str_int(id, &ret[n].id) ||
            !str_int(probability, &ret[n].probability))
            return -1;
        n++;
    }
    return n < 2 ? -1 : (int)n;
}

static bool is_int(const json_t *object, const char *name, int64_t want)
{
    const json_t *v = json_object_get(object, name);

    return json_is_integer(v) && json_integer_value(v) == want;
}

static bool is_instant(const json_t *object, const char *name, msec from, msec to)
{
    struct str text = json_member_str(object, name);
    msec at;

    return text.p && msec_parse(text, &at) && at >= from - CLOCK_SLACK && at <= to + CLOCK_SLACK;
}

/* Fields that a move leaves alone. */
static const char *stray(json_t *before, json_t *after)
{
    static const char *const moves[] = {"version", "updated_at", "stage_id", "probability", "stage_since"};
    const char *name;
    json_t *value;

    if (json_object_size(before) != json_object_size(after))
        return "number of fields";
    json_object_foreach(before, name, value) {
        bool may = false;
        for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++)
            may = may || strcmp(name, moves[i]) == 0;
        if (!may && !json_equal(value, json_object_get(after, name)))
            return name;
    }
    return NULL;
}

static bool tagged(const struct response *r, int64_t version)
{
    struct str tag = response_header(r, "ETag");
    int64_t n;

    return tag.n > 2 && str_int(str_upto(str_from(tag, 1), tag.n - 2), &n) && n == version;
}

static const char *wrong(json_t *deal, json_t *body, const struct move_stage *to, const struct response *r, msec asked,
                         msec now, int64_t version)
{
    if (!is_int(body, "version", version))
        return "version";
    if (!is_int(body, "stage_id", to->id))
        return "stage_id";
    if (!is_int(body, "probability", to->probability))
        return "probability";
    if (!is_instant(body, "updated_at", asked, now))
        return "updated_at";
    if (!is_instant(body, "stage_since", asked, now))
        return "stage_since";
    if (!tagged(r, version))
        return "ETag";
    return stray(deal, body);
}

int move_check(json_t *deal, const struct move_stage *to, const struct response *r, msec asked, msec now,
               struct move *ret, const char **ret_wrong)
{
    json_t *body = r->status == 200 ? json_loadb(r->body.p, r->body.n, 0, NULL) : NULL;
    int64_t version = json_integer_value(json_object_get(deal, "version")) + 1;

    *ret_wrong = r->status != 200        ? "status"
                 : !json_is_object(body) ? "body"
                                         : wrong(deal, body, to, r, asked, now, version);
    struct move move = {.deal = json_integer_value(json_object_get(deal, "id")),
                        .version = version,
                        .from = json_integer_value(json_object_get(deal, "stage_id")),
                        .to = to->id};
    if (!*ret_wrong && (!str_int(response_header(r, "Penstock-Changeset"), &move.changeset) || move.changeset <= 0))
        *ret_wrong = "Penstock-Changeset";
    if (!*ret_wrong) {
        json_object_update(deal, body);
        *ret = move;
    }
    json_decref(body);
    return *ret_wrong ? -1 : 0;
}
