#include "field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "json_in.h"
#include "json_scan.h"
#include "money.h"

static int wrong_type(const struct field *f, struct err *err, const char *wanted)
{
    return err_field(err, f->name, "type", "%s must be %s.", f->label, wanted);
}

/* -- text -------------------------------------------------------------------------------------- */

static int check_text(const struct field *f, struct str s, struct err *err)
{
    bool is_long = f->type == FT_LONGTEXT || f->type == FT_MARKDOWN;
    size_t max = f->max ? (size_t)f->max : is_long ? MAX_LONG_TEXT : MAX_TEXT;

    if (!utf8_valid(s))
        return err_field(err, f->name, "encoding", "%s is not valid UTF-8 text.", f->label);
    if (str_find(s, '\0') >= 0)
        return err_field(err, f->name, "character", "%s contains a NUL character; remove it.", f->label);
    if (utf8_count(s) > max)
        return err_field(err, f->name, "too_long", "%s has %zu characters; at most %zu fit.", f->label, utf8_count(s),
                         max);
    return 0;
}

static int parse_text(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                      struct err *err)
{
    (void)digits, (void)a;
    if (check_text(f, in, err) < 0)
        return -1;
    *ret = value_text(in.p ? in : S(""));
    return 0;
}

static int read_text(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                     struct err *err)
{
    if (!json_is_string(in))
        return wrong_type(f, err, "text");
    return field_ftype(f)->parse(f, digits, a, json_text(in), ret, err);
}

static void write_text(struct json_out *o, const struct field *f, int digits, struct value v)
{
    (void)f, (void)digits;
    out_str(o, v.s);
}

static int parse_email(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                       struct err *err)
{
    ptrdiff_t at = str_find(in, '@');

    if (parse_text(f, digits, a, in, ret, err) < 0)
        return -1;
    if (in.n && (at <= 0 || (size_t)at + 1 >= in.n || str_find(in, ' ') >= 0 ||
                 str_find(str_from(in, (size_t)at + 1), '@') >= 0))
        return err_field(err, f->name, "format", "%s must be an address like name@example.com.", f->label);
    return 0;
}

/* A link may only lead somewhere a browser opens harmlessly: never javascript: or data:. */
static int parse_url(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                     struct err *err)
{
    struct str scheme, rest;

    if (parse_text(f, digits, a, in, ret, err) < 0)
        return -1;
    if (str_cut(in, ':', &scheme, &rest) && !str_contains(scheme, S(".")) && !str_contains(scheme, S("/")) &&
        !str_eq_nocase(scheme, S("http")) && !str_eq_nocase(scheme, S("https")) &&
        !str_eq_nocase(scheme, S("mailto")) && !str_eq_nocase(scheme, S("tel")))
        return err_field(err, f->name, "format", "%s must be a web address like https://example.com.", f->label);
    return 0;
}

static int parse_currency(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                          struct err *err)
{
    (void)digits, (void)a;
    if (!currency_find(in))
        return err_field(err, f->name, "currency", "\"" STR_FMT "\" is not an ISO 4217 currency code like EUR.",
                         STR_ARG(str_upto(in, 12)));
    *ret = value_text(in);
    return 0;
}

static int parse_choice(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                        struct err *err)
{
    char keys[160] = "";

    (void)digits, (void)a;
    if (field_choice(f, in)) {
        *ret = value_text(in);
        return 0;
    }
    for (const struct choice *c = f->choices; c && c->key; c++)
        if (strlen(keys) + strlen(c->key) + 3 < sizeof(keys))
            strcat(strcat(keys, *keys ? ", " : ""), c->key);
    return err_field(err, f->name, "choice", "%s must be one of: %s.", f->label, keys);
}

/* -- numbers ----------------------------------------------------------------------------------- */

static int check_range(const struct field *f, int64_t v, int64_t most, int64_t least, struct err *err)
{
    if (v > most || v < least)
        return err_field(err, f->name, "range", "%s is out of range.", f->label);
    return 0;
}

static int parse_integer(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                         struct err *err)
{
    int64_t v;

    (void)digits, (void)a;
    if (!str_int(in, &v))
        return wrong_type(f, err, "a whole number");
    if (f->max && (v > f->max || v < f->min))
        return err_field(err, f->name, "range", "%s must be between %lld and %lld.", f->label, (long long)f->min,
                         (long long)f->max);
    *ret = value_int(v);
    return 0;
}

static int read_integer(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                        struct err *err)
{
    char text[24];

    if (!json_is_integer(in))
        return wrong_type(f, err, "a whole number");
    snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(in));
    return parse_integer(f, digits, a, str_of(text), ret, err);
}

