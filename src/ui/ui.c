#include "ui.h"

#include <assert.h>

#include <zlib.h>

#include "arena.h"
#include "ui_files.h"

/* Mantine sets styles on elements, hence the style rule; scripts are files of ours alone. */
const char ui_content_security_policy[] =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const struct ui_file *ui_find(struct str path)
{
    for (size_t i = 0; i < ui_nfiles; i++)
        if (str_is(path, ui_files[i].path))
            return &ui_files[i];
    return NULL;
}

const struct ui_file *ui_page(void)
{
    const struct ui_file *page = ui_find(S("/index.html"));

    assert(page); /* the build puts one there */
    return page;
}

struct str ui_plain(struct arena *a, const struct ui_file *f)
{
    char *p = arena_alloc(a, f->size + 1);
    z_stream z = {
        .next_in = (z_const Bytef *)f->gzip,
        .avail_in = (uInt)f->gzip_size,
        .next_out = (Bytef *)p,
        .avail_out = (uInt)f->size + 1,
    };

    int rc = inflateInit2(&z, 15 + 16);
    assert(rc == Z_OK);
    rc = inflate(&z, Z_FINISH);
    assert(rc == Z_STREAM_END && z.total_out == f->size); /* our own bytes, checked by a test */
    inflateEnd(&z);
    (void)rc;
    return (struct str){p, f->size};
}
