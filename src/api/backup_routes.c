/* The list of backups: how they stand, asking for one, taking it home, letting it go. For administrators. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"
#include "content.h"
#include "work.h"

#define MOST 500 /* of the list */

static void kv_when(struct json_out *o, const char *key, msec at)
{
    if (at)
        out_kv_msec(o, key, at);
    else
        out_kv_null(o, key);
}

static void kv_ref(struct json_out *o, const char *key, id which)
{
    if (which)
        out_kv_int(o, key, which);
    else
        out_kv_null(o, key);
}

static void write_record(struct api_call *c, struct json_out *o, const struct backup_record *r)
{
    struct stat st;
    const char *path = r->path.p ? arena_cstr(c->arena, r->path) : NULL;
    const char *slash = path ? strrchr(path, '/') : NULL;

    out_open(o, '{');
    out_kv_int(o, "id", r->id);
    kv_ref(o, "plan_id", r->plan);
    kv_ref(o, "user_id", r->user);
    out_kv_str(o, "state", r->state);
    out_kv_str(o, "name", str_of(slash ? slash + 1 : path));
    out_kv_str(o, "path", r->path);
    out_kv_bool(o, "there", path && stat(path, &st) == 0 && S_ISREG(st.st_mode));
    out_kv_str(o, "error", r->error);
    kv_when(o, "started_at", r->started_at);
    kv_when(o, "finished_at", r->finished_at);
    out_kv_int(o, "written_ms", r->written_ms);
    out_kv_int(o, "verified_ms", r->verified_ms);
    out_kv_int(o, "size", r->size);
    out_kv_int(o, "rows", r->rows);
    out_kv_int(o, "changes", r->changes);
    out_kv_int(o, "contents", r->contents);
    out_kv_int(o, "missing", r->missing);
    out_kv_int(o, "last_seq", r->last_seq);
    out_kv_bool(o, "encrypted", r->encrypted);
    out_close(o, '}');
}

static int write_health(struct api_call *c, struct json_out *o, struct err *err)
{
    struct backup_health h;

    if (backup_health(c->app, c->ctx.t, &h, err) < 0)
        return -1;
    out_open(o, '{');
    out_kv_bool(o, "ok", !h.last_failed && !h.overdue);
    out_kv_bool(o, "overdue", h.overdue);
    out_kv_bool(o, "last_failed", h.last_failed);
    out_kv_str(o, "last_error", h.last_error);
    kv_when(o, "last_good_at", h.last_good);
    kv_when(o, "next_at", h.next_at);
    out_kv_int(o, "plans", h.plans);
    out_close(o, '}');
    return 0;
}

