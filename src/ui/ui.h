/*
 * The interface inside the program: the files that web/ builds, embedded and already compressed.
 *
 *     const struct ui_file *f = ui_find(S("/assets/main-5QZ3K2WD.js"));
 *
 * A file whose name carries the hash of its bytes is `immutable` and may be kept by browsers for ever; index.html is
 * asked for again each time and answered by its ETag. Everything here is constant and needs no lock.
 */
#ifndef UI_H
#define UI_H

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

struct arena;

struct ui_file {
    const char *path;          /* as in the URL, with the slash: "/assets/main-5QZ3K2WD.js" */
    const char *type;          /* of content: "text/javascript; charset=utf-8" */
    const char *etag;          /* W/"…", since there are two encodings of the same */
    const unsigned char *gzip; /* the bytes, compressed */
    size_t gzip_size, size;
    bool immutable;
};

/* The file at that path; NULL when there is none. */
const struct ui_file *ui_find(struct str path);

/* The page of the application, which does its own routing: what every path that is not a file, and not the API's,
 * shows. Built without the interface this is a page that says so. */
const struct ui_file *ui_page(void);

/* The bytes as they were before compression, in the arena: for the rare client that takes no gzip. */
struct str ui_plain(struct arena *a, const struct ui_file *f);

/* The headers under which the interface runs: nothing from elsewhere, never inside another site's frame. */
extern const char ui_content_security_policy[];

#endif
