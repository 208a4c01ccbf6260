#include "content.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"

static struct scratch s;

static int setup(void **state)
{
    (void)state;
    scratch_open(&s);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_close(&s);
    return 0;
}

static struct content keep(const void *bytes, size_t n)
{
    const char *path = arena_printf(s.arena, "%s/upload", s.dir).p;
    FILE *f = fopen(path, "w");
    struct content found = {0};

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
    if (content_keep(s.app, s.arena, path, &found, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    unlink(path);
    assert_int_equal(found.size, n);
    return found;
}

static void assert_content(const struct content *c, const void *bytes, size_t n)
{
    uint64_t size = 0;
    int fd = content_open(s.app, s.arena, c->sha256, &size, &s.err);
    char *got = malloc(n + 1);

    assert_true(fd >= 0);
    assert_int_equal(size, n);
    assert_int_equal(read(fd, got, n + 1), n);
    assert_memory_equal(got, bytes, n);
    close(fd);
    free(got);
}

static const unsigned char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\6\0\0\0\x1f\x15\xc4\x89"
                                   "\0\0\0\nIDATx\x9c\x63\0\1\0\0\5\0\1\r\n\x2d\xb4\0\0\0\0IEND\xae\x42\x60\x82";

/* Types are seen in the bytes; only harmless ones are ever shown. */
static void types_come_from_the_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *mime;
        bool shown;
    } cases[] = {
        {"<!DOCTYPE html><html><script>alert(1)</script></html>", "text/html", false},
        {"<html><body onload=alert(1)>", "text/html", false},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"></svg>", "image/svg+xml", false},
        {"<?xml version=\"1.0\"?><x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">alert(1)</x:script>", "text/xml",
         false},
        {"just a few words\n", "text/plain", true},
        {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "application/pdf", true},
        {"GIF89a\1\0\1\0", "image/gif", true},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct content c = keep(cases[i].bytes, strlen(cases[i].bytes));
        assert_str(c.mime, cases[i].mime);
        const struct content_view *view = content_view_of(c.mime);
        assert_int_equal(view != NULL, cases[i].shown);
        if (view)
            assert_non_null(strstr(view->csp, "default-src 'none'"));
    }
    assert_str(keep(png, sizeof(png) - 1).mime, "image/png");
    assert_null(content_view_of(S("application/xhtml+xml")));
    assert_null(content_view_of(S("image/svg+xml")));
    assert_null(content_view_of(STR_NULL));
}

static void the_same_is_kept_once(void **state)
{
    (void)state;
    struct content a = keep("same", 4), b = keep("same", 4), c = keep("other", 5);
    struct stat st;

    assert_true(str_eq(a.sha256, b.sha256) && !str_eq(a.sha256, c.sha256));
    assert_str(a.sha256, "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5");
    assert_int_equal(
        stat(arena_printf(s.arena, "%s/files/09/67115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5", s.dir)
                 .p,
             &st),
        0);
    assert_content(&a, "same", 4);
}

static void damaged_content_is_mended_by_the_next_upload(void **state)
{
    (void)state;
    struct content a = keep("precious", 8);
    const char *path = arena_printf(s.arena, "%s/files/" STR_FMT "/" STR_FMT, s.dir, STR_ARG(str_upto(a.sha256, 2)),
                                    STR_ARG(str_from(a.sha256, 2)))
                           .p;

    assert_int_equal(truncate(path, 3), 0);
    a = keep("precious", 8);
    assert_content(&a, "precious", 8);
}

static void empty_and_large(void **state)
{
    (void)state;
    size_t n = 20u << 20;
    char *big = calloc(1, n);
    struct content c = keep("", 0);

    assert_content(&c, "", 0);
    assert_null(content_view_of(c.mime));
    memset(big, 'x', n / 2);
    c = keep(big, n);
    assert_content(&c, big, n);
    free(big);
}

static void names_carry_no_tricks(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"offer.pdf", "offer.pdf"},
        {"../../etc/passwd", "passwd"},
        {"C:\\Windows\\System32\\cmd.exe", "cmd.exe"},
        {"..", "file"},
        {"/", "file"},
        {"", "file"},
        {" . ", "file"},
        {"a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"},
        {"\xe2\x80\xae"
         "gnp.exe",
         "gnp.exe"},
        {"Angebot f\xc3\xbcr M\xc3\xbcller.pdf", "Angebot f\xc3\xbcr M\xc3\xbcller.pdf"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_str(content_name(s.arena, str_of(cases[i][0])), cases[i][1]);
    assert_str(content_disposition(s.arena, S("M\xc3\xbcller \"1\";.pdf"), false),
               "attachment; filename=\"M_ller _1__.pdf\"; filename*=UTF-8''M%C3%BCller%20%221%22%3B.pdf");
    assert_str(content_disposition(s.arena, S("a.png"), true), "inline; filename=\"a.png\"; filename*=UTF-8''a.png");
    char *of = arena_alloc(s.arena, 1000);
    memset(of, 'n', 1000);
    assert_int_equal(content_name(s.arena, (struct str){of, 1000}).n, 255);
}

