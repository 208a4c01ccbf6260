/*
 * The table of all kinds, made at build time from the list of names in meson.build.
 */
#ifndef KINDS_KINDS_H
#define KINDS_KINDS_H

#include "kind.h"

extern const struct kind_def *const all_kinds[];
extern const size_t all_kinds_n;

struct schema *kinds_schema(struct arena *a);

#endif
