#include "tab_writer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "tab_output.h"

#define FULL (64u << 10)

static const struct tab_output *const outputs[] = {
    [TAB_CSV] = &tab_output_csv,
    [TAB_JSON] = &tab_output_json,
    [TAB_XLSX] = &tab_output_xlsx,
};

const char *tab_file_name(enum tab_file f)
{
    return outputs[f]->name;
}

const char *tab_file_type(enum tab_file f)
{
    return outputs[f]->type;
}

bool tab_file_find(struct str name, enum tab_file *ret)
{
    for (int f = 0; f < TAB_FILE__N; f++)
        if (str_is(name, outputs[f]->name)) {
            *ret = (enum tab_file)f;
            return true;
        }
    return false;
}

static int to_file(void *arg, const void *p, size_t n)
{
    return fwrite(p, 1, n, arg) == n ? 0 : -1;
}

struct tab_sink tab_sink_file(FILE *f)
{
    return (struct tab_sink){to_file, f};
}

static int to_fd(void *arg, const void *p, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t one = write((int)(intptr_t)arg, (const char *)p + done, n - done);
        if (one < 0 && errno != EINTR)
            return -1;
        done += one > 0 ? (size_t)one : 0;
    }
    return 0;
}

struct tab_sink tab_sink_fd(int fd)
{
    return (struct tab_sink){to_fd, (void *)(intptr_t)fd};
}

static int to_buf(void *arg, const void *p, size_t n)
{
    buf_add(arg, p, n);
    return buf_ok(arg) ? 0 : -1;
}

struct tab_sink tab_sink_buf(struct buf *b)
{
    return (struct tab_sink){to_buf, b};
}

static void let_go(void *ptr)
{
    struct tab_writer *w = ptr;

    buf_clear(&w->out);
}

struct tab_writer *tab_writer_new(struct arena *a, const struct tab_writer_options *o, struct tab_sink sink)
{
    struct tab_writer *w = NEW(a, struct tab_writer);

    w->arena = a;
    w->o = *o;
    w->sink = sink;
    buf_init(&w->out, MAX_REPLY);
    arena_defer(a, let_go, w);
    return w;
}

int tab_flush(struct tab_writer *w, struct err *err)
{
    struct str s = buf_view(&w->out);

    if (!buf_ok(&w->out))
        return err_set(err, ERR_TOO_LARGE, "A row is too long to be written.");
    if (s.n && w->sink.write(w->sink.arg, s.p, s.n) < 0)
        return err_disk(err, errno, "The export cannot be written");
    buf_reset(&w->out);
    return 0;
}

static int begin(struct tab_writer *w, struct err *err)
{
    if (w->begun)
        return 0;
    w->begun = true;
    return outputs[w->o.format]->begin(w, err);
}

int tab_writer_row(struct tab_writer *w, const struct tab_cell *cells, struct err *err)
{
    if (begin(w, err) < 0 || outputs[w->o.format]->row(w, cells, err) < 0)
        return -1;
    w->rows++;
    return w->out.n < FULL && buf_ok(&w->out) ? 0 : tab_flush(w, err);
}

int tab_writer_end(struct tab_writer *w, struct err *err)
{
    if (begin(w, err) < 0 || outputs[w->o.format]->end(w, err) < 0)
        return -1;
    return tab_flush(w, err);
}

int64_t tab_writer_rows(const struct tab_writer *w)
{
    return w->rows;
}

int64_t tab_writer_cut(const struct tab_writer *w)
{
    return w->cut;
}
