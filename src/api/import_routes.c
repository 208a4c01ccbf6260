/* Bringing files in, and taking records out as files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"
#include "export.h"
#include "import_job.h"
#include "page.h"
#include "tab_layout.h"

/* Runs fn with a ctx for reading; for slow routes, which have none of their own. */
typedef int with_ctx(struct api_call *c, struct ctx *ctx, void *arg, struct err *err);

static int reading(struct api_call *c, with_ctx *fn, void *arg, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);
    struct ctx ctx;
    int result = t ? ctx_read(&ctx, c->app, t, c->who, err) : -1;

    if (result == 0)
        result = fn(c, &ctx, arg, err);
    txn_end(t);
    return result;
}

static int get_job(struct api_call *c, struct ctx *ctx, void *arg, struct err *err)
{
    return import_job_get(ctx, c->id, arg, err);
}

/* -- uploading ----------------------------------------------------------------------------------- */

static void write_detected(struct json_out *o, struct arena *a, struct app *app, const struct import_job *job,
                           const struct tab_report *file)
{
    bool history = str_is(job->kind, "deal-history");
    char delimiter[2] = {file->format.delimiter, '\0'};
    struct str *names = NEW_ARRAY(a, struct str, file->n + 1);
    struct tab_layout layout;

    for (size_t i = 0; i < file->n; i++)
        names[i] = file->columns[i].name;
    tab_layout(a, names, file->n, NULL, &layout);
    out_kv_z(o, "encoding", tab_encoding_name(file->format.encoding));
    out_kv_z(o, "delimiter", delimiter);
    out_kv_z(o, "date_order", tab_order_name(file->order));
    out_kv_bool(o, "dates_ambiguous", file->dates_ambiguous);
    out_kv_z(o, "likely_order", tab_order_name(file->likely_order));
    out_kv_int(o, "rows", file->rows);
    out_kv_bool(o, "rows_exact", file->rows_exact);
    out_kv_open(o, "header", '[');
    for (size_t i = 0; i < file->n; i++)
        out_str(o, file->columns[i].name);
    out_close(o, ']');
    out_kv_open(o, "columns", '[');
    for (size_t i = 0; i < file->n; i++) {
        out_open(o, '{');
        out_kv_str(o, "name", file->columns[i].name);
        out_kv_z(o, "looks", tab_looks_name(file->columns[i].looks));
        out_kv_bool(o, "ask_order", file->columns[i].order_matters && file->columns[i].order == TAB_ORDER_UNKNOWN);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_kv_open(o, "sample", '[');
    for (size_t r = 0; r < file->nsample; r++) {
        out_open(o, '[');
        for (size_t i = 0; i < file->n; i++)
            out_str(o, file->sample[r][i]);
        out_close(o, ']');
    }
    out_close(o, ']');
    out_key(o, S("suggested"));
    if (history)
        out_raw(o, S("{\"pipeline\":\"\",\"create\":true}"));
    else
        out_raw(o, json_dump(a, import_map_suggest(a, schema_kind(app->schema, job->kind), file)));
    out_kv_z(o, "preset", layout.label);
    out_kv_z(o, "likely_kind", layout.kind);
}

static int upload(struct api_call *c, struct err *err)
{
    const struct http_part *file = http_form_file(c->x, "file");
    struct str kind = http_form_value(c->x, "kind");
    struct tab_report *report;
    struct import_job job = {0};

    if (!file)
        return err_field(err, "file", "required", "Send the file as the part \"file\" of the form.");
    if (kind.n == 0)
        return err_field(err, "kind", "required", "Say which kind of record the rows are, like deals.");
    if (import_job_create(c->app, c->arena, c->who, kind, file->filename.n ? file->filename : S("file.csv"), file->path,
                          &job, &report, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 201);
    out_open(o, '{');
    out_kv_int(o, "id", job.id);
    out_kv_str(o, "kind", job.kind);
    out_kv_str(o, "filename", job.filename);
    write_detected(o, c->arena, c->app, &job, report);
    out_close(o, '}');
    return 0;
}

/* -- previewing ---------------------------------------------------------------------------------- */

static void write_bad_rows(struct json_out *o, const struct import_report *r)
{
    out_kv_open(o, "bad_rows", '[');
    for (size_t i = 0; i < r->nbad; i++) {
        out_open(o, '{');
        out_kv_int(o, "line", r->bad_rows[i].line);
        out_kv_str(o, "column", r->bad_rows[i].column);
        out_kv_str(o, "reason", r->bad_rows[i].reason);
        out_close(o, '}');
    }
    out_close(o, ']');
}

static void write_preview(struct json_out *o, const struct import_report *r, bool whole)
{
    out_open(o, '{');
    out_kv_int(o, "created", r->created);
    out_kv_int(o, "updated", r->updated);
    out_kv_int(o, "skipped", r->skipped);
    out_kv_int(o, "bad", r->bad);
    out_kv_int(o, "looked_at", r->done);
    out_kv_bool(o, "whole", whole);
    out_kv_open(o, "changed_fields", '{');
    for (int i = 0; i < r->kind->nfields; i++)
        if (r->changed[i])
            out_kv_int(o, r->kind->fields[i].name, r->changed[i]);
    out_close(o, '}');
    write_bad_rows(o, r);
    out_kv_open(o, "samples", '[');
    for (size_t i = 0; i < r->nsamples; i++) {
        out_open(o, '{');
        out_kv_int(o, "line", r->samples[i].line);
        out_kv_z(o, "action", r->samples[i].action);
        out_kv_str(o, "title", r->samples[i].title);
        out_key(o, S("fields"));
        out_raw(o, r->samples[i].fields);
        out_close(o, '}');
    }
    out_close(o, ']');
    out_close(o, '}');
}

static int map_of(struct api_call *c, const json_t **ret, struct err *err)
{
    *ret = json_object_get(c->body, "map");
    if (!json_is_object(*ret))
        return err_field(err, "map", "required", "Say what goes where: {\"map\": {\"columns\": {…}}}.");
    return 0;
}

static int preview(struct api_call *c, struct err *err)
{
    const struct import_report *report = NULL;
    struct import_job job = {0};
    const json_t *map;
    bool whole = false;

    if (map_of(c, &map, err) < 0 || reading(c, get_job, &job, err) < 0 ||
        import_job_preview(c->app, c->arena, &job, c->who, map, &report, &whole, err) < 0)
        return -1;
    write_preview(api_reply(c, 200), report, whole);
    return 0;
}

/* -- running ------------------------------------------------------------------------------------- */

static void write_job(struct json_out *o, const struct import_job *j)
{
    out_open(o, '{');
    out_kv_int(o, "id", j->id);
    out_kv_str(o, "kind", j->kind);
    out_kv_str(o, "filename", j->filename);
    out_kv_str(o, "state", j->state);
    out_kv_int(o, "done", j->done);
    out_kv_int(o, "total", j->total);
    out_kv_int(o, "created", j->created);
    out_kv_int(o, "updated", j->updated);
    out_kv_int(o, "skipped", j->skipped);
    out_kv_int(o, "bad", j->bad);
    if (j->changeset)
        out_kv_int(o, "changeset", j->changeset);
    else
        out_kv_null(o, "changeset");
    out_kv_str(o, "error", j->error);
    out_kv_msec(o, "created_at", j->created_at);
    out_close(o, '}');
}

static int start(struct api_call *c, struct err *err)
{
    struct import_job job = {0};
    const json_t *map;

    if (map_of(c, &map, err) < 0 || reading(c, get_job, &job, err) < 0 ||
        import_job_start(c->app, c->arena, &job, map, err) < 0)
        return -1;
    job.state = S("running");
    write_job(api_reply(c, 202), &job);
    return 0;
}

static int show(struct api_call *c, struct err *err)
{
    struct import_job job = {0};

    if (import_job_get(&c->ctx, c->id, &job, err) < 0)
        return -1;
    write_job(api_reply(c, 200), &job);
    return 0;
}

static int list(struct api_call *c, struct err *err)
{
    struct import_job *jobs;
    size_t n;

    if (import_job_list(&c->ctx, &jobs, &n, err) < 0)
        return -1;
    struct json_out *o = api_reply(c, 200);
    out_open(o, '{');
    out_kv_open(o, "data", '[');
    for (size_t i = 0; i < n; i++)
        write_job(o, &jobs[i]);
    out_close(o, ']');
    out_close(o, '}');
    return 0;
}

/* -- files that go out --------------------------------------------------------------------------------- */

/* A file without a name in the data folder: it is gone when it is closed. */
static int scratch_file(struct api_call *c, struct err *err)
{
    const char *path = arena_printf(c->arena, "%s/export-XXXXXX", c->app->data_dir).p;
    int fd = mkstemp((char *)(uintptr_t)path);

    if (fd < 0)
        return err_disk(err, errno, "A file to send cannot be made");
    unlink(path);
    return fd;
}

struct outgoing {
    int fd;
    enum tab_file format;
    struct import_job job;
};

static int reply_file(struct api_call *c, struct outgoing *out, const char *type, struct str name, struct err *err)
{
    struct stat st;

    if (fstat(out->fd, &st) < 0)
        return err_set(err, ERR_INTERNAL, "The file is lost: %s.", strerror(errno));
    http_reply_header(c->x, "Content-Disposition",
                      arena_printf(c->arena, "attachment; filename=\"" STR_FMT "\"", STR_ARG(name)));
    http_reply_file(c->x, type, out->fd, (uint64_t)st.st_size);
    return 0;
}

static int write_bad(struct api_call *c, struct ctx *ctx, void *arg, struct err *err)
{
    struct outgoing *out = arg;

    return import_job_get(ctx, c->id, &out->job, err) < 0 ? -1
                                                          : import_job_bad(ctx, &out->job, tab_sink_fd(out->fd), err);
}

static int bad_rows(struct api_call *c, struct err *err)
{
    struct outgoing out = {.fd = scratch_file(c, err)};

    if (out.fd < 0)
        return -1;
    if (reading(c, write_bad, &out, err) < 0) {
        close(out.fd);
        return -1;
    }
    return reply_file(c, &out, "text/csv; charset=utf-8", arena_printf(c->arena, "bad-rows-%lld.csv", (long long)c->id),
                      err);
}

static int write_rows(struct api_call *c, struct ctx *ctx, void *arg, struct err *err)
{
    struct outgoing *out = arg;
    struct list_query q = {.kind = c->kind, .access = ctx->access};
    int64_t rows;

    c->ctx = *ctx;
    if (page_filters_read(c, "format q", &q, err) < 0)
        return -1;
    q.q = api_query(c, "q");
    return export_rows(ctx, &q, out->format, tab_sink_fd(out->fd), &rows, err);
}

static int write_history(struct api_call *c, struct ctx *ctx, void *arg, struct err *err)
{
    struct outgoing *out = arg;
    int64_t pipeline = 0, rows;

    if (api_query_int(c, "pipeline", 1, INT64_MAX, &pipeline, err) < 0)
        return -1;
    return export_history(ctx, pipeline, out->format, tab_sink_fd(out->fd), &rows, err);
}

static int send_export(struct api_call *c, with_ctx *write, struct str name, struct err *err)
{
    struct str format = api_query(c, "format");
    struct outgoing out = {.format = TAB_CSV};

    if (format.p && !tab_file_find(format, &out.format))
        return err_field(err, "format", "choice", "The formats are csv, json and xlsx.");
    out.fd = scratch_file(c, err);
    if (out.fd < 0)
        return -1;
    if (reading(c, write, &out, err) < 0) {
        close(out.fd);
        return -1;
    }
    return reply_file(c, &out, tab_file_type(out.format),
                      arena_printf(c->arena, STR_FMT ".%s", STR_ARG(name), tab_file_name(out.format)), err);
}

static int export_kind(struct api_call *c, struct err *err)
{
    return send_export(c, write_rows, str_of(c->kind->name), err);
}

static int export_deal_history(struct api_call *c, struct err *err)
{
    return send_export(c, write_history, S("deal-history"), err);
}

#define TABLE_MEDIA "text/csv, application/json, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static const struct api_route routes[] = {
    {HTTP_GET, API "/imports", API_READ, list, .answer = "ImportList", .doc = "The caller's imports, newest first"},
    {HTTP_POST, API "/imports", API_SLOW, upload, .form = MAX_UPLOAD, .answer = "ImportFile", .status = 201,
     .doc = "Uploads a file of rows (parts: file, kind) and tells what it looks like"},
    {HTTP_GET, API "/imports/{id}", API_READ, show, .answer = "Import", .doc = "An import and how far it has come"},
    {HTTP_POST, API "/imports/{id}/preview", API_SLOW, preview, .body = "ImportMap", .answer = "ImportPreview",
     .doc = "What the import would do with this map; keeps nothing"},
    {HTTP_POST, API "/imports/{id}/run", API_SLOW, start, .body = "ImportMap", .answer = "Import", .status = 202,
     .doc = "Runs the import in the background, as one change set"},
    {HTTP_GET, API "/imports/{id}/bad", API_SLOW, bad_rows, .media = "text/csv",
     .doc = "The rows that could not be taken, with line, column and reason"},
    {HTTP_GET, API "/export/deal-history", API_SLOW, export_deal_history, .query = "format pipeline",
     .media = TABLE_MEDIA, .doc = "Every event in the life of the deals, as importing deal-history reads it"},
    {HTTP_GET, API "/export/{kind}", API_SLOW, export_kind, .query = "format q *", .media = TABLE_MEDIA,
     .doc = "All records that fit the conditions, as csv, json or xlsx"},
};

static const struct api_schema schemas[] = {
    {"ImportMap", "{\"type\":\"object\",\"required\":[\"map\"],\"properties\":{\"map\":{\"type\":\"object\"}}}"},
    {"ImportFile",
     "{\"type\":\"object\",\"required\":[\"id\",\"kind\",\"filename\",\"header\",\"sample\",\"suggested\",\"rows\"],"
     "\"properties\":{\"id\":{\"type\":\"integer\"},\"kind\":{\"type\":\"string\"},\"filename\":{\"type\":\"string\"},"
     "\"encoding\":{\"type\":\"string\"},\"delimiter\":{\"type\":\"string\"},\"date_order\":{\"type\":\"string\"},"
     "\"dates_ambiguous\":{\"type\":\"boolean\"},\"likely_order\":{\"type\":\"string\"},\"rows\":{\"type\":\"integer\"}"
     ","
     "\"rows_exact\":{\"type\":\"boolean\"},\"header\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
     "\"columns\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
     "\"sample\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},"
     "\"suggested\":{\"type\":\"object\"},\"preset\":{\"type\":[\"string\",\"null\"]},"
     "\"likely_kind\":{\"type\":[\"string\",\"null\"]}}}"},
    {"ImportPreview",
     "{\"type\":\"object\",\"required\":[\"created\",\"updated\",\"skipped\",\"bad\",\"bad_rows\"],\"properties\":{"
     "\"created\":{\"type\":\"integer\"},\"updated\":{\"type\":\"integer\"},\"skipped\":{\"type\":\"integer\"},"
     "\"bad\":{\"type\":\"integer\"},\"looked_at\":{\"type\":\"integer\"},\"whole\":{\"type\":\"boolean\"},"
     "\"changed_fields\":{\"type\":\"object\"},\"bad_rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
     "\"samples\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}}"},
    {"Import", "{\"type\":\"object\",\"required\":[\"id\",\"kind\",\"state\",\"done\",\"total\"],\"properties\":{"
               "\"id\":{\"type\":\"integer\"},\"kind\":{\"type\":\"string\"},\"filename\":{\"type\":\"string\"},"
               "\"state\":{\"type\":\"string\",\"enum\":[\"uploaded\",\"running\",\"done\",\"failed\"]},"
               "\"done\":{\"type\":\"integer\"},\"total\":{\"type\":\"integer\"},\"created\":{\"type\":\"integer\"},"
               "\"updated\":{\"type\":\"integer\"},\"skipped\":{\"type\":\"integer\"},\"bad\":{\"type\":\"integer\"},"
               "\"changeset\":{\"type\":[\"integer\",\"null\"]},\"error\":{\"type\":[\"string\",\"null\"]},"
               "\"created_at\":{\"type\":\"string\"}}}"},
    {"ImportList",
     "{\"type\":\"object\",\"required\":[\"data\"],\"properties\":{\"data\":{\"type\":\"array\",\"items\":"
     "{\"$ref\":\"#/components/schemas/Import\"}}}}"},
};

const struct api_table import_routes = {routes, COUNT(routes), schemas, COUNT(schemas)};
