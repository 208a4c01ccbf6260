/*
 * Streaming JSON writer: bytes go straight into a buffer, commas are its own business. Text must be valid UTF-8.
 *
 *     struct json_out o;
 *     out_init(&o, &buf);
 *     out_open(&o, '{');
 *     out_key(&o, S("id")), out_int(&o, 7);
 *     out_key(&o, S("tags")), out_open(&o, '['), out_close(&o, ']');
 *     out_close(&o, '}');                                        -> {"id":7,"tags":[]}
 *
 * A buffer that hits its ceiling remembers it (buf_ok); nothing here fails by itself.
 */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include "buf.h"
#include "day.h"

struct json_out {
    struct buf *b;
    bool comma; /* something stands before the next item */
};

void out_init(struct json_out *o, struct buf *b);
void out_open(struct json_out *o, char bracket);
void out_close(struct json_out *o, char bracket);
void out_key(struct json_out *o, struct str name);
void out_known_key(struct json_out *o, struct str quoted_name); /* put together before: "\"id\":" */
void out_str(struct json_out *o, struct str s);                 /* STR_NULL gives null */
void out_int(struct json_out *o, int64_t v);
void out_real(struct json_out *o, double v); /* shortest form that reads back the same; not finite gives null */
void out_bool(struct json_out *o, bool v);
void out_null(struct json_out *o);
void out_decimal(struct json_out *o, int64_t minor, int digits); /* 12.50: a number with all its digits */
void out_day(struct json_out *o, struct day d);
void out_msec(struct json_out *o, msec t);      /* RFC 3339, UTC */
void out_raw(struct json_out *o, struct str s); /* one whole JSON value, taken as it is */

/* "key": value in one word each. */
void out_kv_str(struct json_out *o, const char *key, struct str s);
void out_kv_z(struct json_out *o, const char *key, const char *z);
void out_kv_int(struct json_out *o, const char *key, int64_t v);
void out_kv_bool(struct json_out *o, const char *key, bool v);
void out_kv_null(struct json_out *o, const char *key);
void out_kv_open(struct json_out *o, const char *key, char bracket);
void out_kv_msec(struct json_out *o, const char *key, msec t);
void out_kv_real(struct json_out *o, const char *key, double v);

#endif
