#include "form.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ceilings.h"
#include "fields.h"
#include "target.h"

#define MAX_PART_HEADERS 8192u
#define MAX_BOUNDARY 70u /* RFC 2046, 5.1.1 */
#define SLICE (64u << 10)
#define TEMP_PREFIX "upload-"
#define STALE_SECONDS (24 * 60 * 60)

/* What comes next in the bytes. The text begins as if a CRLF stood before it, so the first delimiter line looks like
 * all others. */
enum state { PREAMBLE, DELIMITER_TAIL, PART_HEADERS, PART_BODY, EPILOGUE };

struct form {
    struct arena *arena;
    const char *temp_dir;
    uint64_t most_file;
    bool urlencoded;
    enum state state;
    struct str delimiter; /* CRLF "--" boundary */
    struct buf window;    /* bytes not understood yet */
    struct buf value;     /* of the part being read */
    struct http_part parts[MAX_FORM_FIELDS];
    size_t n;
    int fd; /* of the file part being read */
};

static void form_clear(void *ptr)
{
    struct form *f = ptr;

    buf_clear(&f->window);
    buf_clear(&f->value);
    if (f->fd >= 0)
        close(f->fd);
    for (size_t i = 0; i < f->n; i++)
        if (f->parts[i].path)
            unlink(f->parts[i].path);
}

int form_new(struct form **ret, struct arena *a, struct str content_type, const char *temp_dir, uint64_t most_file,
             struct err *err)
{
    struct str type = field_value(content_type), boundary = STR_NULL;
    bool urlencoded = str_eq_nocase(type, S("application/x-www-form-urlencoded"));

    if (!urlencoded) {
        if (!str_eq_nocase(type, S("multipart/form-data")))
            return err_set(err, ERR_MEDIA, "Send this as multipart/form-data.");
        boundary = field_param(a, content_type, "boundary");
        if (!boundary.n || boundary.n > MAX_BOUNDARY)
            return err_set(err, ERR_MALFORMED, "The multipart boundary is missing or too long.");
    }
    struct form *f = NEW(a, struct form);
    f->arena = a;
    f->temp_dir = temp_dir;
    f->most_file = most_file;
    f->urlencoded = urlencoded;
    f->fd = -1;
    f->delimiter = arena_printf(a, "\r\n--" STR_FMT, STR_ARG(boundary));
    buf_init(&f->window, urlencoded ? MAX_FORM_FIELDS * MAX_FORM_VALUE : SLICE + MAX_PART_HEADERS + 256);
    buf_init(&f->value, MAX_FORM_VALUE);
    arena_defer(a, form_clear, f);
    if (!urlencoded)
        buf_z(&f->window, "\r\n");
    *ret = f;
    return 0;
}

/* -- parts -------------------------------------------------------------------------------------- */

/* The last component, without what a file name cannot have. */
static struct str clean_filename(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '/' || c == '\\')
            n = 0;
        else
            p[n++] = c < ' ' || c == 0x7f ? '_' : (char)c;
    }
    struct str name = {p, n};
    if (!utf8_valid(name))
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)p[i] >= 0x80)
                p[i] = '_';
    return name;
}

static int open_temporary(struct form *f, struct http_part *part, struct err *err)
{
    if (!f->temp_dir)
        return err_set(err, ERR_MEDIA, "Files are not taken here.");
    char *path = (char *)(uintptr_t)arena_printf(f->arena, "%s/" TEMP_PREFIX "XXXXXX", f->temp_dir).p;
    f->fd = mkostemp(path, O_CLOEXEC);
    if (f->fd < 0)
        return err_disk(err, errno, "The file cannot be taken");
    part->path = path;
    return 0;
}

static int part_begin(struct form *f, struct str headers, struct err *err)
{
    struct str disposition = STR_NULL, type = STR_NULL, line;

    if (f->n == MAX_FORM_FIELDS)
        return err_set(err, ERR_TOO_LARGE, "The form has more than %u parts.", MAX_FORM_FIELDS);
    while (str_next(&headers, '\n', &line)) {
        struct str name, value;
        if (!str_cut(str_trim(line), ':', &name, &value))
            continue;
        if (str_eq_nocase(name, S("Content-Disposition")))
            disposition = str_trim(value);
        else if (str_eq_nocase(name, S("Content-Type")))
            type = str_trim(value);
    }
    if (!str_eq_nocase(field_value(disposition), S("form-data")))
        return err_set(err, ERR_MALFORMED, "A part of the form is not form-data.");
    struct http_part part = {.type = arena_str(f->arena, type)};
    struct str name = field_param(f->arena, disposition, "name");
    struct str filename = field_param(f->arena, disposition, "filename");
    if (!name.p || !utf8_valid(name) || memchr(name.p, 0, name.n))
        return err_set(err, ERR_MALFORMED, "A part of the form has no usable name.");
    part.name = arena_str(f->arena, name);
    part.file = filename.p != NULL;
    if (part.file) {
        part.filename = clean_filename(f->arena, filename);
        if (open_temporary(f, &part, err) < 0)
            return -1;
    }
    f->parts[f->n++] = part;
    return 0;
}

