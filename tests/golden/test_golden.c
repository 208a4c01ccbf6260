/* What is generated from the descriptions, compared with files that are read when they change. BLESS=1 writes them anew
 * (tools/bless). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "kinds.h"
#include "openapi_kinds.h"
#include "schema_print.h"

static struct arena *arena;

static struct str read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct buf b;
    size_t n;

    buf_init(&b, 64u << 20);
    for (char *to; f && (to = buf_reserve(&b, 65536)) && (n = fread(to, 1, 65536, f)) > 0;)
        buf_advance(&b, n);
    if (f)
        fclose(f);
    struct str text = arena_str(arena, buf_view(&b));
    buf_clear(&b);
    return text;
}

static size_t first_difference(struct str x, struct str y)
{
    size_t line = 1;

    for (size_t i = 0; i < x.n && i < y.n; i++) {
        if (x.p[i] != y.p[i])
            return line;
        line += x.p[i] == '\n';
    }
    return line;
}

static void compare(const char *name, struct buf *got)
{
    const char *path = arena_printf(arena, GOLDEN_DIR "/%s", name).p;
    struct str want = read_file(path);

    assert_true(buf_ok(got));
    if (getenv("BLESS")) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        fwrite(got->p, 1, got->n, f);
        fclose(f);
    } else if (!str_eq(buf_view(got), want)) {
        fail_msg("%s differs from line %zu on; if that is meant, run tools/bless and read the diff", path,
                 first_difference(buf_view(got), want));
    }
    buf_clear(got);
}

static void tables_of_both_databases(void **state)
{
    (void)state;
    const struct schema *s = kinds_schema(arena);
    struct buf b;

    buf_init(&b, 64u << 20);
    schema_print_sql(&b, s, DIALECT_SQLITE);
    compare("schema.sqlite.sql.txt", &b);
    schema_print_sql(&b, s, DIALECT_POSTGRES);
    compare("schema.postgres.sql.txt", &b);
}

static void preset_rights(void **state)
{
    (void)state;
    struct buf b;

    buf_init(&b, 64u << 20);
    schema_print_acl(&b, kinds_schema(arena));
    compare("acl.txt", &b);
}

static void types_for_the_interface(void **state)
{
    (void)state;
    struct buf b;

    buf_init(&b, 64u << 20);
    typescript_write(&b, kinds_schema(arena));
    compare("types.ts.txt", &b);
}

/* A kind nobody has thought of: this array of facts is the one file, its place in `defs` the one word. */
static const struct field contract_fields[] = {
    {.name = "title",
     .label = "Title",
     .doc = "What people call it",
     .type = FT_TEXT,
     .flags = REQUIRED | SEARCH | LIST,
     .max = 200},
    {.name = "organisation_id",
     .label = "Organisation",
     .doc = "Who it is with",
     .type = FT_REF,
     .ref = "organisations",
     .flags = REQUIRED},
    {.name = "value", .label = "Value", .doc = "Worth over its term", .type = FT_MONEY, .currency = "currency"},
    {.name = "currency", .label = "Currency", .doc = "Currency of the value", .type = FT_CURRENCY, .flags = REQUIRED},
    {.name = "starts_on", .label = "Starts", .doc = "First day in force", .type = FT_DAY},
    {.name = "ends_on", .label = "Ends", .doc = "Last day in force", .type = FT_DAY},
    {.name = "owner_id", .label = "Owner", .doc = "Who looks after it", .type = FT_REF, .ref = "users"},
    {.name = "custom", .label = "Custom fields", .doc = "Fields the team has added", .type = FT_JSON},
};

static const struct kind_def kind_contract = {
    .name = "contracts",
    .one = "contract",
    .label = "Contract",
    .labels = "Contracts",
    .icon = "file",
    .doc = "What was agreed",
    .class = CLASS_RECORD,
    .fields = contract_fields,
    .nfields = COUNT(contract_fields),
    .title = "title",
    .owner = "owner_id",
    .indexes = (const char *const[]){"ends_on", NULL},
};

static void a_new_kind_is_one_file_and_one_word(void **state)
{
    (void)state;
    const struct kind_def **defs = NEW_ARRAY(arena, const struct kind_def *, all_kinds_n + 1);
    struct schema *s;
    struct json_out o;
    struct buf b;

    memcpy(defs, all_kinds, all_kinds_n * sizeof(*defs));
    defs[all_kinds_n] = &kind_contract;
    s = schema_build(arena, defs, all_kinds_n + 1);
    const struct kind *k = schema_must(s, "contracts");
    buf_init(&b, 64u << 20);
    schema_print_kind(&b, k, DIALECT_SQLITE);
    schema_print_kind(&b, k, DIALECT_POSTGRES);
    out_init(&o, &b);
    out_open(&o, '{');
    openapi_kind_schemas(&o, arena, k);
    out_close(&o, '}');
    buf_char(&b, '\n');
    compare("new-kind.txt", &b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_both_databases),
        cmocka_unit_test(preset_rights),
        cmocka_unit_test(types_for_the_interface),
        cmocka_unit_test(a_new_kind_is_one_file_and_one_word),
    };
    arena = arena_new(1u << 30);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
