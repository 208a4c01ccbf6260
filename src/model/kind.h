/*
 * A kind is all the program knows about an entity, as facts: its fields, what people call it, who may see it. Tables,
 * routes, checks, lists, history, import and the generic screens are derived from it.
 *
 *     const struct kind_def kind_source = {
 *         .name = "sources", .one = "source", .label = "Source", .labels = "Sources", ...
 *         .fields = source_fields, .nfields = COUNT(source_fields),
 *     };
 *
 * `struct kind` is the same at run time: the four system fields in front, references resolved, plus the custom fields
 * that the team has added. It is built once and never freed while the program runs.
 */
#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include <stdatomic.h>

#include "field.h"
#include "map.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Index of the system fields in every row. */
enum { SYS_ID, SYS_VERSION, SYS_CREATED_AT, SYS_UPDATED_AT, SYS__N };

/* Whose business a kind is; each class has its default rights by role (app/rights.c). */
enum kind_class {
    CLASS_RECORD,    /* what people work with: deals, people, activities */
    CLASS_SHARED,    /* catalogue and pipelines: all see, managers change */
    CLASS_PEOPLE,    /* users and teams: all see, admins change */
    CLASS_ADMIN,     /* settings: admins change */
    CLASS_OPERATION, /* how the program is run: admins see and change, whatever is set */
    CLASS_OWN,       /* each person's own things: tokens, saved views */
};

struct row;

struct kind_def {
    const char *name;           /* plural, in paths, tables and the log: deals */
    const char *one;            /* singular, in expand and in messages: deal */
    const char *label, *labels; /* Deal, Deals */
    const char *icon, *doc;
    enum kind_class class;
    const struct field *fields;
    size_t nfields;
    const char *title;          /* field that names a record to people */
    const char *owner;          /* field with the owning user, or NULL when nobody owns it */
    const char *shared;         /* boolean field that opens an owned record to all, or NULL */
    const char *const *via;     /* reference fields: who sees the record behind one sees this one; ended by NULL */
    const char *const *indexes; /* "pipeline_id,status,stage_id"; every reference has one anyway; ended by NULL */
    const char *const *unique;  /* the same, unique where no field of it is null */

    /* Rules over several fields; `old` is NULL for a new record. Types, limits and required fields are checked before.
     */
    int (*check)(const struct row *old, const struct row *row, struct err *err);
    /* Computed values of the row itself, set before check. */
    void (*derive)(struct arena *a, struct row *row);
};

/* Fields a team added, replaced whole when one changes. */
struct custom_set {
    struct field *fields;
    size_t n;
    uint64_t digest; /* of the rows they were made of */
};

struct kind {
    struct kind_def def;  /* def.fields as given, without the system fields */
    const char *name;     /* def.name */
    int number;           /* place in the schema */
    struct field *fields; /* system fields first */
    int nfields;
    int title_at, owner_at, shared_at, custom_at; /* -1 when there is none */
    _Atomic(struct custom_set *) custom;
    const void *statements; /* the store's, see sqlgen.h */
};

struct schema {
    struct arena *arena;
    struct kind *kinds;
    int n;
    struct map by_name; /* plural name to struct kind */
};

/* Builds and checks the schema; a mistake in a description stops the program with a word (it is our own bug). */
struct schema *schema_build(struct arena *a, const struct kind_def *const *defs, size_t n);

struct kind *schema_kind(const struct schema *s, struct str name); /* NULL when there is none */
struct kind *schema_must(const struct schema *s, const char *name);

/* A field by name, also a custom one by "custom.key"; NULL when there is none. */
const struct field *kind_field(const struct kind *k, struct str name);
const struct field *kind_custom(const struct kind *k, struct str key);
int kind_at(const struct kind *k, const char *name); /* index of a field that must exist */

#endif
