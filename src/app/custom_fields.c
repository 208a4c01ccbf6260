#include <string.h>

#include "json_in.h"
#include "money.h"
#include "rules.h"
#include "sqlgen.h"

/* A row of kind `fields` as the description of a field. Text goes into the given arena. */

static struct str text_of(const struct row *row, const char *field)
{
    struct value v = row_value(row, field);

    return v.type == V_TEXT ? v.s : STR_NULL;
}

static int make_choices(struct arena *a, const json_t *options, struct field *f, struct err *err)
{
    const json_t *list = json_object_get(options, "choices"), *e;
    size_t n = json_array_size(list), i;
    struct choice *choices = NEW_ARRAY(a, struct choice, n + 1);

    if (n == 0 || n > 200)
        return err_field(err, "options", "choices",
                         "A choice needs between 1 and 200 of them: {\"choices\":[\"Small\",\"Large\"]}.");
    json_array_foreach(list, i, e) {
        struct str text = json_text(e);
        if (text.n == 0 || utf8_count(text) > 100)
            return err_field(err, "options", "choices", "Each choice is a text of at most 100 characters.");
        choices[i].key = choices[i].label = arena_cstr(a, text);
    }
    f->choices = choices;
    return 0;
}

static int make_ref(struct app *app, const json_t *options, struct field *f, struct err *err)
{
    struct str name = json_member_str(options, "ref");
    const struct kind *k = schema_kind(app->schema, name);

    if (!k)
        return err_field(err, "options", "ref", "A reference needs the kind it points at: {\"ref\":\"people\"}.");
    f->type = FT_REF;
    f->ref = k->name;
    f->ref_kind = k;
    return 0;
}

int custom_field_make(struct app *app, struct arena *a, const struct row *row, struct field *ret, struct err *err)
{
    struct str type = text_of(row, "type"), hint = text_of(row, "hint"), options_text = text_of(row, "options");
    struct field f = {
        .name = arena_cstr(a, text_of(row, "key")),
        .label = arena_cstr(a, text_of(row, "label")),
        .doc = arena_cstr(a, hint.p ? hint : text_of(row, "label")),
        .flags = CUSTOM | (row_value(row, "required").i ? (unsigned)REQUIRED : 0u),
        .at = -1,
        .currency_at = -1,
    };
    json_t *options;
    int result = 0;

    if (json_read_object(a, options_text.p ? options_text : S("{}"), &options, err) < 0)
        return -1;
    if (str_is(type, "user")) {
        f.type = FT_REF;
        f.ref = app->users->name;
        f.ref_kind = app->users;
    } else if (str_is(type, "ref")) {
        result = make_ref(app, options, &f, err);
    } else if (!ftype_find(type, &f.type)) {
        result = err_field(err, "type", "choice", "There is no such type of field.");
    }
    if (f.type == FT_CHOICE || f.type == FT_CHOICES)
        result = make_choices(a, options, &f, err);
    if (f.type == FT_DECIMAL || f.type == FT_MONEY) {
        const json_t *digits = json_object_get(options, "digits");
        const struct currency *c = currency_find(json_member_str(options, "currency"));
        int64_t n = f.type == FT_MONEY ? (c ? c->digits : 2) : digits ? json_integer_value(digits) : 2;
        if (n < 0 || n > 6)
            result = err_field(err, "options", "digits", "A number can have 0 to 6 digits after the point.");
        f.digits = (int)n;
    }
    if (result == 0)
        *ret = f;
    return result;
}

static int load_kind(struct app *app, struct txn *t, struct kind *k, struct err *err)
{
    struct arena *keep = app->arena;
    const struct row *found[MAX_CUSTOM_FIELDS];
    const struct custom_set *before = atomic_load(&k->custom);
    uint64_t digest = 1;
    const char *sql = arena_printf(txn_arena(t), "SELECT %s FROM fields WHERE kind = $1 ORDER BY position, id",
                                   sqlgen_row(app->custom_fields)->columns)
                          .p;
    struct rows *r = sql_query(t, sql, ARGS(value_text(str_of(k->name))), err);
    int n = r ? 0 : -1;
    size_t nfound = 0;

    while (r && (n = rows_next(r, err)) == 1 && nfound < MAX_CUSTOM_FIELDS)
        found[nfound++] = row_take(r, txn_arena(t), app->custom_fields, 0);
    rows_close(r);
    if (n < 0)
        return -1;
    for (size_t i = 0; i < nfound; i++)
        digest = ((digest ^ (uint64_t)row_id(found[i])) * 0x100000001b3u ^ (uint64_t)row_int(found[i], SYS_VERSION)) *
                 0x100000001b3u;
    if (before && before->digest == digest)
        return 0; /* what is replaced stays in the arena, so nothing is without need */
    struct custom_set *set = NEW(keep, struct custom_set);
    set->digest = digest;
    set->fields = NEW_ARRAY(keep, struct field, nfound);
    for (size_t i = 0; i < nfound; i++)
        if (custom_field_make(app, keep, found[i], &set->fields[set->n], err) == 0)
            set->n++;
    atomic_store(&k->custom, set); /* readers may still hold the one before; it stays in the arena */
    return 0;
}

struct load {
    struct app *app;
    struct txn *t;
    struct err *err;
};

static int load_all(void *arg)
{
    struct load *l = arg;
    const struct schema *schema = l->app->schema;
    int result = 0;

    for (int i = 0; i < schema->n && result == 0; i++)
        if (schema->kinds[i].custom_at >= 0)
            result = load_kind(l->app, l->t, &schema->kinds[i], l->err);
    return result;
}

int custom_fields_load(struct app *app, struct txn *t, struct err *err)
{
    struct load load = {app, t, err};

    pthread_mutex_lock(&app->lock); /* nothing may jump past its end */
    int result = arena_try(load_all, &load);
    pthread_mutex_unlock(&app->lock);
    return result == ARENA_OOM ? err_set(err, ERR_BUSY, "Out of memory.") : result;
}
