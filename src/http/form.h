/*
 * A form that arrives piece by piece: multipart/form-data (RFC 7578) or urlencoded. Values are kept in memory, file
 * parts go straight to temporary files, so an upload of any size takes a few kilobytes.
 *
 *     struct form f;
 *     form_init(&f, arena, content_type, temp_dir, most_file, err);
 *     form_feed(&f, bytes, err) …
 *     form_end(&f, err);
 *
 * Temporary files are removed when the arena is freed; an owner that keeps one links or copies it before.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "err.h"
#include "exchange.h"

struct form;

/* ERR_MEDIA when the type is none of the two or lacks a usable boundary. */
int form_new(struct form **ret, struct arena *a, struct str content_type, const char *temp_dir, uint64_t most_file,
             struct err *err);
int form_feed(struct form *f, struct str bytes, struct err *err);
int form_end(struct form *f, struct http_part **ret_parts, size_t *ret_n, struct err *err);

/* Removes what a killed server left in its directory. */
void form_sweep(const char *temp_dir);

#endif
