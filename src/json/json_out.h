/*
 * Streaming JSON writer: bytes go straight into a buffer, commas are its own business. Text must be valid UTF-8.
 *
 *     struct json_out o;
 *     json_out_init(&o, &buf);
 *     json_open(&o, '{');
 *     json_key(&o, S("id")), json_int(&o, 7);
 *     json_key(&o, S("tags")), json_open(&o, '['), json_close(&o, ']');
 *     json_close(&o, '}');                                        -> {"id":7,"tags":[]}
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

void json_out_init(struct json_out *o, struct buf *b);
void json_open(struct json_out *o, char bracket);
void json_close(struct json_out *o, char bracket);
void json_key(struct json_out *o, struct str name);
void json_str(struct json_out *o, struct str s); /* STR_NULL gives null */
void json_int(struct json_out *o, int64_t v);
void json_real(struct json_out *o, double v); /* shortest form that reads back the same; not finite gives null */
void json_bool(struct json_out *o, bool v);
void json_null(struct json_out *o);
void json_decimal(struct json_out *o, int64_t minor, int digits); /* 12.50: a number with all its digits */
void json_day(struct json_out *o, struct day d);
void json_msec(struct json_out *o, msec t);     /* RFC 3339, UTC */
void json_raw(struct json_out *o, struct str s); /* one whole JSON value, taken as it is */

/* "key": value in one word each. */
void json_kv_str(struct json_out *o, const char *key, struct str s);
void json_kv_z(struct json_out *o, const char *key, const char *z);
void json_kv_int(struct json_out *o, const char *key, int64_t v);
void json_kv_bool(struct json_out *o, const char *key, bool v);
void json_kv_null(struct json_out *o, const char *key);
void json_kv_open(struct json_out *o, const char *key, char bracket);
void json_kv_msec(struct json_out *o, const char *key, msec t);
void json_kv_real(struct json_out *o, const char *key, double v);

#endif
