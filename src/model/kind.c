#include "kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

static const struct field system_fields[SYS__N] = {
    [SYS_ID] = {.name = "id",
                .label = "Id",
                .doc = "Number of the record; never used again",
                .type = FT_INTEGER,
                .flags = SYSTEM | READONLY},
    [SYS_VERSION] = {.name = "version",
                     .label = "Version",
                     .doc = "Goes up with every change; the ETag",
                     .type = FT_INTEGER,
                     .flags = SYSTEM | READONLY},
    [SYS_CREATED_AT] = {.name = "created_at",
                        .label = "Created",
                        .doc = "When the record came into the system",
                        .type = FT_INSTANT,
                        .flags = SYSTEM | READONLY},
    [SYS_UPDATED_AT] = {.name = "updated_at",
                        .label = "Changed",
                        .doc = "When the record was last changed",
                        .type = FT_INSTANT,
                        .flags = SYSTEM | READONLY},
};

static _Noreturn void mistake(const struct kind *k, const char *what, const char *name)
{
    diag(DIAG_ERROR, "description of kind %s: %s %s", k->name, what, name ? name : "");
    abort();
}

static int find_at(const struct kind *k, const char *name)
{
    for (int i = 0; name && i < k->nfields; i++)
        if (strcmp(k->fields[i].name, name) == 0)
            return i;
    return -1;
}

int kind_at(const struct kind *k, const char *name)
{
    int at = find_at(k, name);

    if (at < 0)
        mistake(k, "has no field", name);
    return at;
}

static void copy_fields(struct arena *a, struct kind *k)
{
    k->nfields = SYS__N + (int)k->def.nfields;
    k->fields = NEW_ARRAY(a, struct field, (size_t)k->nfields);
    memcpy(k->fields, system_fields, sizeof(system_fields));
    memcpy(k->fields + SYS__N, k->def.fields, k->def.nfields * sizeof(struct field));
    for (int i = 0; i < k->nfields; i++) {
        k->fields[i].at = i;
        k->fields[i].key = arena_printf(a, "\"%s\":", k->fields[i].name);
    }
}

static void check_list(const struct kind *k, const char *const *lists)
{
    for (; lists && *lists; lists++) {
        struct str rest = str_of(*lists), name;
        while (str_next(&rest, ',', &name))
            if (!kind_field(k, name))
                mistake(k, "an index or via names no field:", *lists);
    }
}

/* Every attribute must have a reader that makes sense of it. */
static void check_field(const struct kind *k, const struct field *f)
{
    bool chooses = f->type == FT_CHOICE || f->type == FT_CHOICES;
    bool refers = f->type == FT_REF || f->type == FT_REFS;
    struct value ignored;
    struct err err = {0};

    if (!f->name || !f->label || !f->doc)
        mistake(k, "name, label or doc is missing at", f->name);
    if (find_at(k, f->name) != f->at)
        mistake(k, "a field stands twice:", f->name);
    if (chooses != (f->choices != NULL))
        mistake(k, "choices belong to choice fields:", f->name);
    if (refers != (f->ref != NULL) || (refers && !f->ref_kind))
        mistake(k, "a reference needs a kind that exists:", f->name);
    if (f->type == FT_MONEY && f->currency && f->currency_at < 0)
        mistake(k, "no such currency field for", f->name);
    if (f->preset && field_ftype(f)->parse(f, f->digits, NULL, str_of(f->preset), &ignored, &err) < 0)
        mistake(k, "the preset does not fit:", f->name);
}

static void resolve(const struct schema *s, struct kind *k)
{
    for (int i = 0; i < k->nfields; i++) {
        struct field *f = &k->fields[i];
        f->currency_at = find_at(k, f->currency);
        f->ref_kind = f->ref ? schema_kind(s, str_of(f->ref)) : NULL;
    }
    for (int i = 0; i < k->nfields; i++)
        check_field(k, &k->fields[i]);
    k->title_at = kind_at(k, k->def.title);
    k->owner_at = k->def.owner ? kind_at(k, k->def.owner) : -1;
    k->shared_at = k->def.shared ? kind_at(k, k->def.shared) : -1;
    k->custom_at = find_at(k, "custom");
    check_list(k, k->def.via);
    check_list(k, k->def.indexes);
    check_list(k, k->def.unique);
    if (!k->def.one || !k->def.label || !k->def.labels || !k->def.icon || !k->def.doc)
        mistake(k, "a name, icon or doc is missing", NULL);
}

struct schema *schema_build(struct arena *a, const struct kind_def *const *defs, size_t n)
{
    struct schema *s = NEW(a, struct schema);

    *s = (struct schema){.arena = a, .kinds = NEW_ARRAY(a, struct kind, n), .n = (int)n};
    map_init(&s->by_name, a);
    for (size_t i = 0; i < n; i++) {
        struct kind *k = &s->kinds[i];
        k->def = *defs[i];
        k->name = k->def.name;
        k->number = (int)i;
        atomic_init(&k->custom, NEW(a, struct custom_set));
        copy_fields(a, k);
        if (schema_kind(s, str_of(k->name)))
            mistake(k, "stands twice", NULL);
        map_put_kept(&s->by_name, str_of(k->name), k);
    }
    for (int i = 0; i < s->n; i++)
        resolve(s, &s->kinds[i]);
    return s;
}

struct kind *schema_kind(const struct schema *s, struct str name)
{
    return map_get(&s->by_name, name);
}

struct kind *schema_must(const struct schema *s, const char *name)
{
    struct kind *k = schema_kind(s, str_of(name));

    if (!k) {
        diag(DIAG_ERROR, "no kind %s", name);
        abort();
    }
    return k;
}

const struct field *kind_custom(const struct kind *k, struct str key)
{
    const struct custom_set *set = atomic_load(&k->custom);

    for (size_t i = 0; i < set->n; i++)
        if (str_is(key, set->fields[i].name))
            return &set->fields[i];
    return NULL;
}

const struct field *kind_field(const struct kind *k, struct str name)
{
    if (str_starts(name, S("custom.")))
        return kind_custom(k, str_from(name, 7));
    for (int i = 0; i < k->nfields; i++)
        if (str_is(name, k->fields[i].name))
            return &k->fields[i];
    return NULL;
}
