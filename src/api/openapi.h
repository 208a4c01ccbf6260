/*
 * The API described for programs, from the kinds and the table of routes: OpenAPI 3.1, and TypeScript types.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "api.h"

/* tables NULL: api_tables. Custom fields are not in it: they differ from team to team and live in `custom`. */
void openapi_write(struct json_out *o, struct arena *a, const struct schema *s, const struct api_table *const *tables);

/* "{Kind}Page" for deals gives "DealPage"; without {Kind} the name itself. */
struct str openapi_name(struct arena *a, const char *pattern, const struct kind *k);

/* An interface for each kind and for what it takes. */
void typescript_write(struct buf *b, const struct schema *s);

#endif
