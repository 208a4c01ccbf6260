/*
 * What goes where in an import: MAP.json read and checked against the kind and the file's header. Everything that is
 * wrong with a map is said at once, by column.
 *
 *     { "key": "external_id",
 *       "columns": { "opportunity_id": "external_id",
 *                    "account":    {"to": "organisation_id", "match": "name", "create": true},
 *                    "deal_stage": {"to": "stage_id", "values": {"Engaging": "Qualification", "Won": {"status":
 * "won"}}}, "close_value": {"to": "value", "when": "won"} }, "defaults": {"currency": "USD", "pipeline_id": 1},
 *       "dates": "auto" }
 */
#ifndef APP_IMPORT_MAP_H
#define APP_IMPORT_MAP_H

#include "app.h"
#include "tab_detect.h"

struct import_column {
    struct str header;
    size_t at;                 /* cell of the record */
    const struct field *field; /* NULL: only its `values` say what to do */
    const char *match;         /* of a reference: the field the other record is found by */
    bool create;
    const struct field *also; /* the field it is too once the row is closed, or NULL */
    int64_t part;             /* 1, 2, …: joined by spaces with the other parts of the field; 0: the whole of it */
    struct str when;          /* status the row must end up with, or empty */
    const json_t *values;     /* cell text to text or object, or NULL */
    enum tab_order order;     /* of dates in this column */
    enum tab_decimal decimal;
};

struct import_map {
    const struct kind *kind;
    const struct field *key; /* NULL: every row is new */
    struct import_column *columns;
    size_t n;
    const json_t *defaults; /* an object, or NULL */
    id pipeline;            /* where stage names are looked up; 0: anywhere */
};

/* ERR_INVALID names the columns that are wrong; the field "dates" when their order must be said first. The map lives in
 * the arena. */
int import_map_read(struct arena *a, const struct kind *k, const json_t *json, const struct tab_report *file,
                    struct import_map *ret, struct err *err);

/* A first map for a file, from what its header looks like; for people to look at. An object in the arena. */
json_t *import_map_suggest(struct arena *a, const struct kind *k, const struct tab_report *file);

#endif
