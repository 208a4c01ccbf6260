/*
 * Puts a statement together: text in one buffer, parameters beside it. Values never get into the text.
 *
 *     struct sql *s = sql_new(arena, dialect);
 *     sql_z(s, "SELECT id FROM deals WHERE value > ");
 *     sql_arg(s, value_int(5));                             -> … value > $1
 *     sql_query(t, sql_text(s), sql_args(s), err);
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "buf.h"
#include "store.h"

struct sql {
    struct arena *arena;
    enum dialect dialect;
    struct buf text;
    struct value *args;
    size_t n, room;
};

struct sql *sql_new(struct arena *a, enum dialect d); /* goes with the arena */
void sql_z(struct sql *s, const char *z);
void sql_f(struct sql *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sql_arg(struct sql *s, struct value v);
void sql_take_arg(struct sql *s, struct value v);     /* the next number, which stands in the text already */
void sql_ids(struct sql *s, const id *ids, size_t n); /* ($1,$2,…); (NULL) for none */
const char *sql_text(struct sql *s);
struct args sql_args(const struct sql *s);

#endif
