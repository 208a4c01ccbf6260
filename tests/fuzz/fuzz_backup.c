/*
 * Backups as strangers send them. The bytes are read as a file; since sums let hardly anything through, they are also
 * taken for what stands inside frames, put into frames with the right sums, and loaded into an empty database.
 *
 * A frame of the second form: its type as a digit, its payload, and a NUL. A head is put before them unless they begin
 * with one.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frame.h"
#include "head.h"
#include "restore.h"
#include "secret.h"

#define RESTORE_EVERY 4 /* it takes a database each time */
#define HEAD                                                                                                           \
    "{\"program\":\"0.1.0\",\"schema\":5,\"made_at\":\"2026-01-01T00:00:00.000Z\",\"workspace\":\"W\","                \
    "\"engine\":\"sqlite\",\"last_seq\":0,\"id\":\"00112233445566778899aabbccddeeff\"}"

static void read_frames(int fd)
{
    struct frame_reader *r;
    struct frame f;
    struct err err = {0};

    lseek(fd, 0, SEEK_SET);
    if (frame_reader_new(&r, fd, NULL, &err) < 0)
        return;
    while (frame_read(r, &f, &err) == 1)
        ;
    frame_reader_free(r);
}

static void read_payload(struct str text)
{
    struct arena *a = arena_new(64u << 20);
    struct table_head table;
    struct value v[16];
    struct err err = {0};
    struct head head;
    struct end end;
    struct str sha256;
    uint64_t size;
    int64_t rows, last;

    head_read(a, text, &head, &err);
    end_read(a, text, &end, &err);
    table_head_read(a, text, &table, &err);
    table_end_read(a, text, &rows, &last, &err);
    content_head_read(a, text, &sha256, &size, &err);
    while (text.n && rowcode_take(&text, v, 16))
        ;
    arena_free(a);
}

/* Rows cannot be written down without NUL bytes, so their text form is: "7 null text" as i7, n, ttext, with spaces. */
static void put_rows(struct buf *b, struct str text)
{
    struct str word;

    while (str_next(&text, ' ', &word)) {
        struct value v = VALUE_NULL;
        int64_t i;
        if (word.n && word.p[0] == 't')
            v = value_text(str_from(word, 1));
        else if (word.n && str_int(str_from(word, 1), &i))
            v = value_int(i);
        rowcode_put(b, &v, 1);
    }
}

static int write_frames(struct str text)
{
    struct frame_writer *w;
    struct err err = {0};
    struct str piece;
    int fd = memfd_create("fuzz", 0);

    if (frame_writer_new(&w, fd, NULL, &err) < 0)
        abort();
    if (!str_starts(text, S("1")) && frame_write(w, FRAME_HEAD, S(HEAD), &err) < 0)
        abort();
    while (str_next(&text, '\0', &piece)) {
        enum frame_type type = piece.n ? (enum frame_type)(piece.p[0] - '0') : FRAME_ROWS;
        struct buf b;
        buf_init(&b, 1u << 24);
        if (type == FRAME_ROWS)
            put_rows(&b, str_from(piece, 1));
        else
            buf_str(&b, str_from(piece, 1));
        if (type < FRAME_HEAD || type >= FRAME__N || frame_write(w, type, buf_view(&b), &err) < 0)
            piece.n = 0;
        buf_clear(&b);
    }
    frame_writer_free(w);
    return fd;
}

static char dir[] = "/tmp/penstock-fuzz-XXXXXX";

static void remove_dir(void)
{
    rmdir(dir);
}

static void restore_from(int fd)
{
    static bool made;
    char path[64];
    const char *sources[] = {path};
    struct arena *a = arena_new(1u << 28);
    struct restore_report report;
    struct err err = {0};

    if (!made && (!mkdtemp(dir) || atexit(remove_dir) != 0))
        abort();
    made = true;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    restore_run(&(struct restore_options){.sources = sources, .nsources = 1, .data_dir = dir, .check = true}, a,
                &report, &err);
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned runs;
    struct str text = {(const char *)data, size};
    int fd = memfd_create("fuzz", 0);

    if (secret_init() < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    read_frames(fd);
    close(fd);
    read_payload(text);
    fd = write_frames(text);
    read_frames(fd);
    if (runs++ % RESTORE_EVERY == 0)
        restore_from(fd);
    close(fd);
    return 0;
}
