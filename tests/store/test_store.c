#include <float.h>
#include <string.h>

#include "scratch.h"

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

static int insert_code(struct txn *t, void *arg, struct err *err)
{
    return sql_insert(t, "INSERT INTO things(code, team_id) VALUES($1, $2)",
                      ARGS(value_text(str_of(arg)), value_int(strlen(arg) > 3)), NULL, err);
}

static void a_broken_unique_rule_names_the_fields(void **state)
{
    struct scratch *s = *state;

    assert_int_equal(store_write(s->store, s->arena, insert_code, (char[]){"long"}, &s->err), 0);
    assert_int_equal(store_write(s->store, s->arena, insert_code, (char[]){"long"}, &s->err), -1);
    assert_int_equal(s->err.code, ERR_CONFLICT);
    assert_string_equal(s->err.msg, "Another record has the same code and team id.");
    assert_int_equal(s->err.nfields, 2);
    assert_string_equal(s->err.fields[1].field, "team_id");
    assert_string_equal(s->err.fields[1].code, "taken");
    must_script(s, "CREATE UNIQUE INDEX things_lower ON things(lower(code))");
    assert_int_equal(store_write(s->store, s->arena, insert_code, (char[]){"LONG"}, &s->err), -1);
    assert_int_equal(s->err.code, ERR_CONFLICT);
    assert_string_equal(s->err.msg, "Another record has the same values.");
    assert_int_equal(count(s, "SELECT count(*) FROM things"), 1);
}

struct counted {
    int64_t changed[4];
    id id;
};

static int count_changes(struct txn *t, void *arg, struct err *err)
{
    struct counted *c = arg;

    if (sql_insert(t, "INSERT INTO things(code) VALUES('a'), ('b'), ('c')", NO_ARGS, &c->id, err) < 0 ||
        sql_run(t, "UPDATE things SET v = 1 WHERE code < $1", ARGS(value_text(S("c"))), &c->changed[0], err) < 0 ||
        sql_run(t, "DELETE FROM things WHERE code = 'z'", NO_ARGS, &c->changed[1], err) < 0 ||
        sql_run(t, "SELECT * FROM things", NO_ARGS, &c->changed[2], err) < 0 ||
        sql_run(t, "UPDATE things SET v = 2 RETURNING id", NO_ARGS, &c->changed[3], err) < 0)
        return -1;
    if (c->id != 3)
        return err_set(err, ERR_INTERNAL, "id %lld", (long long)c->id);
    return sql_insert(t, "INSERT INTO things(id) VALUES(1) ON CONFLICT DO NOTHING", NO_ARGS, &c->id, err);
}

static void changes_are_counted(void **state)
{
    struct scratch *s = *state;
    struct counted c = {.id = -1};

    assert_int_equal(store_write(s->store, s->arena, count_changes, &c, &s->err), 0);
    assert_int_equal(c.changed[0], 2);
    assert_int_equal(c.changed[1], 0);
    assert_int_equal(c.changed[2], 0);
    assert_int_equal(c.changed[3], 3);
    assert_int_equal(c.id, 0);
}

static void readers_cannot_write(void **state)
{
    struct scratch *s = *state;
    struct txn *t = must_read(s);

    assert_int_equal(sql_run(t, "INSERT INTO things(v) VALUES(1)", NO_ARGS, NULL, &s->err), -1);
    assert_int_equal(s->err.code, ERR_STORAGE);
    assert_int_equal(int_of(s, t, "SELECT count(*) FROM things"), 0);
    txn_end(t);
}

static void a_reader_sees_one_state(void **state)
{
    struct scratch *s = *state;
    struct txn *old = must_read(s);

    assert_int_equal(int_of(s, old, "SELECT count(*) FROM things"), 0);
    must_script(s, "INSERT INTO things(v) VALUES(1)");
    struct txn *new = must_read(s); /* a second one on the same thread */
    assert_int_equal(int_of(s, old, "SELECT count(*) FROM things"), 0);
    assert_int_equal(int_of(s, new, "SELECT count(*) FROM things"), 1);
    txn_end(old);
    txn_end(old);
    assert_int_equal(int_of(s, new, "SELECT count(*) FROM things"), 1);
    txn_end(new);
    txn_end(NULL);
}

