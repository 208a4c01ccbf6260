#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"
#include "check.h"
#include "form.h"

static char dir[] = "/tmp/penstock-form-XXXXXX";

static int setup(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(dir); /* only works when every file is gone */
}

struct read_form {
    struct arena *arena;
    struct http_part *parts;
    size_t n;
    struct err err;
};

/* Feeds the text in pieces of `step` bytes. */
static int form_read(struct read_form *f, const char *type, struct str text, size_t step, uint64_t most)
{
    struct form *form;

    memset(f, 0, sizeof(*f));
    f->arena = arena_new(MAX_ARENA);
    if (form_new(&form, f->arena, str_of(type), dir, most, &f->err) < 0)
        return -1;
    for (; text.n; text = str_from(text, step))
        if (form_feed(form, str_upto(text, step), &f->err) < 0)
            return -1;
    return form_end(form, &f->parts, &f->n, &f->err);
}

static void assert_content(const char *path, const char *want)
{
    char got[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    ssize_t n = read(fd, got, sizeof(got));
    close(fd);
    assert_str(((struct str){got, (size_t)n}), want);
}

#define MULTIPART "multipart/form-data; boundary=\"b-1\""

static const char good[] =
    "a preamble\r\n--b-1 \t\r\n"
    "Content-Disposition: form-data; name=\"deal_id\"\r\n\r\n7\r\n"
    "--b-1\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n"
    "--b-1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../etc/p\xc3\xa4sse.csv\"\r\n"
    "Content-Type: text/csv\r\n\r\na,b\r\n--b-\r\n\r\n--b\r\n--b-1\r\n"
    "Content-Disposition: form-data; name=\"unchosen\"; filename=\"\"\r\n\r\n\r\n"
    "--b-1--\r\nan epilogue";

static void test_every_cut(void **state)
{
    (void)state;
    /* Wherever the pieces are cut, the parts are the same. */
    for (size_t step = 1; step <= sizeof(good); step++) {
        struct read_form f;
        assert_int_equal(form_read(&f, MULTIPART, str_of(good), step, 1000), 0);
        assert_int_equal(f.n, 3);
        assert_str(f.parts[0].name, "deal_id");
        assert_str(f.parts[0].value, "7");
        assert_false(f.parts[0].file);
        assert_str(f.parts[1].name, "empty");
        assert_str(f.parts[1].value, "");
        assert_true(f.parts[2].file);
        assert_str(f.parts[2].filename, "p\xc3\xa4sse.csv");
        assert_str(f.parts[2].type, "text/csv");
        assert_int_equal(f.parts[2].size, 16);
        assert_content(f.parts[2].path, "a,b\r\n--b-\r\n\r\n--b");
        char path[128];
        snprintf(path, sizeof(path), "%s", f.parts[2].path);
        arena_free(f.arena);
        assert_int_equal(access(path, F_OK), -1);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *type, *text;
        enum err_code code;
    } cases[] = {
        {"application/json", "", ERR_MEDIA},
        {"", "", ERR_MEDIA},
        {"multipart/form-data", "", ERR_MALFORMED},
        {"multipart/form-data; boundary=\"\"", "", ERR_MALFORMED},
        {"multipart/form-data; boundary=1234567890123456789012345678901234567890123456789012345678901234567890x", "",
         ERR_MALFORMED},
        {MULTIPART, "", ERR_MALFORMED},
        {MULTIPART, "nothing", ERR_MALFORMED},
        {MULTIPART, "--b-1\r\n", ERR_MALFORMED},
        {MULTIPART, "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nx", ERR_MALFORMED},
        {MULTIPART, "--b-1\r\n\r\nx\r\n--b-1--", ERR_MALFORMED},
        {MULTIPART, "--b-1\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b-1--", ERR_MALFORMED},
        {MULTIPART, "--b-1\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b-1--", ERR_MALFORMED},
        {MULTIPART, "--b-1\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--b-1--", ERR_MALFORMED},
        {MULTIPART, "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--b-1--", ERR_MALFORMED},
        {MULTIPART, "--b-1xx\r\n", ERR_MALFORMED},
        {MULTIPART,
         "--b-1\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n12345678901234567890\r\n--b-1--",
         ERR_TOO_LARGE},
        {"application/x-www-form-urlencoded", "a=%zz", ERR_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct read_form f;
        if (form_read(&f, cases[i].type, str_of(cases[i].text), 7, 10) == 0 || f.err.code != cases[i].code)
            fail_msg("case %zu gave %d", i, (int)f.err.code);
        arena_free(f.arena);
    }
}

static void test_limits(void **state)
{
    struct read_form f;
    size_t n = MAX_FORM_VALUE + 200;
    char *text = malloc(n + 300);

    (void)state;
    /* a value */
    int head = sprintf(text, "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\n");
    memset(text + head, 'x', n);
    assert_int_equal(form_read(&f, MULTIPART, (struct str){text, n}, 1000, 10), -1);
    assert_int_equal(f.err.code, ERR_TOO_LARGE);
    arena_free(f.arena);
    /* the headers of a part */
    head = sprintf(text, "--b-1\r\nX: ");
    memset(text + head, 'x', n);
    assert_int_equal(form_read(&f, MULTIPART, (struct str){text, n}, 1000, 10), -1);
    assert_int_equal(f.err.code, ERR_TOO_LARGE);
    arena_free(f.arena);
    free(text);
    /* the number of parts */
    text = malloc(100 * (MAX_FORM_FIELDS + 1));
    n = 0;
    for (unsigned i = 0; i <= MAX_FORM_FIELDS; i++)
        n += (size_t)sprintf(text + n, "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n");
    assert_int_equal(form_read(&f, MULTIPART, (struct str){text, n}, 1000, 10), -1);
    assert_int_equal(f.err.code, ERR_TOO_LARGE);
    arena_free(f.arena);
    free(text);
}

static void test_urlencoded(void **state)
{
    struct read_form f;

    (void)state;
    assert_int_equal(form_read(&f, "application/x-www-form-urlencoded; charset=utf-8", S("a=1+2&b=%C3%BC"), 3, 0), 0);
    assert_int_equal(f.n, 2);
    assert_str(f.parts[0].value, "1 2");
    assert_str(f.parts[1].value, "ü");
    arena_free(f.arena);
}

static void test_sweep(void **state)
{
    char stale[128], fresh[128], other[128];
    const char *const paths[] = {stale, fresh, other};

    (void)state;
    snprintf(stale, sizeof(stale), "%s/upload-stale1", dir);
    snprintf(fresh, sizeof(fresh), "%s/upload-fresh1", dir);
    snprintf(other, sizeof(other), "%s/other", dir);
    for (size_t i = 0; i < 3; i++)
        close(open(paths[i], O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    utimensat(AT_FDCWD, stale, old, 0);
    utimensat(AT_FDCWD, other, old, 0);
    form_sweep(dir);
    assert_int_equal(access(stale, F_OK), -1);
    assert_int_equal(unlink(fresh), 0);
    assert_int_equal(unlink(other), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cut),  cmocka_unit_test(test_refused), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_urlencoded), cmocka_unit_test(test_sweep),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
