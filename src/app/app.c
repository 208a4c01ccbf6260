#include "app.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth.h"
#include "diag.h"
#include "follow.h"
#include "kinds.h"
#include "migrate.h"
#include "rules.h"
#include "secret.h"
#include "sqlgen.h"
#include "standing.h"
#include "tally.h"
#include "upgrade.h"

static void name_kinds(struct app *a)
{
    struct {
        const struct kind **at;
        const char *name;
    } names[] = {
        {&a->deals, "deals"},
        {&a->stages, "stages"},
        {&a->pipelines, "pipelines"},
        {&a->users, "users"},
        {&a->teams, "teams"},
        {&a->activities, "activities"},
        {&a->deal_lines, "deal_lines"},
        {&a->products, "products"},
        {&a->people, "people"},
        {&a->organisations, "organisations"},
        {&a->notes, "notes"},
        {&a->files, "files"},
        {&a->rights, "rights"},
        {&a->custom_fields, "fields"},
        {&a->tokens, "tokens"},
        {&a->workspaces, "workspaces"},
        {&a->lost_reasons, "lost_reasons"},
        {&a->exchange_rates, "exchange_rates"},
    };

    for (size_t i = 0; i < COUNT(names); i++)
        *names[i].at = schema_must(a->schema, names[i].name);
}

#define LAST_RELEASE "SELECT coalesce(max(number), 0) FROM releases"

/* What the app knows of its database from the start. */
static int take_state(struct app *a, struct txn *t, struct err *err)
{
    if (custom_fields_load(a, t, err) < 0)
        return -1;
    struct value release;
    if (sql_row(t, LAST_RELEASE, NO_ARGS, &release, 1, err) < 0)
        return -1;
    a->release = release.i;
    struct value last;
    int n = sql_row(t, "SELECT recorded_at FROM changesets ORDER BY id DESC LIMIT 1", NO_ARGS, &last, 1, err);
    if (n < 0)
        return -1;
    if (n == 1)
        atomic_store(&a->recorded, last.i);
    return auth_epoch_of(t, &a->epoch, err);
}

int app_prepare(struct txn *t, void *arg, struct err *err)
{
    struct app *a = arg;

    return txn_alone(t, err) < 0 || migrate(t, &a->migrations, err) < 0 || sql_script(t, LOG_INDEXES, err) < 0 ||
                   log_settle(t, err) < 0 || app_seed(a, t, err) < 0
               ? -1
               : take_state(a, t, err);
}

/* One more node of several finds everything as it should be and keeps nobody from writing. 1 when that is so. */
static int join(struct app *a, struct txn *t, struct err *err)
{
    struct migrate_look look = {0};
    struct value any;
    int n;

    if (migrate_look(t, &a->migrations, &look, err) < 0)
        return -1;
    if (look.state != MIGRATE_DONE)
        return 0;
    if ((n = sql_row(t, "SELECT id FROM changesets LIMIT 1", NO_ARGS, &any, 1, err)) != 1 ||
        (n = log_is_settled(t, err)) != 1)
        return n;
    return take_state(a, t, err) < 0 ? -1 : 1;
}

static int prepare(struct app *a, struct arena *work, struct err *err)
{
    struct txn *t = store_dialect(a->store) == DIALECT_SQLITE ? NULL : txn_read(a->store, work, err);
    int joined = t ? join(a, t, err) : 0;

    txn_end(t);
    return joined < 0 ? -1 : joined ? 0 : store_write(a->store, work, app_prepare, a, err);
}

static const char *database_url(struct arena *arena, const struct app_config *config)
{
    return config->db_url ? config->db_url : arena_printf(arena, "%s/penstock.db", config->data_dir).p;
}

