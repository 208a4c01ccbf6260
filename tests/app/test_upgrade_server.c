/* Older and newer databases on a server: under tests/engine/with-postgres. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "kinds.h"
#include "scratch.h"
#include "sqlgen.h"
#include "steps.h"

static char told[8192];

static void tell(const char *line)
{
    size_t n = strlen(told);

    snprintf(told + n, sizeof(told) - n, "%s\n", line);
}

struct place {
    char dir[64], url[ENGINE_URL];
    struct arena *arena;
    struct err err;
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof(*p));

    strcpy(p->dir, "/tmp/penstock-test-XXXXXX");
    if (!mkdtemp(p->dir))
        return -1;
    engine_new(p->url);
    p->arena = arena_new(1u << 30);
    told[0] = '\0';
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    char command[128];

    arena_free(p->arena);
    snprintf(command, sizeof(command), "rm -rf '%s'", p->dir);
    int r = system(command);
    free(p);
    return r;
}

static struct app_config config_of(struct place *p, const struct migrations *m)
{
    return (struct app_config){.data_dir = p->dir, .db_url = p->url, .upgrade = tell, .migrations = m};
}

static struct migrations own(struct place *p)
{
    struct schema *s = kinds_schema(p->arena);

    sqlgen_attach(s);
    return (struct migrations){.version = "0.1.0", .schema = s, .steps = app_migrations, .n = app_migrations_n};
}

static struct migrations newer(struct place *p, struct migration last)
{
    struct migrations m = own(p);
    struct migration *steps = NEW_ARRAY(p->arena, struct migration, (size_t)m.n + 1);

    memcpy(steps, m.steps, (size_t)m.n * sizeof(*steps));
    last.number = m.n + 1;
    steps[m.n] = last;
    return (struct migrations){.version = "0.2.0", .schema = m.schema, .steps = steps, .n = m.n + 1};
}

static int open_with(struct place *p, const struct migrations *m)
{
    struct app_config config = config_of(p, m);
    struct app *app;

    err_clear(&p->err);
    if (app_open(&app, &config, &p->err) < 0)
        return -1;
    app_close(app);
    return 0;
}

static void an_older_database_is_upgraded(void **state)
{
    struct place *p = *state;
    struct migrations now = own(p), m = newer(p, (struct migration){.name = "one more table", .script = make_table});
    struct app_config config = config_of(p, &m);

    assert_int_equal(open_with(p, &now), 0);
    assert_string_equal(told, "");
    assert_int_equal(app_upgrade(&config, true, &p->err), 0);
    assert_non_null(strstr(told, "rehearsed"));
    assert_int_equal(engine_sql(p->url, "SELECT count(*) FROM pg_tables WHERE tablename = 'extra'"), 0);
    if (open_with(p, &m) < 0)
        fail_msg("%s", p->err.msg);
    assert_non_null(strstr(told, "done in"));
    assert_int_equal(engine_sql(p->url, "SELECT count(*) FROM pg_tables WHERE tablename = 'extra'"), 1);
    told[0] = '\0';
    assert_int_equal(open_with(p, &m), 0);
    assert_string_equal(told, "");
    assert_int_equal(open_with(p, &now), -1);
    assert_non_null(strstr(p->err.msg, "A newer Penstock (0.2.0"));
}

static void steps_that_lose_something_are_refused(void **state)
{
    struct place *p = *state;
    static const struct {
        void (*script)(struct buf *b, enum dialect d);
        const char *words;
    } cases[] = {
        {nonsense, "(bad) failed"},
        {lose_stages, "stages: 8 rows before, 4 after"},
        {lose_a_change, "the log: "},
    };
    struct migrations now = own(p);

    assert_int_equal(open_with(p, &now), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct migrations m = newer(p, (struct migration){.name = "bad", .script = cases[i].script});
        told[0] = '\0';
        if (open_with(p, &m) == 0)
            fail_msg("step %zu was taken: %s", i, told);
        if (!strstr(told, cases[i].words) && !strstr(p->err.msg, cases[i].words))
            fail_msg("\"%s\" and \"%s\" do not say \"%s\"", p->err.msg, told, cases[i].words);
        assert_int_equal(engine_sql(p->url, "SELECT count(*) FROM stages"), 8);
        assert_int_equal(open_with(p, &now), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_older_database_is_upgraded, setup, teardown),
        cmocka_unit_test_setup_teardown(steps_that_lose_something_are_refused, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
