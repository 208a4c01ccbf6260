/* Uploading files and giving them back. */
#include "api.h"
#include "ceilings.h"
#include "cond.h"
#include "content.h"

/* -- upload --------------------------------------------------------------------------------------------------- */

static const char *const belongs_to[] = {"deal_id", "organisation_id", "person_id"};

struct upload {
    struct api_call *call;
    struct content content;
    struct str name;
    id owners[COUNT(belongs_to)];
    struct row *row;
    id changeset;
};

static int read_form(struct api_call *c, struct upload *u, const struct http_part **ret, struct err *err)
{
    *ret = http_form_file(c->x, "file");
    if (!*ret)
        err_field(err, "file", "required", "Send the file as the part named file.");
    for (size_t i = 0; c->x->form && i < c->x->nform; i++) {
        const struct http_part *p = &c->x->form[i];
        bool known = *ret && p == *ret;
        for (size_t k = 0; k < COUNT(belongs_to) && !p->file; k++) {
            if (!str_is(p->name, belongs_to[k]))
                continue;
            known = true;
            if (p->value.n && (!str_int(p->value, &u->owners[k]) || u->owners[k] < 1))
                err_field(err, belongs_to[k], "type", "This must be the number of a record.");
        }
        if (!known)
            err_field(err, arena_cstr(c->arena, str_upto(p->name, 60)), "unknown", "There is no such part here.");
    }
    return err->code == ERR_NONE ? 0 : -1;
}

/* Before the content is looked at: may he add files at all? */
static int may_upload(struct api_call *c, struct err *err)
{
    struct txn *t = txn_read(c->app->store, c->arena, err);
    const struct access *access;
    int n = t ? access_load(c->app, t, c->arena, c->who, &access, err) : -1;

    txn_end(t);
    if (n == 0 && access && !access->create[c->app->files->number])
        return err_set(err, ERR_FORBIDDEN, "You may not add files.");
    return n;
}

static int upload_write(struct txn *t, void *arg, struct err *err)
{
    struct upload *u = arg;
    struct api_call *c = u->call;
    struct ctx ctx;

    if (ctx_write(&ctx, c->app, t, c->who, c->caller.origin, err) < 0)
        return -1;
    u->row = row_new(ctx.arena, c->app->files);
    for (size_t i = 0; i < COUNT(belongs_to); i++)
        row_set(u->row, belongs_to[i], value_ref(u->owners[i]));
    if (content_record(&ctx, u->row, &u->content, u->name, err) < 0)
        return -1;
    u->changeset = ctx.cs.id;
    return 0;
}

static int upload(struct api_call *c, struct err *err)
{
    struct upload u = {.call = c};
    const struct http_part *part;

    if (read_form(c, &u, &part, err) < 0 || may_upload(c, err) < 0 ||
        content_keep(c->app, c->arena, part->path, &u.content, err) < 0)
        return -1;
    u.name = part->filename;
    if (store_write(c->app->store, c->arena, upload_write, &u, err) < 0)
        return -1;
    row_write(api_reply(c, 201), u.row, NULL);
    api_reply_row(c, u.row);
    api_reply_changeset(c, u.changeset);
    http_reply_header(c->x, "Location", arena_printf(c->arena, API "/files/%lld", (long long)row_id(u.row)));
    return 0;
}

/* -- download --------------------------------------------------------------------------------------------------- */

static int download(struct api_call *c, struct err *err)
{
    const struct content_view *view = NULL;
    struct row *row;
    uint64_t size;

    if (op_get(&c->ctx, c->app->files, c->id, &row, err) < 0)
        return -1;
    if (str_is(api_query(c, "inline"), "1"))
        view = content_view_of(row_value(row, "mime").s);
    struct str digest = row_value(row, "sha256").s;
    bool known =
        http_not_modified(c->x, arena_printf(c->arena, "\"" STR_FMT "%s\"", STR_ARG(digest), view ? "-v" : ""));
    if (!known) {
        int fd = content_open(c->app, c->arena, digest, &size, err);
        if (fd < 0)
            return -1;
        http_reply_file(c->x, view ? view->type : "application/octet-stream", fd, size);
    }
    /* Whoever may not see it any more must not find it in a cache. */
    http_reply_header(c->x, "Cache-Control", S("private, no-cache"));
    http_reply_header(c->x, "X-Content-Type-Options", S("nosniff"));
    http_reply_header(c->x, "Content-Disposition",
                      content_disposition(c->arena, row_value(row, "name").s, view != NULL));
    http_reply_header(c->x, "Content-Security-Policy",
                      view ? str_of(view->csp) : S("sandbox; default-src 'none'; frame-ancestors 'none'"));
    if (view)
        http_reply_header(c->x, "X-Frame-Options", S("SAMEORIGIN"));
    return 0;
}

static const struct api_route routes[] = {
    {HTTP_POST, API "/files", API_SLOW, upload, .form = MAX_UPLOAD, .answer = "File", .status = 201,
     .doc = "Uploads a file: the part file, and deal_id, organisation_id or person_id that it belongs to"},
    {HTTP_GET, API "/files/{id}/content", API_LONG_READ, download, .query = "inline",
     .media = "application/octet-stream",
     .doc = "The content of a file; with inline=1 pictures, PDF and plain text are shown instead of saved"},
};

const struct api_table file_routes = {routes, COUNT(routes), NULL, 0};