static void write_integer(struct json_out *o, const struct field *f, int digits, struct value v)
{
    (void)f, (void)digits;
    out_int(o, v.i);
}

static int parse_decimal(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                         struct err *err)
{
    int64_t v;

    (void)a;
    if (!decimal_parse(in, digits, &v)) {
        int64_t scanned;
        if (decimal_parse(in, 18, &scanned) || decimal_parse(in, 12, &scanned))
            return err_field(err, f->name, "digits", "%s can have at most %d digits after the point.", f->label,
                             digits);
        return wrong_type(f, err, "a number");
    }
    int64_t most = f->type == FT_MONEY || !f->max ? MAX_MONEY_MINOR : f->max * decimal_pow10(digits);
    int64_t least = f->type == FT_MONEY || !f->max ? -MAX_MONEY_MINOR : f->min * decimal_pow10(digits);
    if (check_range(f, v, most, least, err) < 0)
        return -1;
    *ret = value_int(v);
    return 0;
}

/* Up to 15 significant digits a double gives back the decimal it was read from, and no amount allowed has more. */
static int read_decimal(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                        struct err *err)
{
    char text[40];

    if (!json_is_number(in))
        return wrong_type(f, err, "a number");
    if (json_is_integer(in))
        snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(in));
    else
        snprintf(text, sizeof(text), "%.15g", json_real_value(in));
    return parse_decimal(f, digits, a, str_of(text), ret, err);
}

static void write_decimal(struct json_out *o, const struct field *f, int digits, struct value v)
{
    (void)f;
    out_decimal(o, v.i, digits);
}

static int parse_boolean(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                         struct err *err)
{
    (void)digits, (void)a;
    if (!str_is(in, "true") && !str_is(in, "false"))
        return wrong_type(f, err, "true or false");
    *ret = value_int(str_is(in, "true"));
    return 0;
}

static int read_boolean(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                        struct err *err)
{
    (void)digits, (void)a;
    if (!json_is_boolean(in))
        return wrong_type(f, err, "true or false");
    *ret = value_int(json_is_true(in));
    return 0;
}

static void write_boolean(struct json_out *o, const struct field *f, int digits, struct value v)
{
    (void)f, (void)digits;
    out_bool(o, v.i != 0);
}

/* -- time -------------------------------------------------------------------------------------- */

static int parse_day(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                     struct err *err)
{
    struct day d;

    (void)digits, (void)a;
    if (!day_parse(in, &d))
        return err_field(err, f->name, "format", "%s must be a date like 2026-03-01.", f->label);
    *ret = value_int(d.n);
    return 0;
}

static void write_day(struct json_out *o, const struct field *f, int digits, struct value v)
{
    (void)f, (void)digits;
    out_day(o, (struct day){(int32_t)v.i});
}

/* A bare day means its first instant in UTC. */
static int parse_instant(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                         struct err *err)
{
    struct day d;
    msec t;

    (void)digits, (void)a;
    if (day_parse(in, &d))
        t = d.n * DAY_MS;
    else if (!msec_parse(in, &t))
        return err_field(err, f->name, "format", "%s must be a date and time like 2026-03-01T09:30:00Z.", f->label);
    *ret = value_int(t);
    return 0;
}

static void write_instant(struct json_out *o, const struct field *f, int digits, struct value v)
{
    (void)f, (void)digits;
    out_msec(o, v.i);
}

/* -- references and lists ----------------------------------------------------------------------- */

static int parse_ref(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                     struct err *err)
{
    int64_t v;

    (void)digits, (void)a;
    if (!str_int(in, &v) || v < 1)
        return wrong_type(f, err, "the id of a record");
    *ret = value_int(v);
    return 0;
}

static int read_ref(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                    struct err *err)
{
    (void)digits, (void)a;
    if (!json_is_integer(in) || json_integer_value(in) < 1)
        return wrong_type(f, err, "the id of a record");
    *ret = value_int(json_integer_value(in));
    return 0;
}

static int by_element(const void *x, const void *y)
{
    const json_t *a = *(const json_t *const *)x, *b = *(const json_t *const *)y;

    if (json_is_integer(a) && json_is_integer(b))
        return (json_integer_value(a) > json_integer_value(b)) - (json_integer_value(a) < json_integer_value(b));
    return str_cmp(json_text(a), json_text(b));
}

static bool element_fits(const struct field *f, const json_t *e)
{
    if (f->type == FT_REFS)
        return json_is_integer(e) && json_integer_value(e) > 0;
    return json_is_string(e) && field_choice(f, json_text(e));
}

