/* Any bytes as a form. The first byte says how they are cut into pieces, which must make no difference: the parts are
 * those of the whole, or the error is. No temporary file outlives its request. */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "form.h"

#define MUST(x)                                                                                                        \
    do {                                                                                                               \
        if (!(x))                                                                                                      \
            abort();                                                                                                   \
    } while (0)

#define MOST_FILE 5000u

static char dir[] = "/tmp/penstock-fuzz-XXXXXX";

static void remove_dir(void)
{
    rmdir(dir);
}

struct outcome {
    struct arena *arena;
    struct http_part *parts;
    size_t n;
    struct err err;
};

static void read_form(struct outcome *o, struct str type, struct str bytes, size_t step)
{
    struct form *f;

    *o = (struct outcome){.arena = arena_new(MAX_ARENA)};
    MUST(o->arena != NULL);
    if (form_new(&f, o->arena, type, dir, MOST_FILE, &o->err) < 0)
        return;
    for (; bytes.n; bytes = str_from(bytes, step))
        if (form_feed(f, str_upto(bytes, step), &o->err) < 0)
            return;
    if (form_end(f, &o->parts, &o->n, &o->err) < 0)
        o->n = 0;
}

static struct str content(struct arena *a, const struct http_part *p)
{
    char *bytes = arena_alloc(a, p->size + 1);
    int fd = open(p->path, O_RDONLY | O_CLOEXEC);

    MUST(fd >= 0 && read(fd, bytes, p->size + 1) == (ssize_t)p->size);
    close(fd);
    return (struct str){bytes, p->size};
}

static void same(struct outcome *a, struct outcome *b)
{
    MUST(a->err.code == b->err.code && a->n == b->n);
    for (size_t i = 0; i < a->n; i++) {
        struct http_part *p = &a->parts[i], *q = &b->parts[i];
        MUST(utf8_valid(p->name) && utf8_valid(p->filename) && str_find(p->filename, '/') < 0);
        MUST(str_eq(p->name, q->name) && str_eq(p->filename, q->filename) && str_eq(p->type, q->type));
        MUST(p->file == q->file && p->size == q->size);
        MUST(p->file ? p->size <= MOST_FILE : p->value.n <= MAX_FORM_VALUE && utf8_valid(p->value));
        if (p->file)
            MUST(str_eq(content(a->arena, p), content(b->arena, q)));
        else
            MUST(str_eq(p->value, q->value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    struct outcome whole, pieces;

    if (!ready) {
        MUST(mkdtemp(dir) != NULL);
        atexit(remove_dir);
        ready = true;
    }
    if (!size)
        return 0;
    struct str bytes = {(const char *)data + 1, size - 1}, type;
    type = data[0] & 0x80 ? S("application/x-www-form-urlencoded") : S("multipart/form-data; boundary=b");
    read_form(&whole, type, bytes, size);
    read_form(&pieces, type, bytes, 1 + data[0] % 127u);
    same(&whole, &pieces);
    arena_free(whole.arena);
    arena_free(pieces.arena);

    DIR *d = opendir(dir);
    struct dirent *e;
    while (d && (e = readdir(d)) != NULL)
        MUST(e->d_name[0] == '.');
    closedir(d);
    return 0;
}
