/*
 * Markdown (CommonMark with tables, strikethrough, task lists and bare links) to HTML that is safe to show: raw HTML is
 * left out and links lead to http, https or mail addresses only.
 */
#ifndef API_MARKDOWN_H
#define API_MARKDOWN_H

#include "arena.h"

struct str markdown_html(struct arena *a, struct str text);

#endif
