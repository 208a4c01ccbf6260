#include "import_job.h"
#include "jobs.h"
#include "log.h"
#include "migrate.h"

#include "auth.h"
#include "content_db.h"
#include "plans.h"

/* Answers to requests that may be sent again (src/api/idempotency.c). */
static void repeats_table(struct buf *b, enum dialect d)
{
    const char *big = d == DIALECT_SQLITE ? "INTEGER" : "bigint";

    buf_printf(b,
               "CREATE TABLE idempotency (user_id %s NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, status %s NOT "
               "NULL, reply TEXT NOT NULL, changeset_id %s, etag TEXT, made_at %s NOT NULL, PRIMARY KEY (user_id, "
               "key));\nCREATE INDEX idempotency_by_age ON idempotency (made_at);\n",
               big, big, big, big);
}

static void shared_tables(struct buf *b, enum dialect d)
{
    limiter_table(b, d);
    content_tables(b, d);
}

const struct migration app_migrations[] = {
    {1, "the log", log_tables},
    {2, "who may come in", auth_tables},
    {3, "requests that may be sent again", repeats_table},
    {4, "jobs", jobs_table},
    {5, "imports", imports_tables},
    {6, "how often rights and settings were changed", revocations_table},
    {7, "what nodes share: tries and contents", shared_tables},
    {8, "the list of backups", backups_table},
};

const int app_migrations_n = COUNT(app_migrations);