#define NUMBERS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n"

static int nest(struct txn *t, int depth, struct err *err)
{
    struct rows *r = sql_query(t, NUMBERS, NO_ARGS, err);
    int n, sum = 0;

    while ((n = rows_next(r, err)) > 0)
        sum += (int)rows_col(r, 0).i + (depth ? nest(t, depth - 1, err) : 0);
    return n < 0 ? -1000000 : sum;
}

static void a_query_may_run_inside_itself(void **state)
{
    struct scratch *s = *state;
    struct txn *t = must_read(s);

    for (int again = 0; again < 3; again++)
        assert_int_equal(nest(t, 3, &s->err), 6 + 3 * (6 + 3 * (6 + 3 * 6)));
    txn_end(t);
}

static void more_statements_than_are_kept(void **state)
{
    struct scratch *s = *state;
    struct txn *t = must_read(s);
    struct rows *open[300];

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 1000; i++)
            assert_int_equal(int_of(s, t, arena_printf(s->arena, "SELECT %d", i).p), i);
        for (size_t i = 0; i < COUNT(open); i++) {
            open[i] = sql_query(t, "SELECT $1", ARGS(value_int((int64_t)i)), &s->err);
            assert_int_equal(rows_next(open[i], &s->err), 1);
        }
        for (size_t i = 0; i < COUNT(open); i++)
            assert_int_equal(rows_col(open[i], 0).i, i);
        for (size_t i = 0; i < COUNT(open); i += 2)
            rows_close(open[i]);
    }
    txn_end(t);
}

static void rows_end_with_their_transaction(void **state)
{
    struct scratch *s = *state;
    struct txn *t = must_read(s);
    struct rows *r = sql_query(t, NUMBERS, NO_ARGS, &s->err);

    assert_int_equal(rows_next(r, &s->err), 1);
    txn_end(t);
    assert_int_equal(rows_next(r, &s->err), -1);
    rows_close(r);
    assert_int_equal(rows_next(NULL, &s->err), -1);
    rows_close(NULL);
    assert_null(sql_query(t, NUMBERS, NO_ARGS, &s->err));
    assert_int_equal(s->err.code, ERR_INTERNAL);
}

static void text_of_arguments_need_not_stay(void **state)
{
    struct scratch *s = *state;
    struct txn *t = must_read(s);
    char *text = strdup("gone");
    struct rows *r = sql_query(t, "SELECT $1", ARGS(value_text(str_of(text))), &s->err);

    memset(text, '-', 4);
    free(text);
    assert_int_equal(rows_next(r, &s->err), 1);
    assert_str(rows_col(r, 0).s, "gone");
    txn_end(t);
}

/* -- connections ------------------------------------------------------------------------------- */

#define A_LINE "a line of a hundred characters, so that a table of many such lines takes more room than a savepoint may"

/* More than SQLite writes of a savepoint at once. */
static void a_write_may_change_a_lot(void **state)
{
    struct scratch *s = *state;

    must_script(s, "CREATE TABLE big (id BIGINT PRIMARY KEY, body TEXT NOT NULL)");
    must_script(s,
                "WITH RECURSIVE n (i, body) AS (SELECT 1, '" A_LINE "' UNION ALL SELECT i + 1, body FROM n WHERE i < "
                "100000) INSERT INTO big SELECT i, body || body FROM n");
    must_script(s, "UPDATE big SET body = body || 'and more'");
}

static void thirty_two_readers_and_no_more(void **state)
{
    struct scratch *s = *state;
    struct txn *all[32];

    for (int i = 0; i < 32; i++)
        all[i] = must_read(s);
    assert_null(txn_read(s->store, s->arena, &s->err));
    assert_int_equal(s->err.code, ERR_BUSY);
    txn_end(all[7]);
    all[7] = must_read(s);
    for (int i = 0; i < 32; i++)
        assert_int_equal(int_of(s, all[i], "SELECT 7"), 7);
    /* The rest is ended by the arena. */
}