/* An app with its kinds, and no store yet. */
static int make(struct app **ret, const struct app_config *config, struct err *err)
{
    struct arena *arena = arena_new(MAX_ARENA);

    if (!arena || secret_init() < 0) {
        arena_free(arena);
        return err_set(err, ERR_BUSY, "The system gives no memory or no randomness.");
    }
    struct app *a = NEW(arena, struct app);
    a->arena = arena;
    a->schema = kinds_schema(arena);
    a->migrations = (struct migrations){
        .version = PENSTOCK_VERSION, .schema = a->schema, .steps = app_migrations, .n = app_migrations_n};
    if (config->migrations)
        a->migrations = *config->migrations;
    a->data_dir = arena_cstr(arena, str_of(config->data_dir));
    a->public_url = config->public_url;
    pthread_mutex_init(&a->lock, NULL);
    sqlgen_attach(a->schema);
    name_kinds(a);
    *ret = a;
    return 0;
}

static struct upgrade upgrade_of(struct app *a, const struct app_config *config)
{
    return (struct upgrade){
        .app = a,
        .store = {.url = database_url(a->arena, config), .trace = config->trace, .must_exist = true},
        .migrations = &a->migrations,
        .tell = config->upgrade,
    };
}

/* Whether an older program made the database that is open; a newer one is refused here. */
static int is_older(struct app *a, struct arena *work, bool *ret, struct err *err)
{
    struct migrate_look look = {0};
    struct txn *t = txn_read(a->store, work, err);
    int r = t ? migrate_look(t, &a->migrations, &look, err) : -1;

    txn_end(t);
    *ret = r == 0 && look.state == MIGRATE_OLDER;
    return r;
}

static int open_store(struct app *a, const struct app_config *config, struct arena *work, struct err *err)
{
    struct store_config store = {.url = database_url(a->arena, config),
                                 .trace = config->trace,
                                 .must_exist = config->must_exist,
                                 .readers = config->db_readers,
                                 .writers = config->db_writers};
    bool older;

    if (store_open(&a->store, &store, err) < 0 || is_older(a, work, &older, err) < 0)
        return -1;
    if (!older)
        return 0;
    if (!config->upgrade)
        return err_set(err, ERR_CONFLICT,
                       "This database was made by an older Penstock and has to be upgraded: run \"penstock upgrade\" "
                       "(with --dry-run to rehearse it only), or start the server.");
    store_close(a->store);
    a->store = NULL;
    struct upgrade upgrade = upgrade_of(a, config);
    return upgrade_run(&upgrade, err) < 0 ? -1 : store_open(&a->store, &store, err);
}

int app_open(struct app **ret, const struct app_config *config, struct err *err)
{
    struct arena *work = arena_new(MAX_ARENA);
    struct app *a = NULL;

    int result = work ? make(&a, config, err) : err_set(err, ERR_BUSY, "The system gives no memory.");
    if (result == 0)
        result = open_store(a, config, work, err);
    if (result == 0)
        result = prepare(a, work, err);
    if (result == 0)
        result = auth_open(a, err);
    if (result == 0 && (!(a->standings = standings_new()) || !(a->tally = tally_new())))
        result = err_set(err, ERR_BUSY, "There is no memory for this now.");
    arena_free(work);
    if (result < 0) {
        app_close(a);
        return -1;
    }
    store_on_commit(a->store, app_committed, a);
    *ret = a;
    return 0;
}

int app_open_bare(struct app **ret, const struct app_config *config, struct err *err)
{
    struct app *a;

    if (make(&a, config, err) < 0)
        return -1;
    if (store_open(&a->store, &(struct store_config){.url = database_url(a->arena, config), .scratch = true}, err) <
        0) {
        app_close(a);
        return -1;
    }
    *ret = a;
    return 0;
}

int app_upgrade(const struct app_config *config, bool rehearse_only, struct err *err)
{
    struct app *a;

    if (make(&a, config, err) < 0)
        return -1;
    struct upgrade upgrade = upgrade_of(a, config);
    upgrade.rehearse_only = rehearse_only;
    int result = upgrade_run(&upgrade, err);
    app_close(a);
    return result;
}

void app_close(struct app *a)
{
    if (!a)
        return;
    follow_stop(a->follow);
    store_close(a->store);
    follow_free(a->follow); /* the store told it of commits to the end */
    tally_free(a->tally);
    standings_free(a->standings);
    auth_close(a->auth);
    pthread_mutex_destroy(&a->lock);
    arena_free(a->arena);
}

