#include "head.h"

#include <string.h>

#include "catalog.h"
#include "json_in.h"

static int unfit(struct err *err)
{
    return err_set(err, ERR_INVALID, "The backup is damaged: what it says of itself cannot be read.");
}

static int read_object(struct arena *a, struct str text, json_t **ret, struct err *err)
{
    struct err why = {0};

    return json_read_object(a, text, ret, &why) < 0 ? unfit(err) : 0;
}

static int64_t member_int(const json_t *j, const char *name)
{
    const json_t *v = json_object_get(j, name);

    return json_is_integer(v) ? json_integer_value(v) : 0;
}

int head_read(struct arena *a, struct str text, struct head *ret, struct err *err)
{
    json_t *j;

    if (read_object(a, text, &j, err) < 0)
        return -1;
    *ret = (struct head){
        .id = json_member_str(j, "id"),
        .base = json_member_str(j, "base"),
        .program = json_member_str(j, "program"),
        .workspace = json_member_str(j, "workspace"),
        .engine = json_member_str(j, "engine"),
        .schema = member_int(j, "schema"),
        .last_seq = member_int(j, "last_seq"),
        .last_changeset = member_int(j, "last_changeset"),
        .from_seq = member_int(j, "from_seq"),
        .mark = member_int(j, "mark"),
    };
    return ret->id.n != 32 || !ret->engine.p || !ret->workspace.p || !ret->program.p || ret->schema < 1 ||
                   !msec_parse(json_member_str(j, "made_at"), &ret->made_at)
               ? unfit(err)
               : 0;
}

int end_read(struct arena *a, struct str text, struct end *ret, struct err *err)
{
    const json_t *tables, *one;
    json_t *j;
    size_t i;

    if (read_object(a, text, &j, err) < 0)
        return -1;
    tables = json_object_get(j, "tables");
    size_t n = json_array_size(tables);
    *ret = (struct end){.contents = member_int(j, "contents"), .missing = member_int(j, "missing")};
    if (!json_is_array(tables) || n > MAX_TABLES)
        return unfit(err);
    ret->tables = NEW_ARRAY(a, struct end_table, n + 1);
    json_array_foreach(tables, i, one) {
        ret->tables[ret->n++] = (struct end_table){
            .name = json_member_str(one, "name"),
            .digest = json_member_str(one, "digest"),
            .rows = member_int(one, "rows"),
        };
        if (!ret->tables[i].name.n || ret->tables[i].digest.n != DIGEST_TEXT)
            return unfit(err);
    }
    return 0;
}

/* Names go into statements: nothing but what names of tables and columns are made of. */
static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] == '_' || (s.p[i] >= 'a' && s.p[i] <= 'z') || (i > 0 && s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return s.n > 0 && s.n < 64;
}

int table_head_read(struct arena *a, struct str text, struct table_head *ret, struct err *err)
{
    const json_t *columns, *one;
    json_t *j;
    size_t i;

    if (read_object(a, text, &j, err) < 0)
        return -1;
    columns = json_object_get(j, "columns");
    size_t n = json_array_size(columns);
    *ret = (struct table_head){.name = json_member_str(j, "name")};
    if (!is_name(ret->name) || !json_is_array(columns) || n == 0 || n > MAX_COLUMNS)
        return unfit(err);
    ret->columns = NEW_ARRAY(a, struct column, n);
    json_array_foreach(columns, i, one) {
        struct str name = json_member_str(one, "name");
        if (!is_name(name))
            return unfit(err);
        ret->columns[ret->n++] = (struct column){
            .name = arena_cstr(a, name),
            .json = json_is_true(json_object_get(one, "json")),
            .derived = json_is_true(json_object_get(one, "derived")),
        };
    }
    return 0;
}

int table_end_read(struct arena *a, struct str text, int64_t *ret_rows, int64_t *ret_last_key, struct err *err)
{
    json_t *j;

    if (read_object(a, text, &j, err) < 0)
        return -1;
    *ret_rows = member_int(j, "rows");
    *ret_last_key = member_int(j, "last_key");
    return *ret_rows < 0 || *ret_last_key < 0 || *ret_last_key > INT64_MAX / 2 ? unfit(err) : 0;
}

int content_head_read(struct arena *a, struct str text, struct str *ret_sha256, uint64_t *ret_size, struct err *err)
{
    json_t *j;

    if (read_object(a, text, &j, err) < 0)
        return -1;
    struct str name = json_member_str(j, "sha256");
    int64_t size = member_int(j, "size");
    for (size_t i = 0; i < name.n; i++)
        if (!strchr("0123456789abcdef", name.p[i]) || !name.p[i])
            return unfit(err);
    if (name.n != 64 || size < 0)
        return unfit(err);
    *ret_sha256 = name;
    *ret_size = (uint64_t)size;
    return 0;
}