static int list(struct api_call *c, struct err *err)
{
    struct backup_record *records;
    size_t n;

    if (record_list(c->ctx.t, MOST, &records, &n, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    for (size_t i = 0; i < n; i++)
        write_record(c, o, &records[i]);
    out_close(o, ']');
    out_key(o, S("health"));
    if (write_health(c, o, err) < 0)
        return -1;
    out_close(o, '}');
    return 0;
}

static int health(struct api_call *c, struct err *err)
{
    return write_health(c, api_reply(c, 200), err);
}

static int ask(struct api_call *c, struct err *err)
{
    const json_t *plan = json_object_get(c->body, "plan_id");
    struct backup_record record;
    struct row *row;
    id which = 0, made;
    const char *key;
    json_t *value;

    json_object_foreach(c->body, key, value)
        if (strcmp(key, "plan_id") != 0)
            return err_field(err, "", "unknown", "There is nothing to say but plan_id.");
    if (plan && !json_is_null(plan)) {
        which = json_is_integer(plan) ? json_integer_value(plan) : 0;
        struct err gone = {0};
        if (which < 1 || op_get(&c->ctx, schema_must(c->app->schema, "backup_plans"), which, &row, &gone) < 0)
            return err_field(err, "plan_id", "reference", "There is no such backup plan.");
    }
    if (backup_ask(c->ctx.t, which, c->who.user, &made, err) < 0 || record_get(c->ctx.t, made, &record, err) < 0)
        return -1;
    write_record(c, api_reply(c, 202), &record);
    return 0;
}

static int let_go(struct api_call *c, struct err *err)
{
    if (backup_delete(c->app, c->arena, c->id, err) < 0)
        return -1;
    http_reply(c->x, 204, "application/json");
    return 0;
}

static int download(struct api_call *c, struct err *err)
{
    struct backup_record record;
    struct stat st;

    if (record_get(c->ctx.t, c->id, &record, err) < 0)
        return -1;
    if (!str_is(record.state, "done") || !record.path.p)
        return err_set(err, ERR_NOT_FOUND, "This backup has no file.");
    const char *path = arena_cstr(c->arena, record.path), *slash = strrchr(path, '/');
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_set(err, ERR_NOT_FOUND, "The file of this backup cannot be read: %s.", strerror(errno));
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return err_set(err, ERR_NOT_FOUND, "The file of this backup is gone.");
    }
    http_reply_file(c->x, "application/octet-stream", fd, (uint64_t)st.st_size);
    http_reply_header(c->x, "Cache-Control", S("private, no-store"));
    http_reply_header(c->x, "X-Content-Type-Options", S("nosniff"));
    http_reply_header(c->x, "Content-Disposition",
                      content_disposition(c->arena, str_of(slash ? slash + 1 : path), false));
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_GET, API "/backups", API_READ, list, AUTH_ADMIN, .answer = "Backups",
     .doc = "The backups that were made or tried, newest first, and how they stand"},
    {HTTP_POST, API "/backups", API_WRITE, ask, AUTH_ADMIN, .body = "BackupRequest", .answer = "Backup", .status = 202,
     .doc = "Asks for a backup now, to where a plan says or to the folder beside the data"},
    {HTTP_GET, API "/backups/health", API_READ, health, AUTH_ADMIN, .answer = "BackupHealth",
     .doc = "Whether backups are made as they should be"},
    {HTTP_DELETE, API "/backups/{id}", API_SLOW, let_go, AUTH_ADMIN, .status = 204,
     .doc = "Removes a backup from the list and from the disk"},
    {HTTP_GET, API "/backups/{id}/content", API_READ, download, AUTH_ADMIN, .media = "application/octet-stream",
     .doc = "The file of a backup; it holds everybody's data and password hashes"},
};

#define INTEGER "{\"type\":\"integer\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define WHEN_OR_NULL "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}"
#define BOOLEAN "{\"type\":\"boolean\"}"

static const struct api_schema schemas[] = {
    {"BackupRequest", "{\"type\":\"object\",\"properties\":{\"plan_id\":{\"type\":[\"integer\",\"null\"]}}}"},
    {"Backup",
     "{\"type\":\"object\",\"required\":[\"id\",\"plan_id\",\"state\",\"name\",\"there\",\"error\",\"started_at\","
     "\"finished_at\",\"size\",\"rows\",\"encrypted\"],\"additionalProperties\":false,\"properties\":{\"id\":" INTEGER
     ",\"plan_id\":{\"type\":[\"integer\",\"null\"]},\"user_id\":{\"type\":[\"integer\",\"null\"]},"
     "\"state\":{\"type\":\"string\",\"enum\":[\"waiting\",\"running\",\"done\",\"failed\"]},\"name\":" TEXT_OR_NULL
     ",\"path\":" TEXT_OR_NULL ",\"there\":" BOOLEAN ",\"error\":" TEXT_OR_NULL ",\"started_at\":" WHEN_OR_NULL
     ",\"finished_at\":" WHEN_OR_NULL ",\"written_ms\":" INTEGER ",\"verified_ms\":" INTEGER ",\"size\":" INTEGER
     ",\"rows\":" INTEGER ",\"changes\":" INTEGER ",\"contents\":" INTEGER ",\"missing\":" INTEGER
     ",\"last_seq\":" INTEGER ",\"encrypted\":" BOOLEAN "}}"},
    {"BackupHealth",
     "{\"type\":\"object\",\"required\":[\"ok\",\"overdue\",\"last_failed\",\"last_error\",\"last_good_at\","
     "\"next_at\",\"plans\"],\"additionalProperties\":false,\"properties\":{\"ok\":" BOOLEAN ",\"overdue\":" BOOLEAN
     ",\"last_failed\":" BOOLEAN ",\"last_error\":" TEXT_OR_NULL ",\"last_good_at\":" WHEN_OR_NULL
     ",\"next_at\":" WHEN_OR_NULL ",\"plans\":" INTEGER "}}"},
    {"Backups",
     "{\"type\":\"object\",\"required\":[\"data\",\"health\"],\"additionalProperties\":false,\"properties\":{"
     "\"data\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Backup\"}},"
     "\"health\":{\"$ref\":\"#/components/schemas/BackupHealth\"}}}"},
};

const struct api_table backup_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};
