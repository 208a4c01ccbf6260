/*
 * Where the server is and how it is spoken to: what the address says, and settings of ours for what it leaves open.
 * An address may hold a password, so neither it nor what libpq says of its parts is ever shown.
 */
#include <stdlib.h>
#include <string.h>

#include "postgres.h"

/* Settings where the address has none: a server that is gone is noticed within seconds. */
static const struct {
    const char *key, *value;
} ours[] = {
    {"connect_timeout", "3"},
    {"keepalives", "1"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "3"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
    {"target_session_attrs", "read-write"}, /* of several servers the one that takes writes */
    {"fallback_application_name", "penstock"},
};

/* "host=… dbname=…": the first word is a setting that libpq knows. */
static bool is_keywords(const char *url)
{
    size_t n = strcspn(url, "= ");
    PQconninfoOption *known = url[n] == '=' && n > 0 ? PQconndefaults() : NULL;
    bool found = false;

    for (PQconninfoOption *o = known; o && o->keyword && !found; o++)
        found = strlen(o->keyword) == n && memcmp(o->keyword, url, n) == 0;
    PQconninfoFree(known);
    return found;
}

bool postgres_is_url(const char *url)
{
    struct str u = str_of(url);

    return str_starts(u, S("postgres://")) || str_starts(u, S("postgresql://")) || is_keywords(url);
}

static bool add(struct back_db *db, size_t *n, const char *key, const char *value)
{
    db->keys[*n] = strdup(key);
    db->values[*n] = strdup(value);
    ++*n;
    return db->keys[*n - 1] && db->values[*n - 1];
}

int postgres_url(struct back_db *db, const char *url, struct err *err)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &why);
    size_t room = COUNT(ours) + 2, n = 0;
    bool ok = true;

    PQfreemem(why); /* it quotes the address */
    if (!options)
        return err_set(err, ERR_INVALID,
                       "The address of the database cannot be understood; it looks like "
                       "postgres://user:password@host:5432/database.");
    for (PQconninfoOption *o = options; o->keyword; o++)
        room++;
    db->keys = calloc(room, sizeof(*db->keys));
    db->values = calloc(room, sizeof(*db->values));
    ok = db->keys && db->values;
    for (PQconninfoOption *o = options; ok && o->keyword; o++)
        if (o->val)
            ok = add(db, &n, o->keyword, o->val);
    for (size_t i = 0; ok && i < COUNT(ours); i++) {
        bool given = false;
        for (PQconninfoOption *o = options; o->keyword; o++)
            given |= o->val && strcmp(o->keyword, ours[i].key) == 0;
        if (!given)
            ok = add(db, &n, ours[i].key, ours[i].value);
    }
    ok = ok && add(db, &n, "client_encoding", "UTF8"); /* after the address: the last one holds */
    PQconninfoFree(options);
    return ok ? 0 : err_set(err, ERR_BUSY, "Out of memory.");
}

void postgres_url_free(struct back_db *db)
{
    for (size_t i = 0; db->keys && db->keys[i]; i++) {
        if (strcmp(db->keys[i], "password") == 0 && db->values[i])
            explicit_bzero((char *)(uintptr_t)db->values[i], strlen(db->values[i]));
        free((char *)(uintptr_t)db->keys[i]);
        free((char *)(uintptr_t)db->values[i]);
    }
    free(db->keys);
    free(db->values);
}