struct jumper {
    struct scratch *s;
    struct arena *a;
    bool came_back;
};

static int read_too_much(void *arg)
{
    struct jumper *j = arg;
    struct txn *t = txn_read(j->s->store, j->a, &j->s->err);
    struct rows *r =
        sql_query(t, "SELECT zeroblob(100000) FROM (" NUMBERS "), (" NUMBERS "), (" NUMBERS ")", NO_ARGS, &j->s->err);

    while (rows_next(r, &j->s->err) > 0)
        rows_col(r, 0);
    j->came_back = true;
    txn_end(t);
    return 0;
}

#define ENDLESS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

static void reading_too_long_is_stopped(void **state)
{
    struct scratch *s = *state;
    struct txn *t = must_read(s);
    struct value v;

    txn_limit(t, 20);
    assert_int_equal(sql_row(t, ENDLESS, NO_ARGS, &v, 1, &s->err), -1);
    assert_int_equal(s->err.code, ERR_BUSY);
    assert_int_equal(int_of(s, t, "SELECT 7"), 7); /* the transaction goes on */
    txn_end(t);
    t = must_read(s); /* on the same connection, without the limit */
    assert_int_equal(int_of(s, t,
                            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
                            "SELECT count(*) FROM n"),
                     300000);
    txn_end(t);
}

static void a_jump_out_of_a_read_leaves_nothing_open(void **state)
{
    struct scratch *s = *state;

    for (int i = 0; i < 100; i++) { /* many more than there are connections */
        struct jumper j = {.s = s, .a = arena_new(1 << 20)};
        assert_int_equal(arena_try(read_too_much, &j), ARENA_OOM);
        assert_false(j.came_back);
        arena_free(j.a);
    }
    must_script(s, "DROP TABLE things"); /* nobody holds it */
}

static void a_trace_shows_statements_with_their_time(void **state)
{
    struct scratch *s = *state;
    char text[4096] = "";
    struct store_config config = scratch_config(s);

    must_close(s);
    config.trace = true;
    FILE *out = tmpfile();
    fflush(stderr);
    int was = dup(STDERR_FILENO);
    dup2(fileno(out), STDERR_FILENO);
    int opened = store_open(&s->store, &config, &s->err);
    if (opened == 0)
        count(s, "SELECT\n    count(*)\nFROM things");
    dup2(was, STDERR_FILENO);
    close(was);
    assert_int_equal(opened, 0);
    assert_true(pread(fileno(out), text, sizeof(text) - 1, 0) > 0);
    fclose(out);
    assert_non_null(strstr(text, "sql us="));
    assert_non_null(strstr(text, "rows=1 sql=\"SELECT count(*) FROM things\"\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(values_come_back_as_they_went),
        IN_SCRATCH(a_parameter_goes_by_its_number),
        IN_SCRATCH(wrong_arguments_are_refused),
        IN_SCRATCH(a_broken_unique_rule_names_the_fields),
        IN_SCRATCH(changes_are_counted),
        IN_SCRATCH(readers_cannot_write),
        IN_SCRATCH(a_reader_sees_one_state),
        IN_SCRATCH(a_query_may_run_inside_itself),
        IN_SCRATCH(more_statements_than_are_kept),
        IN_SCRATCH(rows_end_with_their_transaction),
        IN_SCRATCH(text_of_arguments_need_not_stay),
        IN_SCRATCH(a_write_may_change_a_lot),
        IN_SCRATCH(thirty_two_readers_and_no_more),
        IN_SCRATCH(reading_too_long_is_stopped),
        IN_SCRATCH(a_jump_out_of_a_read_leaves_nothing_open),
        IN_SCRATCH(a_trace_shows_statements_with_their_time),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
