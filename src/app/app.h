/*
 * The program's state, and what one caller does in it. `struct app` is made once; a `struct ctx` is made for each
 * request, job or command and says who acts, in which transaction and from where. All doors (API, mail, calendar,
 * command line) make a ctx and call the op_* of op.h; a rule written there holds for every door.
 *
 *     struct ctx c;
 *     ctx_read(&c, app, txn, who);        looks, with the rights of `who`
 *     ctx_write(&c, app, txn, who, "api"); changes; all it does is one change set
 */
#ifndef APP_APP_H
#define APP_APP_H

#include <pthread.h>
#include <stdatomic.h>

#include "access.h"
#include "list.h"
#include "log.h"
#include "migrate.h"

struct app {
    struct arena *arena; /* lives as long as the app */
    struct schema *schema;
    struct store *store;
    const char *data_dir;
    const char *public_url; /* without a slash at the end */
    struct migrations migrations;

    /* The kinds that code names. */
    const struct kind *deals, *stages, *pipelines, *users, *teams, *activities, *deal_lines, *products, *organisations,
        *people, *notes, *files, *rights, *custom_fields, *workspaces, *exchange_rates, *tokens, *lost_reasons;

    int64_t release;        /* the last of the database's that this program knows (migrate.h) */
    _Atomic msec recorded;  /* the latest moment in the log, whose clock stands still when this machine's is set back */
    _Atomic bool overtaken; /* a newer program has upgraded the database: nothing is written any more */

    int64_t epoch;               /* of rights and settings (auth.h), as the commit hook knows it */
    pthread_mutex_t lock;        /* for loading custom fields */
    struct auth *auth;           /* auth.h */
    struct follow *follow;       /* follow.h: the past of deals in memory; NULL: reports read the log */
    struct standings *standings; /* standing.h */
    struct tally *tally;         /* tally.h; NULL: the database counts */
};

/* Kinds whose rows decide who may do what and how things are shown; what is worked out from them is kept. */
#define SETTING_KINDS "users", "teams", "rights", "fields", "workspaces", "tokens"

struct app_config {
    const char *data_dir;
    const char *db_url;              /* NULL: penstock.db in the data folder */
    unsigned db_readers, db_writers; /* connections to a server at most; 0: as store.h says */
    const char *public_url;          /* NULL: none */
    bool trace;
    bool must_exist;
    /* Upgrades an older database first (upgrade.h) and says so through this; NULL: an older one is refused. */
    void (*upgrade)(const char *line);
    const struct migrations *migrations; /* NULL: the program's own */
};

/* Opens the store, makes the tables of a new one, seeds it (pipelines, workspace) and loads custom fields. A database
 * that a newer program has changed is refused. */
int app_open(struct app **ret, const struct app_config *config, struct err *err);

/* For putting a database together: the store alone, as scratch (store.h), its tables as they are. Afterwards
 * app_prepare, a write_fn, makes of it what app_open gives, but for signing in. */
int app_open_bare(struct app **ret, const struct app_config *config, struct err *err);
int app_prepare(struct txn *t, void *app, struct err *err);
void app_close(struct app *a);

/* From now on the past of deals is kept in memory, so that reports need not read the log. For programs that stay. */
int app_follow(struct app *a, struct err *err);

/* Who acts. A token may reach less far than its user. */
enum token_scope { SCOPE_READ, SCOPE_WRITE, SCOPE_ADMIN };
struct who {
    id user; /* 0: the program itself, which may do everything */
    enum token_scope scope;
};
#define WHO_SYSTEM ((struct who){.user = 0, .scope = SCOPE_ADMIN})

/* Settings that hold for all, read with each ctx. */
struct workspace {
    struct str name, base_currency, locale;
    const struct zone *zone;
    struct str zone_name;
};

struct ctx {
    struct app *app;
    struct arena *arena;
    struct txn *t;
    struct who who;
    const struct access *access;
    struct workspace workspace;
    msec now;
    msec occurred_at; /* business time of what follows; 0: now */
    struct change_set cs;
    bool by_import;        /* closed deals may have no stage, read-only history fields may be set */
    struct str *new_token; /* where the text of a token goes that is made; NULL: none can be */
    id deleting;           /* the record whose deletion takes others with it, or 0 */
    int depth;             /* of changes that follow from changes */
    int touched;           /* records that a deletion has changed or taken along so far */
};

/* Fills a ctx for reading, or for one change set. Fails when the user is gone or not active (ERR_AUTH). */
int ctx_read(struct ctx *c, struct app *a, struct txn *t, struct who who, struct err *err);
int ctx_write(struct ctx *c, struct app *a, struct txn *t, struct who who, const char *origin, struct err *err);

/* The rights of a user, worked out anew, in the arena. NULL in *ret for the program itself: it may do everything. */
int access_load(struct app *a, struct txn *t, struct arena *arena, struct who who, const struct access **ret,
                struct err *err);

/* The preset rights of a role for a kind, before the team's own `rights`. */
enum level preset_see(enum role role, const struct kind *k);
enum level preset_edit(enum role role, const struct kind *k);
bool preset_create(enum role role, const struct kind *k);
const char *level_name(enum level l);
bool level_find(struct str name, enum level *ret);
const char *role_name(enum role r);
bool role_find(struct str name, enum role *ret);

/* The hook for store_on_commit: reads settings anew when they have changed, and looks whether a newer program has been
 * at the database. */
void app_committed(void *app);

/* A row of kind `fields` as the description of a field; and all of them read anew, at start and when they change. */
int custom_field_make(struct app *a, struct arena *arena, const struct row *row, struct field *ret, struct err *err);
int custom_fields_load(struct app *a, struct txn *t, struct err *err);

extern const struct migration app_migrations[];
extern const int app_migrations_n;

/* Upgrades by hand: what app_open would do with an older database, or only the rehearsal of it (upgrade.h). */
int app_upgrade(const struct app_config *config, bool rehearse_only, struct err *err);

/* What a new installation has: the workspace row, pipelines and stages. Does nothing when there is a workspace. */
int app_seed(struct app *a, struct txn *t, struct err *err);

#endif
