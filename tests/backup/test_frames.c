/* The file of a backup: what is written is read again, and nothing else is. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "frame.h"
#include "secret.h"

static const struct backup_key key = {.bytes = {1, 2, 3}}, other_key = {.bytes = {1, 2, 4}};

static int memory_file(void)
{
    int fd = memfd_create("backup", 0);

    assert_true(fd >= 0);
    return fd;
}

/* A head, an empty frame, one that deflates well, one that does not at all, an end. */
static struct str payload_of(int i)
{
    static char zeros[300000], noise[5000];

    if (!noise[0])
        for (size_t k = 0; k < sizeof(noise); k++)
            noise[k] = (char)(1 + (k * k * 31 + k / 7 * 113) % 251);
    return i == 0   ? S("{}")
           : i == 1 ? S("")
           : i == 2 ? (struct str){zeros, sizeof(zeros)}
                    : (struct str){noise, i == 3 ? sizeof(noise) : 40};
}

static const enum frame_type types[] = {FRAME_HEAD, FRAME_ROWS, FRAME_BYTES, FRAME_ROWS, FRAME_END};

static int write_file(const struct backup_key *with)
{
    struct frame_writer *w;
    struct err err = {0};
    int fd = memory_file();

    assert_int_equal(frame_writer_new(&w, fd, with, &err), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(frame_write(w, types[i], payload_of(i), &err), 0);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(frame_written(w), st.st_size);
    frame_writer_free(w);
    return fd;
}

/* How many frames are read before the end (5) or a refusal; -1 when the file is refused at once. */
static int read_file(int fd, const struct backup_key *with, struct err *err)
{
    struct frame_reader *r;
    struct frame f;
    int n = 0, result;

    err_clear(err);
    lseek(fd, 0, SEEK_SET);
    if (frame_reader_new(&r, fd, with, err) < 0)
        return -1;
    while ((result = frame_read(r, &f, err)) == 1) {
        assert_int_equal(f.type, types[n]);
        assert_int_equal(f.payload.n, payload_of(n).n);
        if (f.payload.n)
            assert_memory_equal(f.payload.p, payload_of(n).p, f.payload.n);
        n++;
    }
    assert_true(result == 0 ? n == 5 : err->msg[0] != 0);
    frame_reader_free(r);
    return result < 0 && n == 5 ? 4 : n;
}

static void what_is_written_is_read(void **state)
{
    struct err err;

    (void)state;
    int plain = write_file(NULL), sealed = write_file(&key);
    assert_int_equal(read_file(plain, NULL, &err), 5);
    assert_int_equal(read_file(sealed, &key, &err), 5);
    close(plain);
    close(sealed);
}

static void the_key_must_be_the_right_one(void **state)
{
    struct err err;

    (void)state;
    int plain = write_file(NULL), sealed = write_file(&key);
    assert_int_equal(read_file(sealed, &other_key, &err), -1);
    assert_string_equal(err.msg, "The backup was made with another key.");
    assert_int_equal(read_file(sealed, NULL, &err), -1);
    assert_non_null(strstr(err.msg, "encrypted"));
    assert_int_equal(read_file(plain, &key, &err), -1);
    assert_non_null(strstr(err.msg, "not encrypted"));
    close(plain);
    close(sealed);
}

static void nothing_cut_short_is_taken(void **state)
{
    struct stat st;
    struct err err;

    (void)state;
    for (int k = 0; k < 2; k++) {
        int fd = write_file(k ? &key : NULL);
        fstat(fd, &st);
        for (off_t n = st.st_size - 1; n >= 0; n -= n > 400 && n < st.st_size - 400 ? 37 : 1) {
            assert_int_equal(ftruncate(fd, n), 0);
            assert_true(read_file(fd, k ? &key : NULL, &err) < 5);
        }
        close(fd);
    }
}

static void no_bit_may_flip(void **state)
{
    struct stat st;
    struct err err;

    (void)state;
    for (int k = 0; k < 2; k++) {
        int fd = write_file(k ? &key : NULL);
        fstat(fd, &st);
        for (off_t at = 0; at<st.st_size; at += at> 600 ? 13 : 1) {
            unsigned char c, flipped;
            assert_int_equal(pread(fd, &c, 1, at), 1);
            flipped = c ^ (unsigned char)(1 << at % 8);
            assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
            if (read_file(fd, k ? &key : NULL, &err) == 5)
                fail_msg("a bit of byte %ld was not missed", (long)at);
            assert_int_equal(pwrite(fd, &c, 1, at), 1);
        }
        close(fd);
    }
}

static void frames_stay_in_their_places(void **state)
{
    struct err err;
    char bytes[4096];

    (void)state;
    /* The second and the empty one after it: written twice, or left out. */
    int fd = write_file(NULL), made = memory_file();
    ssize_t n = pread(fd, bytes, sizeof(bytes), 0);
    size_t first = 24 + 12 + 2 + 16, second = 12 + 16;
    assert_true(n > (ssize_t)(first + second + 2000));
    assert_int_equal(pwrite(made, bytes, first, 0), first);
    assert_int_equal(pwrite(made, bytes + first, second, (off_t)first), second);
    assert_int_equal(pwrite(made, bytes + first, second, (off_t)(first + second)), second);
    assert_int_equal(read_file(made, NULL, &err), 2);
    assert_non_null(strstr(err.msg, "damaged"));
    assert_int_equal(ftruncate(made, (off_t)first), 0);
    assert_int_equal(pwrite(made, bytes + first + second, 2000, (off_t)first), 2000);
    assert_int_equal(read_file(made, NULL, &err), 1);

    /* More behind the end. */
    struct stat st;
    fstat(fd, &st);
    assert_int_equal(pwrite(fd, "x", 1, st.st_size), 1);
    assert_int_equal(read_file(fd, NULL, &err), 4);
    assert_non_null(strstr(err.msg, "behind its end"));
    close(fd);
    close(made);
}

static void lengths_are_not_believed(void **state)
{
    static const unsigned char head[12] = {0xff, 0xff, 0xff, 0x04, 0xff, 0xff, 0xff, 0x04, FRAME_ROWS};
    struct err err;

    (void)state;
    int fd = write_file(NULL);
    assert_int_equal(pwrite(fd, head, sizeof(head), 24), sizeof(head));
    assert_int_equal(read_file(fd, NULL, &err), 0);
    close(fd);
}

static void keys_are_made_and_kept_closed(void **state)
{
    struct backup_key a, b;
    char dir[] = "/tmp/penstock-test-XXXXXX", path[64];
    struct err err = {0};
    struct stat st;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/key", dir);
    assert_int_equal(key_make(path, &err), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(key_read(path, &a, &err), 0);
    assert_int_equal(key_make(path, &err), -1);
    assert_int_equal(key_read(path, &b, &err), 0);
    assert_memory_equal(&a, &b, sizeof(a));
    chmod(path, 0640);
    assert_int_equal(key_read(path, &b, &err), -1);
    assert_non_null(strstr(err.msg, "chmod 600"));
    chmod(path, 0600);
    assert_int_equal(truncate(path, 50), 0);
    assert_int_equal(key_read(path, &b, &err), -1);
    unlink(path);
    assert_int_equal(key_read(path, &b, &err), -1);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),       cmocka_unit_test(the_key_must_be_the_right_one),
        cmocka_unit_test(nothing_cut_short_is_taken),    cmocka_unit_test(no_bit_may_flip),
        cmocka_unit_test(frames_stay_in_their_places),   cmocka_unit_test(lengths_are_not_believed),
        cmocka_unit_test(keys_are_made_and_kept_closed),
    };

    if (secret_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
