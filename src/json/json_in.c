#include "json_in.h"

#include <stdlib.h>
#include <string.h>

#include "ceilings.h"

static _Thread_local bool starved; /* by the tree that is being read */

/* jansson says of a tree that it found no memory for that the text is malformed, and its makers leave out what they
 * could not make. */
static void *give(size_t size)
{
    void *p = malloc(size);

    if (!p) {
        starved = true;
        memory_lacks();
    }
    return p;
}

__attribute__((constructor)) static void allocate_so(void)
{
    json_set_alloc_funcs(give, free);
}

static void let_go(void *ptr)
{
    json_decref(ptr);
}

static bool too_deep(const json_t *j, unsigned depth)
{
    const char *key;
    json_t *value;
    size_t i;

    if (depth > MAX_JSON_DEPTH)
        return true;
    json_object_foreach((json_t *)(uintptr_t)j, key, value)
        if (too_deep(value, depth + 1))
            return true;
    json_array_foreach((json_t *)(uintptr_t)j, i, value)
        if (too_deep(value, depth + 1))
            return true;
    return false;
}

int json_read(struct arena *a, struct str text, json_t **ret, struct err *err)
{
    json_error_t e;

    /* jansson takes a NUL behind the text for its end. */
    if (text.n && memchr(text.p, '\0', text.n))
        return err_set(err, ERR_MALFORMED, "The body is not JSON: it has a NUL byte.");
    starved = false;
    json_t *j = json_loadb(text.p ? text.p : "", text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);

    if (starved) { /* also when it has a tree: letters may be missing from its texts */
        json_decref(j);
        out_of_memory();
    }
    if (!j && json_error_code(&e) == json_error_null_byte_in_key)
        return err_set(err, ERR_INVALID, "No name has a NUL in it, as the one at line %d does.", e.line);
    if (!j)
        return err_set(err, ERR_MALFORMED, "The body is not JSON: %s at line %d, column %d.", e.text, e.line, e.column);
    arena_defer(a, let_go, j);
    if (too_deep(j, 0))
        return err_set(err, ERR_MALFORMED, "The JSON nests deeper than %u levels.", MAX_JSON_DEPTH);
    *ret = j;
    return 0;
}

int json_read_object(struct arena *a, struct str text, json_t **ret, struct err *err)
{
    json_t *j;

    if (json_read(a, text, &j, err) < 0)
        return -1;
    if (!json_is_object(j))
        return err_set(err, ERR_INVALID, "The body must be a JSON object, like {\"name\": \"value\"}.");
    *ret = j;
    return 0;
}

struct str json_text(const json_t *string)
{
    return json_is_string(string) ? (struct str){json_string_value(string), json_string_length(string)} : STR_NULL;
}

struct str json_member_str(const json_t *object, const char *key)
{
    return json_text(json_object_get(object, key));
}

struct str json_dump(struct arena *a, const json_t *j)
{
    size_t n = json_dumpb(j, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
    char *p = arena_alloc(a, n + 1);

    json_dumpb(j, p, n, JSON_COMPACT | JSON_ENCODE_ANY);
    return (struct str){p, n};
}
