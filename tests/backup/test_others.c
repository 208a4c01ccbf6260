/* Backups of other programs: of newer ones, of older ones, and of those that mean no good. */
#include "installation.h"

/* Writes `to` as `from` with each frame's payload changed by `change`; what it drops is left out. */
typedef bool change_fn(struct frame *f, struct str table, struct arena *a);

static void rewrite(const char *from, const char *to, change_fn *change)
{
    int in = open(in_dir(0, from), O_RDONLY), out = open(in_dir(1, to), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    struct arena *a = arena_new(1u << 28);
    struct frame_reader *r;
    struct frame_writer *w;
    struct str table = S("");
    struct frame f;

    assert_int_equal(frame_reader_new(&r, in, NULL, &s.err), 0);
    assert_int_equal(frame_writer_new(&w, out, NULL, &s.err), 0);
    while (frame_read(r, &f, &s.err) == 1) {
        if (f.type == FRAME_TABLE) {
            struct table_head head;
            assert_int_equal(table_head_read(a, arena_str(a, f.payload), &head, &s.err), 0);
            table = head.name;
        }
        if (change(&f, table, a))
            assert_int_equal(frame_write(w, f.type, f.payload, &s.err), 0);
    }
    frame_reader_free(r);
    frame_writer_free(w);
    close(in);
    close(out);
    arena_free(a);
}

static struct str replace(struct arena *a, struct str in, const char *what, const char *by)
{
    struct str rest = in;

    while (rest.n && !str_starts(rest, str_of(what)))
        rest = str_from(rest, 1);
    assert_true(rest.n > 0);
    struct str tail = str_from(rest, strlen(what));
    struct buf b;
    buf_init(&b, 1u << 24);
    buf_add(&b, in.p, in.n - rest.n);
    buf_z(&b, by);
    buf_str(&b, tail);
    struct str made_of_it = arena_str(a, buf_view(&b));
    buf_clear(&b);
    return made_of_it;
}

static bool of_the_future(struct frame *f, struct str table, struct arena *a)
{
    (void)table;
    if (f->type == FRAME_HEAD)
        f->payload = replace(a, f->payload, "\"schema\":", "\"schema\":9");
    return true;
}

static bool with_a_strange_column(struct frame *f, struct str table, struct arena *a)
{
    if (f->type == FRAME_TABLE && str_is(table, "deals"))
        f->payload = replace(a, f->payload, "\"title\"", "\"colour\"");
    return true;
}

static bool with_a_strange_table(struct frame *f, struct str table, struct arena *a)
{
    (void)table;
    if (f->type == FRAME_TABLE && str_is(table, "credentials"))
        f->payload = replace(a, f->payload, "\"credentials\"", "\"sqlite_master\"");
    return true;
}

static bool with_a_statement_for_a_name(struct frame *f, struct str table, struct arena *a)
{
    if (f->type == FRAME_TABLE && str_is(table, "deals"))
        f->payload = replace(a, f->payload, "\"title\"", "\"title) VALUES (1); --\"");
    return true;
}

static bool without_a_table(struct frame *f, struct str table, struct arena *a)
{
    (void)a;
    return !(str_is(table, "stages") && f->type >= FRAME_TABLE && f->type <= FRAME_ROWS_END);
}

static bool with_other_rows(struct frame *f, struct str table, struct arena *a)
{
    if (f->type == FRAME_ROWS && str_is(table, "stages"))
        f->payload = replace(a, f->payload, "Negotiation", "Negociation");
    return true;
}

static bool with_a_path_for_a_digest(struct frame *f, struct str table, struct arena *a)
{
    (void)table;
    if (f->type == FRAME_CONTENT)
        f->payload =
            S("{\"sha256\":\"../../../../../../../../../tmp/penstock-escaped-from-its-folder-oh\",\"size\":8}");
    (void)a;
    return true;
}

static void backups_of_other_programs(void **state)
{
    static const struct {
        change_fn *change;
        const char *word;
    } cases[] = {
        {of_the_future, "newer Penstock"},
        {with_a_strange_column, "column \"colour\""},
        {with_a_strange_table, "table \"sqlite_master\""},
        {with_a_statement_for_a_name, "damaged"},
        {without_a_table, "a table is missing"},
        {with_other_rows, "the rows of stages differ"},
        {with_a_path_for_a_digest, "damaged"},
    };

    (void)state;
    keep_file("a letter");
    must(back_up("one.penstock", NULL));
    for (size_t i = 0; i < COUNT(cases); i++) {
        rewrite("one.penstock", "other.penstock", cases[i].change);
        refused(restore("other.penstock", NULL, "copy", NULL), cases[i].word);
        assert_int_equal(files_in(in_dir(0, "copy"), "penstock"), 0);
    }
}

/* The columns of a kind as an older program had them, which knew no `location`. */
static int location_at(struct str payload, struct arena *a)
{
    struct table_head head;

    assert_int_equal(table_head_read(a, arena_str(a, payload), &head, &s.err), 0);
    for (int i = 0; i < head.n; i++)
        if (strcmp(head.columns[i].name, "location") == 0)
            return i;
    return -1;
}

static char digest_before[DIGEST_TEXT + 1], digest_after[DIGEST_TEXT + 1];

static bool of_an_older_program(struct frame *f, struct str table, struct arena *a)
{
    static struct table_head head;
    static int at;
    static struct digest digest;
    struct value v[MAX_COLUMNS];

    if (f->type == FRAME_END)
        f->payload = replace(a, f->payload, digest_before, digest_after);
    if (!str_is(table, "activities"))
        return true;
    if (f->type == FRAME_TABLE) {
        at = location_at(f->payload, a);
        assert_true(at > 0);
        assert_int_equal(table_head_read(a, arena_str(a, f->payload), &head, &s.err), 0);
        f->payload = replace(a, f->payload, "{\"name\":\"location\"},", "");
        digest_init(&digest);
    } else if (f->type == FRAME_ROWS) {
        struct digest whole;
        struct buf b;
        struct column columns[MAX_COLUMNS];
        digest_init(&whole);
        buf_init(&b, 1u << 24);
        memcpy(columns, head.columns, (size_t)head.n * sizeof(columns[0]));
        memmove(columns + at, columns + at + 1, (size_t)(head.n - at - 1) * sizeof(columns[0]));
        while (f->payload.n) {
            assert_true(rowcode_take(&f->payload, v, head.n));
            digest_add(&whole, head.columns, v, head.n);
            memmove(v + at, v + at + 1, (size_t)(head.n - at - 1) * sizeof(v[0]));
            digest_add(&digest, columns, v, head.n - 1);
            rowcode_put(&b, v, head.n - 1);
        }
        digest_text(&whole, digest_before);
        digest_text(&digest, digest_after);
        f->payload = arena_str(a, buf_view(&b));
        buf_clear(&b);
        digest_clear(&whole);
        digest_clear(&digest);
    }
    return true;
}

static void an_older_backup_is_brought_up_to_date(void **state)
{
    struct print then, now;

    (void)state;
    assert_non_null(scratch_create(&s, WHO_SYSTEM, "activities", "{\"subject\":\"Call\",\"type\":\"call\"}"));
    take_print(s.app, false, &then);
    must(back_up("one.penstock", NULL));
    rewrite("one.penstock", "old.penstock", of_an_older_program);
    must(restore("old.penstock", NULL, "copy", NULL));
    struct app *copy = open_restored("copy");
    take_print(copy, false, &now);
    assert_int_equal(now.n, then.n);
    struct scratch other = s;
    other.app = copy;
    assert_non_null(scratch_create(&other, WHO_SYSTEM, "activities", "{\"subject\":\"Visit\",\"location\":\"Ulm\"}"));
    app_close(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        TEST(backups_of_other_programs),
        TEST(an_older_backup_is_brought_up_to_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
