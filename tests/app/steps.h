/* Steps of upgrades that a test makes up: one that is well, and others that lose something. */
#ifndef TESTS_STEPS_H
#define TESTS_STEPS_H

#include "migrate.h"

static inline void make_table(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "CREATE TABLE extra (a TEXT);\nINSERT INTO extra SELECT title FROM deals;\n");
}

static inline void nonsense(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "CREATE TABLE extra (a TEXT);\nUPDATE nothing SET a = 1;\n");
}

static inline void lose_rows(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "DELETE FROM people WHERE id % 2 = 0;\n");
}

static inline void lose_stages(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "DELETE FROM stages WHERE id % 2 = 0;\n");
}

static inline void change_values(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "UPDATE deals SET value = value + 1 WHERE id = 7;\n");
}

static inline void lose_a_change(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "DELETE FROM changes WHERE seq = (SELECT min(seq) FROM changes WHERE kind = 'sources');\n");
}

static inline void lose_a_column(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "ALTER TABLE notes DROP COLUMN pinned;\n");
}

static inline void forget_tokens(struct buf *b, enum dialect d)
{
    (void)d;
    buf_z(b, "DELETE FROM tokens;\n");
}

#endif
