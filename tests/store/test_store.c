#include <float.h>
#include <string.h>

#include "check.h"
#include "scratch.h"

static void must_open(struct scratch *s)
{
    if (store_open(&s->store, &(struct store_config){.url = s->path, .busy_ms = 2000}, &s->err) < 0)
        fail_msg("%s", s->err.msg);
}

static int run_script(struct txn *t, void *arg, struct err *err)
{
    return sql_script(t, arg, err);
}

static void must_script(struct scratch *s, const char *script)
{
    if (store_write(s->store, s->arena, run_script, (void *)(uintptr_t)script, &s->err) < 0)
        fail_msg("%s", s->err.msg);
}

static int set_up(void **state)
{
    if (scratch_set_up(state) < 0)
        return -1;
    must_open(*state);
    must_script(*state, "CREATE TABLE things(id INTEGER PRIMARY KEY AUTOINCREMENT, v, code TEXT, team_id INTEGER);"
                        "CREATE UNIQUE INDEX things_code ON things(code, team_id)");
    return 0;
}

static struct txn *must_read(struct scratch *s)
{
    struct txn *t = txn_read(s->store, s->arena, &s->err);

    if (!t)
        fail_msg("%s", s->err.msg);
    return t;
}

static int64_t count(struct scratch *s, const char *sql)
{
    struct value v;
    struct txn *t = must_read(s);

    assert_int_equal(sql_row(t, sql, NO_ARGS, &v, 1, &s->err), 1);
    txn_end(t);
    return v.i;
}

/* -- values ------------------------------------------------------------------------------------ */

struct one {
    struct value v;
    id id;
};

static int insert_one(struct txn *t, void *arg, struct err *err)
{
    struct one *o = arg;

    return sql_insert(t, "INSERT INTO things(v) VALUES($1)", ARGS(o->v), &o->id, err);
}

static void same_after_a_round_trip(struct scratch *s, struct value v)
{
    struct one o = {.v = v};
    struct value got[2];

    assert_int_equal(store_write(s->store, s->arena, insert_one, &o, &s->err), 0);
    assert_true(o.id > 0);
    struct txn *t = must_read(s);
    assert_int_equal(sql_row(t, "SELECT v, id FROM things WHERE id = $1", ARGS(value_int(o.id)), got, 2, &s->err), 1);
    assert_int_equal(got[0].type, v.type);
    assert_true(value_eq(got[0], v));
    assert_int_equal(got[1].i, o.id);
    struct rows *r = sql_query(t, "SELECT v FROM things WHERE v IS $1 AND id = $2", ARGS(v, value_int(o.id)), &s->err);
    assert_int_equal(rows_next(r, &s->err), 1);
    assert_true(value_eq(rows_col(r, 0), v));
    assert_true(value_eq(rows_col_peek(r, 0), v));
    assert_int_equal(rows_next(r, &s->err), 0);
    assert_int_equal(rows_next(r, &s->err), 0);
    txn_end(t);
}

static void values_come_back_as_they_went(void **state)
{
    struct scratch *s = *state;
    struct str big = {arena_alloc(s->arena, 1 << 20), 1 << 20};

    memset((char *)(uintptr_t)big.p, 'x', big.n);
    memcpy((char *)(uintptr_t)big.p + 5, "\0\xc3\xa9\0", 4);
    struct value all[] = {
        VALUE_NULL,
        value_int(0),
        value_int(-1),
        value_int(INT64_MAX),
        value_int(INT64_MIN),
        value_int(9007199254740993),
        value_real(0.5),
        value_real(5.0),
        value_real(-DBL_MAX),
        value_real(DBL_TRUE_MIN),
        value_text(S("")),
        value_text(S("plain")),
        value_text(S("Zoë's \"deal\"; DROP TABLE things; --")),
        value_text(S("a\0b\0")),
        value_text(S("\0")),
        value_text(S("12")),
        value_text(big),
    };
    for (size_t i = 0; i < COUNT(all); i++)
        same_after_a_round_trip(s, all[i]);
    assert_int_equal(count(s, "SELECT count(*) FROM things"), COUNT(all));
}

static void a_parameter_goes_by_its_number(void **state)
{
    struct scratch *s = *state;
    struct value v[4];
    struct txn *t = must_read(s);

    assert_int_equal(
        sql_row(t, "SELECT $3, $1, $2, $1", ARGS(value_int(1), value_text(S("two")), value_real(3.5)), v, 4, &s->err),
        1);
    assert_true(value_eq(v[0], value_real(3.5)));
    assert_true(value_eq(v[1], value_int(1)));
    assert_true(value_eq(v[2], value_text(S("two"))));
    assert_true(value_eq(v[3], value_int(1)));

    /* Twelve, so that $1 and $12 are not confused. */
    struct value many[12], back[2];
    for (int i = 0; i < 12; i++)
        many[i] = value_int(i + 1);
    assert_int_equal(
        sql_row(t, "SELECT $12, $1+$2+$3+$4+$5+$6+$7+$8+$9+$10+$11", (struct args){many, 12}, back, 2, &s->err), 1);
    assert_int_equal(back[0].i, 12);
    assert_int_equal(back[1].i, 66);
    txn_end(t);
}

static void wrong_arguments_are_refused(void **state)
{
    struct scratch *s = *state;
    struct value v;
    struct txn *t = must_read(s);

    assert_int_equal(sql_row(t, "SELECT $1", NO_ARGS, &v, 1, &s->err), -1);
    assert_int_equal(sql_row(t, "SELECT $1", ARGS(value_int(1), value_int(2)), &v, 1, &s->err), -1);
    assert_int_equal(sql_row(t, "SELECT $2", ARGS(value_int(1), value_int(2)), &v, 1, &s->err), -1);
    assert_int_equal(sql_row(t, "SELECT ?", ARGS(value_int(1)), &v, 1, &s->err), -1);
    assert_int_equal(sql_row(t, "SELECT 1; SELECT 2", NO_ARGS, &v, 1, &s->err), -1);
    assert_int_equal(sql_row(t, "", NO_ARGS, &v, 1, &s->err), -1);
    assert_int_equal(sql_row(t, "SELECT nothing FROM nowhere", NO_ARGS, &v, 1, &s->err), -1);
    assert_int_equal(s->err.code, ERR_INTERNAL);
    assert_int_equal(sql_row(t, "SELECT 1 ; ", NO_ARGS, &v, 1, &s->err), 1);
    txn_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_come_back_as_they_went, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(a_parameter_goes_by_its_number, set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(wrong_arguments_are_refused, set_up, scratch_tear_down),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