static int part_data(struct form *f, struct str bytes, struct err *err)
{
    struct http_part *part = &f->parts[f->n - 1];

    part->size += bytes.n;
    if (!part->file) {
        buf_str(&f->value, bytes);
        return buf_ok(&f->value)
                   ? 0
                   : err_set(err, ERR_TOO_LARGE, "\"%.60s\" is longer than %u bytes.", part->name.p, MAX_FORM_VALUE);
    }
    if (part->size > f->most_file)
        return err_set(err, ERR_TOO_LARGE, "The file is larger than %llu bytes.", (unsigned long long)f->most_file);
    while (bytes.n) {
        ssize_t n = write(f->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_disk(err, errno, "The file cannot be taken");
        bytes = str_from(bytes, (size_t)n);
    }
    return 0;
}

static int part_end(struct form *f, struct err *err)
{
    struct http_part *part = &f->parts[f->n - 1];

    if (part->file) {
        close(f->fd);
        f->fd = -1;
        if (!part->filename.n && !part->size) { /* what a browser sends when no file was chosen */
            unlink(part->path);
            f->n--;
        }
        return 0;
    }
    part->value = arena_str(f->arena, buf_view(&f->value));
    buf_reset(&f->value);
    if (!utf8_valid(part->value) || memchr(part->value.p, 0, part->value.n))
        return err_set(err, ERR_MALFORMED, "\"%.60s\" is not UTF-8 text.", part->name.p);
    return 0;
}

/* -- the bytes ---------------------------------------------------------------------------------- */

static ptrdiff_t find(struct str s, struct str needle)
{
    const char *at = s.n >= needle.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;

    return at ? at - s.p : -1;
}

/* One step at the head of the window: how many bytes it used up, 0 when more are needed, or -1. */
static ptrdiff_t step(struct form *f, struct str w, struct err *err)
{
    size_t d = f->delimiter.n;
    ptrdiff_t at;

    switch (f->state) {
    case PREAMBLE:
    case PART_BODY:
        at = find(w, f->delimiter);
        size_t sure = at >= 0 ? (size_t)at : w.n >= d ? w.n - d + 1 : 0;
        if (f->state == PART_BODY && sure && part_data(f, str_upto(w, sure), err) < 0)
            return -1;
        if (at < 0)
            return (ptrdiff_t)sure;
        if (f->state == PART_BODY && part_end(f, err) < 0)
            return -1;
        f->state = DELIMITER_TAIL;
        return at + (ptrdiff_t)d;
    case DELIMITER_TAIL:
        if (w.n >= 2 && w.p[0] == '-' && w.p[1] == '-') {
            f->state = EPILOGUE;
            return 2;
        }
        if (w.n >= 1 && (w.p[0] == ' ' || w.p[0] == '\t'))
            return 1;
        if (w.n < 2)
            return 0;
        if (w.p[0] != '\r' || w.p[1] != '\n')
            return err_set(err, ERR_MALFORMED, "A boundary of the form is not at the end of its line.");
        f->state = PART_HEADERS;
        return 2;
    case PART_HEADERS:
        if (str_starts(w, S("\r\n")))
            return err_set(err, ERR_MALFORMED, "A part of the form has no headers.");
        at = find(w, S("\r\n\r\n"));
        if (at < 0)
            return w.n <= MAX_PART_HEADERS ? 0 : err_set(err, ERR_TOO_LARGE, "The headers of a part are too long.");
        if (part_begin(f, str_upto(w, (size_t)at), err) < 0)
            return -1;
        f->state = PART_BODY;
        return at + 4;
    case EPILOGUE:
        return (ptrdiff_t)w.n;
    }
    return -1;
}

static int feed_multipart(struct form *f, struct str bytes, struct err *err)
{
    buf_str(&f->window, bytes);
    if (!buf_ok(&f->window))
        return err_set(err, ERR_BUSY, "Out of memory.");
    struct str w = buf_view(&f->window);
    while (w.n) {
        ptrdiff_t used = step(f, w, err);
        if (used < 0)
            return -1;
        if (used == 0)
            break;
        w = str_from(w, (size_t)used);
    }
    if (w.n)
        memmove(f->window.p, w.p, w.n);
    f->window.n = w.n;
    return 0;
}

int form_feed(struct form *f, struct str bytes, struct err *err)
{
    if (f->urlencoded) {
        buf_str(&f->window, bytes);
        return buf_ok(&f->window) ? 0 : err_set(err, ERR_TOO_LARGE, "The form is too long.");
    }
    while (bytes.n) {
        if (feed_multipart(f, str_upto(bytes, SLICE), err) < 0)
            return -1;
        bytes = str_from(bytes, SLICE);
    }
    return 0;
}

int form_end(struct form *f, struct http_part **ret_parts, size_t *ret_n, struct err *err)
{
    if (f->urlencoded) {
        struct http_pairs pairs;
        if (urlencoded_parse(f->arena, buf_view(&f->window), MAX_FORM_FIELDS, &pairs, err) < 0)
            return -1;
        for (; f->n < pairs.n; f->n++)
            f->parts[f->n] = (struct http_part){.name = pairs.v[f->n].name, .value = pairs.v[f->n].value};
    } else if (f->state != EPILOGUE) {
        return err_set(err, ERR_MALFORMED, "The form ends in the middle.");
    }
    *ret_parts = f->parts;
    *ret_n = f->n;
    return 0;
}

void form_sweep(const char *temp_dir)
{
    DIR *d = opendir(temp_dir);
    struct dirent *e;
    struct stat st;

    while (d && (e = readdir(d)) != NULL)
        if (str_starts(str_of(e->d_name), S(TEMP_PREFIX)) &&
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
            st.st_mtime < time(NULL) - STALE_SECONDS)
            unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        closedir(d);
}