static void follow_committed(void *follow)
{
    follow_wake(follow);
}

int app_follow(struct app *a, struct err *err)
{
    const char *path = arena_printf(a->arena, "%s/columns.cache", a->data_dir).p;

    if (follow_new(&a->follow, a->store, path, err) < 0)
        return -1;
    store_on_commit(a->store, follow_committed, a->follow);
    return 0;
}

/* -- after a commit -------------------------------------------------------------------------------- */

/* Has the database had an upgrade since, and does this program still know it? */
static int look_for_upgrade(struct app *a, struct txn *t, struct err *err)
{
    struct migrate_look look = {0};
    struct value release;
    struct err why = {0};

    if (sql_row(t, LAST_RELEASE, NO_ARGS, &release, 1, err) < 0)
        return -1;
    if (release.i == a->release || atomic_load(&a->overtaken))
        return 0;
    if (migrate_look(t, &a->migrations, &look, &why) == 0) {
        a->release = release.i;
        return 0;
    }
    atomic_store(&a->overtaken, why.code == ERR_CONFLICT);
    *err = why;
    return -1;
}

/* Rights or settings have changed, here or on another node. */
static int take_settings(struct app *a, struct txn *t, struct err *err)
{
    int64_t epoch;

    if (auth_epoch_of(t, &epoch, err) < 0)
        return -1;
    if (epoch == a->epoch)
        return 0;
    if (custom_fields_load(a, t, err) < 0)
        return -1;
    a->epoch = epoch;
    auth_epoch_seen(a, epoch);
    return 0;
}

#define LOOKS 5u

struct look {
    struct app *app;
    struct arena *arena;
    struct err err;
};

static int look_round(void *arg)
{
    struct look *l = arg;
    struct txn *t = txn_read(l->app->store, l->arena, &l->err);
    int result = t ? look_for_upgrade(l->app, t, &l->err) : -1;

    if (result == 0)
        result = take_settings(l->app, t, &l->err);
    txn_end(t);
    return result;
}

/* What is not learnt here is learnt after the next commit, which may be long: it is worth some tries. */
void app_committed(void *app)
{
    struct look l = {.app = app};

    for (unsigned i = 0; i < LOOKS; i++) {
        usleep(i ? 1000u << i : 0);
        l.err = (struct err){0};
        l.arena = arena_new(MAX_ARENA);
        int result = l.arena ? arena_try(look_round, &l) : ARENA_OOM;
        arena_free(l.arena);
        if (result >= 0)
            return;
    }
    diag(DIAG_WARN, "after a commit: %s", l.err.msg[0] ? l.err.msg : "out of memory");
}

/* -- contexts ------------------------------------------------------------------------------------ */

int ctx_read(struct ctx *c, struct app *a, struct txn *t, struct who who, struct err *err)
{
    *c = (struct ctx){.app = a, .arena = txn_arena(t), .t = t, .who = who, .now = clock_now()};
    const struct standing *s;
    if (standing_get(a, t, who, &s, err) < 0)
        return -1;
    c->access = s->access;
    c->workspace = s->workspace;
    return 0;
}

/* The moment of a change: never before one that is in the log already, so that the order of the log is that of its
 * times, and the past by them is what was there. */
static msec log_clock(struct app *a)
{
    msec now = clock_now(), last = atomic_load(&a->recorded);

    while (now > last && !atomic_compare_exchange_weak(&a->recorded, &last, now))
        ;
    return now > last ? now : last;
}

int ctx_write(struct ctx *c, struct app *a, struct txn *t, struct who who, const char *origin, struct err *err)
{
    if (atomic_load(&a->overtaken))
        return err_set(err, ERR_BUSY,
                       "A newer Penstock has upgraded the database; start this one anew with its version.");
    if (ctx_read(c, a, t, who, err) < 0)
        return -1;
    c->now = log_clock(a);
    c->cs = (struct change_set){
        .actor = who.user, .origin = origin, .recorded_at = c->now, .written = rules_written, .context = a};
    return 0;
}
