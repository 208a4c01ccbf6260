#include "match.h"

#include <math.h>
#include <string.h>

#include "buf.h"
#include "json_in.h"

#define ANYTHING "..."

/* `...` as JSON: a member with that name in an object, else that text. */
static struct str spell_out(struct arena *a, struct str text)
{
    struct buf b;
    char stack[64], last = '[';
    size_t depth = 0;
    bool quoted = false;

    buf_init(&b, 1u << 20);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!quoted && c == '.' && str_starts(str_from(text, i), S(ANYTHING))) {
            bool member = depth && stack[depth - 1] == '{' && last != ':';
            buf_z(&b, member ? "\"" ANYTHING "\":1" : "\"" ANYTHING "\"");
            i += 2;
            last = '.';
            continue;
        }
        buf_char(&b, c);
        if (c == '"')
            quoted = !quoted;
        else if (quoted && c == '\\' && i + 1 < text.n)
            buf_char(&b, text.p[++i]);
        else if (!quoted && (c == '{' || c == '[') && depth < sizeof(stack))
            stack[depth++] = c;
        else if (!quoted && (c == '}' || c == ']') && depth)
            depth--;
        if (c != ' ' && c != '\n')
            last = c;
    }
    struct str spelt = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return spelt;
}

json_t *match_read(struct arena *a, struct str text, struct str *why)
{
    struct err err = {0};
    json_t *tree = NULL;

    if (json_read(a, spell_out(a, text), &tree, &err) < 0)
        *why = arena_printf(a, "the expected JSON cannot be read: %s", err.msg);
    return tree;
}

static bool is_text(const json_t *j, const char *text)
{
    return json_is_string(j) && strcmp(json_string_value(j), text) == 0;
}

static bool is_name(struct str s)
{
    return s.n > 2 && s.p[0] == '<' && s.p[s.n - 1] == '>' && str_find(s, ' ') < 0;
}

static const char *differ(struct arena *a, const json_t *want, const json_t *got)
{
    struct str w = json_dump(a, want), g = got ? json_dump(a, got) : S("nothing");

    return arena_printf(a, ": want " STR_FMT ", got " STR_FMT, STR_ARG(w), STR_ARG(str_upto(g, 1500))).p;
}

static const char *inside(struct arena *a, const char *where, const char *why)
{
    return arena_printf(a, ".%s%s", where, why).p;
}

static const char *match_object(struct arena *a, const json_t *want, const json_t *got, struct map *names)
{
    bool open = json_object_get(want, ANYTHING) != NULL;
    const char *name, *why;
    json_t *value;

    if (!json_is_object(got))
        return differ(a, want, got);
    json_object_foreach((json_t *)(uintptr_t)want, name, value) {
        if (strcmp(name, ANYTHING) == 0)
            continue;
        const json_t *has = json_object_get(got, name);
        if (!has)
            return inside(a, name, ": is missing");
        if ((why = match(a, value, has, names)) != NULL)
            return inside(a, name, why);
    }
    json_object_foreach((json_t *)(uintptr_t)got, name, value) {
        if (!open && !json_object_get(want, name))
            return inside(a, name, ": is not expected");
    }
    return NULL;
}

static const char *match_array(struct arena *a, const json_t *want, const json_t *got, struct map *names)
{
    size_t n = json_array_size(want);
    bool open = n && is_text(json_array_get(want, n - 1), ANYTHING);
    const char *why;

    if (!json_is_array(got))
        return differ(a, want, got);
    n -= open;
    if (json_array_size(got) < n || (!open && json_array_size(got) > n))
        return differ(a, want, got);
    for (size_t i = 0; i < n; i++)
        if ((why = match(a, json_array_get(want, i), json_array_get(got, i), names)) != NULL)
            return inside(a, arena_printf(a, "%zu", i).p, why);
    return NULL;
}

const char *match(struct arena *a, const json_t *want, const json_t *got, struct map *names)
{
    if (is_text(want, ANYTHING))
        return NULL;
    if (json_is_object(want))
        return match_object(a, want, got, names);
    if (json_is_array(want))
        return match_array(a, want, got, names);
    if (json_is_string(want) && is_name(json_text(want))) {
        struct str value = json_is_string(got) ? json_text(got) : json_dump(a, got);
        struct str *kept = NEW(a, struct str);
        *kept = arena_str(a, value);
        map_put(names, json_text(want), kept);
        return NULL;
    }
    if (json_is_number(want) && json_is_number(got))
        return fabs(json_number_value(want) - json_number_value(got)) <= 1e-9 * fabs(json_number_value(want))
                   ? NULL
                   : differ(a, want, got);
    return json_equal(want, got) ? NULL : differ(a, want, got);
}

struct str match_fill(struct arena *a, struct str text, const struct map *names)
{
    struct buf b;

    buf_init(&b, 1u << 22);
    for (size_t i = 0; i < text.n; i++) {
        ptrdiff_t end = text.p[i] == '<' ? str_find(str_from(text, i), '>') : -1;
        const struct str *value = end > 0 ? map_get(names, str_upto(str_from(text, i), (size_t)end + 1)) : NULL;
        if (value)
            buf_str(&b, *value), i += (size_t)end;
        else
            buf_char(&b, text.p[i]);
    }
    struct str filled = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return filled;
}
