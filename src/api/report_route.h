/*
 * What the routes of reports share. A report is one file: a function that answers, a route and its schema; and one word
 * in tables.c.
 *
 *     static int answer(struct report *r, struct err *err)
 *     {
 *         ...
 *         out_kv_int(r->o, "won", won);
 *         r->population = n, r->definition = "Won deals …";
 *         report_exclude(r, unvalued, "value unknown");
 *         return 0;
 *     }
 *     static int run(struct api_call *c, struct err *err) { return report_run(c, answer, 0, err); }
 *
 * What every report says (population, definition, as_of, computed_ms, currency) is written around it.
 */
#ifndef API_REPORT_ROUTE_H
#define API_REPORT_ROUTE_H

#include "api.h"
#include "report.h"

#define REPORT_QUERY "pipeline from to owner team source currency as_of clock"

struct report {
    struct api_call *c;
    struct report_request req;
    struct json_out *o; /* inside the answer's object */
    struct fx *fx;
    int64_t population;
    const char *definition;
    struct {
        int64_t n;
        const char *why;
    } excluded[8];
    int nexcluded;
};

enum { REPORT_OF_PIPELINE = 1 }; /* of one pipeline: the first when none is named */

typedef int report_answer(struct report *r, struct err *err);
int report_run(struct api_call *c, report_answer *answer, int flags, struct err *err);

/* Says why n deals are not in it; none, and nothing is said. */
void report_exclude(struct report *r, int64_t n, const char *why);

/* The place of an argument in a list of words; 0, the first one, when it is not given. */
int report_word(struct report *r, const char *name, const char *const *words, int n, int *ret, struct err *err);

/* A value in minor units of the base currency at the rate of a day: 1, 0 when there is no rate, -1. */
int report_base(struct report *r, const struct deal_state *s, struct day day, int64_t *ret, struct err *err);
double report_units(const struct report *r, int64_t base_minor); /* 12.5 for 1250 */

/* The stages of the request's pipeline, in their order. */
int report_stages(struct report *r, struct page *ret, struct err *err);

/* Days as 2026-04-01..2026-06-30, both ends in it; false in *ret_given when the argument is absent. */
int report_days(struct report *r, const char *name, bool *ret_given, struct day *ret_from, struct day *ret_to,
                struct err *err);

struct day report_day(const struct report *r, msec at); /* in the workspace's time zone */

void write_rate(struct json_out *o, const char *name, int64_t x, int64_t n);
void write_value_rate(struct json_out *o, const char *name, const struct ratio *r);
void write_base(struct report *r, const char *name, int64_t base_minor); /* exact */

/* Schemas. */
#define REF(name) "{\"$ref\":\"#/components/schemas/" name "\"}"
#define INTEGER "{\"type\":\"integer\"}"
#define NUMBER "{\"type\":\"number\"}"
#define MAYBE "{\"type\":[\"number\",\"null\"]}"
#define BOOLEAN "{\"type\":\"boolean\"}"
#define TEXT "{\"type\":\"string\"}"
#define MAYBE_TEXT "{\"type\":[\"string\",\"null\"]}"
#define ARRAY_OF(item) "{\"type\":\"array\",\"items\":" item "}"
#define OBJECT(required, properties)                                                                                   \
    "{\"type\":\"object\",\"required\":[" required "],\"additionalProperties\":false,\"properties\":{" properties "}}"
#define REPORT(required, properties)                                                                                   \
    OBJECT(required ",\"population\",\"definition\",\"as_of\",\"computed_ms\",\"currency\"",                           \
           properties ",\"population\":" REF(                                                                          \
               "Population") ",\"definition\":" TEXT                                                                   \
                             ",\"as_of\":{\"type\":\"string\",\"format\":\"date-time\"},\"computed_ms\":" INTEGER      \
                             ",\"currency\":" TEXT)

#endif
