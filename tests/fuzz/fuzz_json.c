/* JSON bodies as strangers send them: read, and taken into a row of every kind. */
#include "fuzz.h"

#include "json_in.h"
#include "json_scan.h"
#include "kinds.h"
#include "row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *keep;
    static struct schema *schema;
    struct arena *a = arena_new(64u << 20);
    struct str text = {(const char *)data, size}, name, raw;
    struct err err = {0};
    json_t *j;

    if (!keep) {
        keep = arena_new(64u << 20);
        schema = kinds_schema(keep);
    }
    if (json_read_object(a, text, &j, &err) == 0) {
        for (int i = 0; i < schema->n; i++) {
            struct row *row = row_new(a, &schema->kinds[i]);
            err_clear(&err);
            if (row_patch(a, row, j, NULL, &err) == 0)
                row_check(a, NULL, row, &err);
        }
    }
    /* The reader of the program's own JSON must stay inside any text. */
    struct json_walk w = json_walk(text);
    while (json_walk_member(&w, &name, &raw))
        json_raw_text(a, raw);
    row_apply_diff(a, row_blank(a, &schema->kinds[size % (size_t)schema->n]), text, 1);
    arena_free(a);
    return 0;
}