/* A list of references or choices is kept as a JSON array, sorted, each element once: equal sets are equal text. */
static int read_list(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                     struct err *err)
{
    size_t n = json_array_size(in);
    struct buf b;
    struct json_out o;

    (void)digits;
    if (!json_is_array(in) || n > 200)
        return wrong_type(f, err, f->type == FT_REFS ? "a list of at most 200 ids" : "a list of at most 200 choices");
    const json_t **sorted = NEW_ARRAY(a, const json_t *, n + 1);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = json_array_get(in, i);
        if (!element_fits(f, sorted[i]))
            return wrong_type(f, err, f->type == FT_REFS ? "a list of ids" : "a list of its choices");
    }
    qsort(sorted, n, sizeof(*sorted), by_element);
    buf_init(&b, MAX_JSON_BODY);
    out_init(&o, &b);
    out_open(&o, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && by_element(&sorted[i - 1], &sorted[i]) == 0)
            continue;
        if (f->type == FT_REFS)
            out_int(&o, json_integer_value(sorted[i]));
        else
            out_str(&o, json_text(sorted[i]));
    }
    out_close(&o, ']');
    struct str list = buf_keep(&b, a);
    *ret = n ? value_text(list) : VALUE_NULL;
    return 0;
}

static int parse_list(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                      struct err *err)
{
    json_t *j;

    if (json_read(a, in, &j, err) < 0)
        return wrong_type(f, err, "a list");
    return read_list(f, digits, a, j, ret, err);
}

static int read_json(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret,
                     struct err *err)
{
    (void)digits;
    if (!json_is_object(in))
        return wrong_type(f, err, "an object");
    size_t n = json_dumpb(in, NULL, 0, JSON_COMPACT | JSON_SORT_KEYS);
    char *p = arena_alloc(a, n + 1);
    json_dumpb(in, p, n, JSON_COMPACT | JSON_SORT_KEYS);
    *ret = value_text((struct str){p, n});
    return 0;
}

static int parse_json(const struct field *f, int digits, struct arena *a, struct str in, struct value *ret,
                      struct err *err)
{
    json_t *j;

    if (json_read(a, in, &j, err) < 0)
        return wrong_type(f, err, "an object");
    return read_json(f, digits, a, j, ret, err);
}

static void write_raw(struct json_out *o, const struct field *f, int digits, struct value v)
{
    (void)f, (void)digits;
    out_raw(o, v.s);
}

/* -- the table --------------------------------------------------------------------------------- */

#define TEXT_TYPE(openapi_, parse_)                                                                                    \
    .storage = V_TEXT, .sqlite = "TEXT", .postgres = "text COLLATE \"C\"", .openapi = openapi_,                        \
    .typescript = "string", .is_text = true, .read = read_text, .parse = parse_, .write = write_text

