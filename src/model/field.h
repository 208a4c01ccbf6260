/*
 * A field of a kind, as one row of facts, and the table of field types. A type is one row that knows all about itself:
 * how both databases store it, how it reads from JSON and from text, how it is written, what OpenAPI and TypeScript
 * call it. A new type is one X line here, one row in ftype.c and one unit test.
 */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include <jansson.h>

#include "err.h"
#include "json_out.h"
#include "value.h"

/* X(enum, name in the API) */
#define FIELD_TYPES(X)                                                                                                 \
    X(FT_TEXT, "text")                                                                                                 \
    X(FT_LONGTEXT, "longtext")                                                                                         \
    X(FT_MARKDOWN, "markdown")                                                                                         \
    X(FT_INTEGER, "integer")                                                                                           \
    X(FT_DECIMAL, "decimal")                                                                                           \
    X(FT_MONEY, "money")                                                                                               \
    X(FT_CURRENCY, "currency")                                                                                         \
    X(FT_DAY, "day")                                                                                                   \
    X(FT_INSTANT, "instant")                                                                                           \
    X(FT_BOOLEAN, "boolean")                                                                                           \
    X(FT_CHOICE, "choice")                                                                                             \
    X(FT_CHOICES, "choices")                                                                                           \
    X(FT_REF, "ref")                                                                                                   \
    X(FT_REFS, "refs")                                                                                                 \
    X(FT_EMAIL, "email")                                                                                               \
    X(FT_PHONE, "phone")                                                                                               \
    X(FT_URL, "url")                                                                                                   \
    X(FT_JSON, "json")

#define FIELD_TYPE_AS_ENUM(name, text) name,
enum field_type { FIELD_TYPES(FIELD_TYPE_AS_ENUM) FT__N };

enum field_flags {
    REQUIRED = 1 << 0, /* never null, text never blank */
    READONLY = 1 << 1, /* set by the server; refused in a body */
    SEARCH = 1 << 2,   /* in the full-text index */
    LIST = 1 << 3,     /* a column of the list unless people choose otherwise */
    DERIVED = 1 << 4,  /* computed from other rows: not in the log, made anew by rebuild */
    PERSONAL = 1 << 5, /* personal data */
    CUSTOM = 1 << 6,   /* added by the team at run time; lives in the JSON column `custom` */
    SYSTEM = 1 << 7,   /* id, version, created_at, updated_at: every kind has them */
};

/* What happens to a reference when the record it points at is deleted. */
enum on_delete { REF_CLEAR, REF_CASCADE, REF_REFUSE };

struct choice {
    const char *key, *label, *tone; /* tone: neutral planned today overdue won lost, or NULL */
};

struct kind;

struct field {
    const char *name, *label, *doc;
    enum field_type type;
    unsigned flags;
    int64_t max;     /* characters of text, or the largest number; 0 for the type's own limit */
    int64_t min;     /* the smallest number; looked at when max is set */
    int digits;      /* behind the point, of FT_DECIMAL */
    const char *ref; /* name of the kind an FT_REF or FT_REFS points at */
    enum on_delete on_delete;
    const char *currency;         /* name of the field with the currency of an FT_MONEY */
    const struct choice *choices; /* ended by a row without key */
    const char *preset;           /* value of a new record, as text */

    /* Filled in when the schema is built. */
    struct str key;  /* its name as a key of JSON: "title": with the quotes and the colon */
    int at;          /* index in the row */
    int currency_at; /* index of the currency field, -1 when there is none */
    const struct kind *ref_kind;
};

struct ftype {
    enum value_type storage;
    const char *sqlite, *postgres; /* column types */
    const char *openapi;           /* JSON schema of a value that is not null, an object's inside */
    const char *typescript;
    bool sums;    /* adding values up makes sense */
    bool is_text; /* compares and sorts without regard to case */

    /* From a JSON body. `digits` are those of the row's currency (money) or of the field (decimal). The value may point
     * into the JSON tree. Failures are field errors. */
    int (*read)(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                struct err *err);
    /* From text: a query argument, the log, a cell in canonical form. */
    int (*parse)(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret, struct err *err);
    void (*write)(struct json_out *o, const struct field *f, int digits, struct value v);
};

const struct ftype *ftype_of(enum field_type t);
const char *ftype_name(enum field_type t); /* "money" */
const struct ftype *field_ftype(const struct field *f);
bool ftype_find(struct str name, enum field_type *ret);

/* null is read and written here, so that types need not know it. */
int field_read(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
               struct err *err);
void field_write(struct json_out *o, const struct field *f, int digits, struct value v);

/* A raw JSON value of the log back into a value; the digits of money come from the text itself. False when it
 * is not of the field's type (then the log was damaged). */
bool field_from_log(const struct field *f, struct arena *a, struct str raw, struct value *ret);

const struct choice *field_choice(const struct field *f, struct str key);

#endif