/* -- records ---------------------------------------------------------------------------------------------- */

struct record {
    const struct content *content;
    struct row *row;
};

static int record_write(struct txn *t, void *arg, struct err *err)
{
    struct record *r = arg;
    struct ctx c;

    if (ctx_write(&c, s.app, t, WHO_SYSTEM, "test", err) < 0)
        return -1;
    r->row = row_new(c.arena, s.app->files);
    return content_record(&c, r->row, r->content, S("a/b\\offer.txt"), err);
}

static struct row *record(const struct content *content)
{
    struct record r = {.content = content};

    if (store_write(s.app->store, s.arena, record_write, &r, &s.err) < 0)
        fail_msg("%s", s.err.msg);
    return r.row;
}

static int64_t sweep(void)
{
    struct txn *t = txn_read(s.app->store, s.arena, &s.err);
    int64_t removed = -1;

    assert_int_equal(content_sweep(s.app, t, &removed, &s.err), 0);
    txn_end(t);
    return removed;
}

static void make_old(const struct content *c)
{
    const char *path = arena_printf(s.arena, "%s/files/" STR_FMT "/" STR_FMT, s.dir, STR_ARG(str_upto(c->sha256, 2)),
                                    STR_ARG(str_from(c->sha256, 2)))
                           .p;
    struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void records_come_by_upload_only(void **state)
{
    (void)state;
    struct content c = keep("words", 5);
    struct row *row = record(&c);

    assert_str(row_value(row, "name").s, "offer.txt");
    assert_str(row_value(row, "mime").s, "text/plain");
    assert_null(scratch_create(&s, WHO_SYSTEM, "files", "{\"name\":\"x\"}"));
    assert_null(
        scratch_create(&s, WHO_SYSTEM, "files",
                       arena_printf(s.arena, "{\"name\":\"x\",\"sha256\":\"" STR_FMT "\"}", STR_ARG(c.sha256)).p));
    assert_null(scratch_update(&s, WHO_SYSTEM, "files", row_id(row), "{\"sha256\":\"00\"}"));
    row = scratch_update(&s, WHO_SYSTEM, "files", row_id(row), "{\"name\":\"../new.txt\"}");
    assert_str(row_value(row, "name").s, "new.txt");
}

static int64_t nmissing;

static void count_missing(void *ctx, id file)
{
    (void)ctx, (void)file;
    nmissing++;
}

static void sweeping_keeps_what_undo_needs(void **state)
{
    (void)state;
    struct content used = keep("used", 4), deleted = keep("deleted", 7), orphan = keep("orphan", 6),
                   fresh = keep("fresh", 5);
    record(&used);
    id gone = row_id(record(&deleted));
    struct txn *t;

    assert_true(scratch_delete(&s, WHO_SYSTEM, "files", gone));
    make_old(&used), make_old(&deleted), make_old(&orphan);
    assert_int_equal(sweep(), 1);
    assert_content(&used, "used", 4);
    assert_content(&deleted, "deleted", 7);
    assert_content(&fresh, "fresh", 5);
    uint64_t size;
    assert_int_equal(content_open(s.app, s.arena, orphan.sha256, &size, &s.err), -1);
    assert_int_equal(content_open(s.app, s.arena, S("../../../../etc/passwd"), &size, &s.err), -1);
    t = txn_read(s.app->store, s.arena, &s.err);
    nmissing = 0;
    assert_int_equal(content_check(s.app, t, count_missing, NULL, &s.err), 0);
    assert_int_equal(nmissing, 0);
    unlink(arena_printf(s.arena, "%s/files/" STR_FMT "/" STR_FMT, s.dir, STR_ARG(str_upto(used.sha256, 2)),
                        STR_ARG(str_from(used.sha256, 2)))
               .p);
    assert_int_equal(content_check(s.app, t, count_missing, NULL, &s.err), 0);
    assert_int_equal(nmissing, 1);
    txn_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        TEST(types_come_from_the_bytes),
        TEST(the_same_is_kept_once),
        TEST(damaged_content_is_mended_by_the_next_upload),
        TEST(empty_and_large),
        TEST(names_carry_no_tricks),
        TEST(records_come_by_upload_only),
        TEST(sweeping_keeps_what_undo_needs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