static const struct ftype types[FT__N] = {
    [FT_TEXT] = {TEXT_TYPE("\"type\":\"string\"", parse_text)},
    [FT_LONGTEXT] = {TEXT_TYPE("\"type\":\"string\"", parse_text)},
    [FT_MARKDOWN] = {TEXT_TYPE("\"type\":\"string\",\"contentMediaType\":\"text/markdown\"", parse_text)},
    [FT_EMAIL] = {TEXT_TYPE("\"type\":\"string\"", parse_email)},
    [FT_PHONE] = {TEXT_TYPE("\"type\":\"string\"", parse_text)},
    [FT_URL] = {TEXT_TYPE("\"type\":\"string\"", parse_url)},
    [FT_CURRENCY] = {TEXT_TYPE("\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"", parse_currency)},
    [FT_CHOICE] = {TEXT_TYPE("\"type\":\"string\"", parse_choice)},
    [FT_INTEGER] = {.storage = V_INT,
                    .sqlite = "INTEGER",
                    .postgres = "bigint",
                    .openapi = "\"type\":\"integer\"",
                    .typescript = "number",
                    .sums = true,
                    .read = read_integer,
                    .parse = parse_integer,
                    .write = write_integer},
    [FT_DECIMAL] = {.storage = V_INT,
                    .sqlite = "INTEGER",
                    .postgres = "bigint",
                    .openapi = "\"type\":\"number\"",
                    .typescript = "number",
                    .sums = true,
                    .read = read_decimal,
                    .parse = parse_decimal,
                    .write = write_decimal},
    [FT_MONEY] = {.storage = V_INT,
                  .sqlite = "INTEGER",
                  .postgres = "bigint",
                  .openapi = "\"type\":\"number\"",
                  .typescript = "number",
                  .sums = true,
                  .read = read_decimal,
                  .parse = parse_decimal,
                  .write = write_decimal},
    [FT_DAY] = {.storage = V_INT,
                .sqlite = "INTEGER",
                .postgres = "bigint",
                .openapi = "\"type\":\"string\",\"format\":\"date\"",
                .typescript = "string",
                .read = read_text,
                .parse = parse_day,
                .write = write_day},
    [FT_INSTANT] = {.storage = V_INT,
                    .sqlite = "INTEGER",
                    .postgres = "bigint",
                    .openapi = "\"type\":\"string\",\"format\":\"date-time\"",
                    .typescript = "string",
                    .read = read_text,
                    .parse = parse_instant,
                    .write = write_instant},
    [FT_BOOLEAN] = {.storage = V_INT,
                    .sqlite = "INTEGER",
                    .postgres = "bigint",
                    .openapi = "\"type\":\"boolean\"",
                    .typescript = "boolean",
                    .read = read_boolean,
                    .parse = parse_boolean,
                    .write = write_boolean},
    [FT_CHOICES] = {.storage = V_TEXT,
                    .sqlite = "TEXT",
                    .postgres = "text COLLATE \"C\"",
                    .openapi = "\"type\":\"array\",\"items\":{\"type\":\"string\"}",
                    .typescript = "string[]",
                    .read = read_list,
                    .parse = parse_list,
                    .write = write_raw},
    [FT_REF] = {.storage = V_INT,
                .sqlite = "INTEGER",
                .postgres = "bigint",
                .openapi = "\"type\":\"integer\"",
                .typescript = "number",
                .read = read_ref,
                .parse = parse_ref,
                .write = write_integer},
    [FT_REFS] = {.storage = V_TEXT,
                 .sqlite = "TEXT",
                 .postgres = "text COLLATE \"C\"",
                 .openapi = "\"type\":\"array\",\"items\":{\"type\":\"integer\"}",
                 .typescript = "number[]",
                 .read = read_list,
                 .parse = parse_list,
                 .write = write_raw},
    [FT_JSON] = {.storage = V_TEXT,
                 .sqlite = "TEXT",
                 .postgres = "text COLLATE \"C\"",
                 .openapi = "\"type\":\"object\"",
                 .typescript = "Record<string, unknown>",
                 .read = read_json,
                 .parse = parse_json,
                 .write = write_raw},
};

#define FIELD_TYPE_AS_NAME(name, text) [name] = text,
static const char *const type_names[] = {FIELD_TYPES(FIELD_TYPE_AS_NAME)};

const struct ftype *ftype_of(enum field_type t)
{
    return &types[t];
}

const char *ftype_name(enum field_type t)
{
    return type_names[t];
}

const struct ftype *field_ftype(const struct field *f)
{
    return &types[f->type];
}

bool ftype_find(struct str name, enum field_type *ret)
{
    for (int i = 0; i < FT__N; i++) {
        if (str_is(name, type_names[i])) {
            *ret = (enum field_type)i;
            return true;
        }
    }
    return false;
}

int field_read(const struct field *f, int digits, struct arena *a, const json_t *in, struct value *ret, struct err *err)
{
    if (json_is_null(in)) {
        *ret = VALUE_NULL;
        return 0;
    }
    return types[f->type].read(f, digits, a, in, ret, err);
}

void field_write(struct json_out *o, const struct field *f, int digits, struct value v)
{
    if (value_is_null(v))
        out_null(o);
    else
        types[f->type].write(o, f, digits, v);
}

bool field_from_log(const struct field *f, struct arena *a, struct str raw, struct value *ret)
{
    struct err ignored = {0};
    int digits;

    if (json_raw_is_null(raw)) {
        *ret = VALUE_NULL;
        return true;
    }
    if (f->type == FT_MONEY || f->type == FT_DECIMAL) {
        *ret = value_int(0);
        return decimal_scan(raw, &ret->i, &digits);
    }
    if (types[f->type].write == write_raw) {
        *ret = value_text(raw);
        return true;
    }
    if (types[f->type].is_text) {
        *ret = value_text(json_raw_text(a, raw));
        return json_raw_is_string(raw);
    }
    return types[f->type].parse(f, 0, a, json_raw_is_string(raw) ? json_raw_text(a, raw) : raw, ret, &ignored) == 0;
}

const struct choice *field_choice(const struct field *f, struct str key)
{
    for (const struct choice *c = f->choices; c && c->key; c++)
        if (str_is(key, c->key))
            return c;
    return NULL;
}
