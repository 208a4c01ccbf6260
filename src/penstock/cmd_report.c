/*
 * A report on the command line: the same answer as over HTTP, asked for inside the program. As text it is the lines and
 * the table that a person wants, as CSV the table alone, as JSON the whole answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "call.h"
#include "cli.h"
#include "json_scan.h"
#include "tab_writer.h"
#include "target.h"
#include "user.h"

#define MOST_COLUMNS 64u
#define WIDEST 40u /* characters of a cell as text */

/* Flags that are arguments of reports: --expected-close is expected_close. */
static const char *const arguments[] = {
    "pipeline=", "from=", "to=",         "owner=", "team=",   "source=",         "currency=",      "as-of=",
    "clock=",    "by=",   "definition=", "mode=",  "period=", "expected-close=", "observed-from=", "population="};

/* -- asking ------------------------------------------------------------------------------------------------ */

static id asking; /* the user with whose rights the report is made */

static int identify(struct api *api, struct txn *t, struct http_exchange *x, struct api_caller *ret, struct err *err)
{
    (void)api, (void)t, (void)x, (void)err;
    *ret = (struct api_caller){.origin = "cli", .who = {.user = asking, .scope = SCOPE_READ}};
    return 0;
}

static int still(struct api *api, struct txn *t, const struct api_caller *caller, struct err *err)
{
    (void)api, (void)t, (void)caller, (void)err;
    return 1;
}

static const struct api_identity by_command = {identify, still};

/* --user, or the first administrator. */
static int find_asking(struct cli *cli, struct err *err)
{
    struct txn *t = txn_read(cli->app->store, cli->arena, err);
    struct value v;
    struct row *user;
    int n;

    if (!t)
        return -1;
    if (cli_has(cli, "user")) {
        n = cli_find_user(cli, t, cli_flag(cli, "user"), &user, err);
        asking = n == 0 ? row_id(user) : 0;
    } else {
        n = sql_row(t, "SELECT id FROM users WHERE role = 'admin' AND active = 1 ORDER BY id LIMIT 1", NO_ARGS, &v, 1,
                    err);
        asking = n == 1 ? v.i : 0;
        if (n == 0)
            n = err_set(err, ERR_CONFLICT, "There is no administrator yet: add one with \"penstock user add\".");
    }
    txn_end(t);
    return n < 0 ? -1 : 0;
}

static struct str target_of(struct cli *cli)
{
    struct buf b;

    buf_init(&b, 1u << 16);
    buf_printf(&b, API "/reports/" STR_FMT, STR_ARG(percent_encode(cli->arena, str_of(cli->args[0]))));
    for (size_t i = 0, n = 0; i < COUNT(arguments); i++) {
        char name[32], key[32];
        snprintf(name, sizeof(name), "%s", arguments[i]);
        name[strlen(name) - 1] = '\0';
        snprintf(key, sizeof(key), "%s", name);
        for (char *p = key; *p; p++)
            *p = *p == '-' ? '_' : *p;
        if (cli_has(cli, name))
            buf_printf(&b, "%c%s=" STR_FMT, n++ ? '&' : '?', key,
                       STR_ARG(percent_encode(cli->arena, str_of(cli_flag(cli, name)))));
    }
    struct str target = arena_str(cli->arena, buf_view(&b));
    buf_clear(&b);
    return target;
}

/* -- the answer as a table ----------------------------------------------------------------------------------- */

/* Values by their path ("raw.rate"), each a slice of the answer. */
struct line {
    struct str names[MOST_COLUMNS], raws[MOST_COLUMNS];
    size_t n;
};

static bool is_container(struct str raw)
{
    return raw.n && (raw.p[0] == '{' || raw.p[0] == '[');
}

static void flatten(struct arena *a, struct str object, struct str prefix, struct line *ret)
{
    struct json_walk w = json_walk(object);
    struct str name, raw;

    while (json_walk_member(&w, &name, &raw)) {
        struct str path = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(prefix), prefix.n ? "." : "", STR_ARG(name));
        if (raw.n && raw.p[0] == '{')
            flatten(a, raw, path, ret);
        else if (!is_container(raw) && ret->n < MOST_COLUMNS) {
            ret->names[ret->n] = path;
            ret->raws[ret->n++] = raw;
        }
    }
}

/* The first list of records in the answer; the rest of it holds single values. */
static bool find_table(struct str answer, struct str *ret)
{
    struct json_walk w = json_walk(answer);
    struct str name, raw, first;

    while (json_walk_member(&w, &name, &raw)) {
        struct json_walk elements = json_walk(raw);
        if (raw.n && raw.p[0] == '[' && json_walk_element(&elements, &first) && first.n && first.p[0] == '{') {
            *ret = raw;
            return true;
        }
    }
    return false;
}

static struct str shown(struct arena *a, struct str raw)
{
    return json_raw_is_string(raw) ? json_raw_text(a, raw) : json_raw_is_null(raw) ? S("") : raw;
}

/* For people: four digits behind the point are enough. */
static struct str rounded(struct arena *a, struct str raw)
{
    struct str head, tail, s = shown(a, raw);

    if (json_raw_is_string(raw) || !str_cut(s, '.', &head, &tail) || tail.n <= 4)
        return s;
    return arena_printf(a, "%.4f", strtod(arena_cstr(a, s), NULL));
}

static struct str raw_of(const struct line *l, struct str name)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->names[i], name))
            return l->raws[i];
    return S("null");
}

static int print_csv(struct cli *cli, struct str answer, struct err *err)
{
    struct line *head = NEW(cli->arena, struct line), *line = NEW(cli->arena, struct line);
    struct str table, element;

    if (!find_table(answer, &table))
        table = arena_printf(cli->arena, "[" STR_FMT "]", STR_ARG(answer));
    struct json_walk w = json_walk(table);
    json_walk_element(&w, &element);
    flatten(cli->arena, element, S(""), head);
    struct tab_writer_options o = {.format = TAB_CSV, .columns = head->names, .n = head->n};
    struct tab_writer *out = tab_writer_new(cli->arena, &o, tab_sink_file(stdout));
    w = json_walk(table);
    while (json_walk_element(&w, &element)) {
        struct tab_cell cells[MOST_COLUMNS];
        line->n = 0;
        flatten(cli->arena, element, S(""), line);
        for (size_t i = 0; i < head->n; i++) {
            struct str raw = raw_of(line, head->names[i]);
            cells[i] = json_raw_is_null(raw) ? tab_null() : tab_text(shown(cli->arena, raw));
        }
        if (tab_writer_row(out, cells, err) < 0)
            return -1;
    }
    return tab_writer_end(out, err);
}

static size_t width_of(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

static void print_cell(struct str s, size_t width, bool last)
{
    printf(STR_FMT, STR_ARG(s));
    for (size_t n = width_of(s); !last && n < width + 2; n++)
        putchar(' ');
}

static void print_row(struct cli *cli, const struct line *head, const size_t *widths, const struct line *line)
{
    for (size_t i = 0; i < head->n; i++)
        print_cell(rounded(cli->arena, raw_of(line, head->names[i])), widths[i], i + 1 == head->n);
    putchar('\n');
}

static void print_head(const struct line *head, const size_t *widths)
{
    for (size_t i = 0; i < head->n; i++)
        print_cell(head->names[i], widths[i], i + 1 == head->n);
    putchar('\n');
}

/* The columns are those of the first record; each is as wide as its widest cell, within reason. */
static void print_table(struct cli *cli, struct str table)
{
    struct line *head = NEW(cli->arena, struct line), *line = NEW(cli->arena, struct line);
    size_t widths[MOST_COLUMNS] = {0};
    struct str element;

    for (struct json_walk w = json_walk(table); json_walk_element(&w, &element);) {
        line->n = 0;
        flatten(cli->arena, element, S(""), line);
        if (head->n == 0)
            *head = *line;
        for (size_t i = 0; i < head->n; i++) {
            size_t name = width_of(head->names[i]), cell = width_of(rounded(cli->arena, raw_of(line, head->names[i])));
            size_t wide = cell < WIDEST ? cell : WIDEST;
            widths[i] = widths[i] > name ? widths[i] : name;
            widths[i] = widths[i] > wide ? widths[i] : wide;
        }
    }
    print_head(head, widths);
    for (struct json_walk w = json_walk(table); json_walk_element(&w, &element);) {
        line->n = 0;
        flatten(cli->arena, element, S(""), line);
        print_row(cli, head, widths, line);
    }
}

static void print_text(struct cli *cli, struct str answer)
{
    struct line *values = NEW(cli->arena, struct line);
    struct str table;

    if (find_table(answer, &table)) {
        print_table(cli, table);
        putchar('\n');
    }
    flatten(cli->arena, answer, S(""), values);
    for (size_t i = 0; i < values->n; i++)
        printf(STR_FMT ": " STR_FMT "\n", STR_ARG(values->names[i]), STR_ARG(rounded(cli->arena, values->raws[i])));
}

static int print_answer(struct cli *cli, struct http_exchange *x, struct err *err)
{
    struct str answer = http_reply_body(x), detail = STR_NULL, name, raw;
    struct json_walk w = json_walk(answer);

    if (x->status != 200) {
        while (json_walk_member(&w, &name, &raw))
            if (str_is(name, "detail"))
                detail = json_raw_text(cli->arena, raw);
        return err_set(err, ERR_INVALID, STR_FMT, STR_ARG(detail));
    }
    if (cli_has(cli, "csv"))
        return print_csv(cli, answer, err);
    if (cli_has(cli, "json"))
        printf(STR_FMT "\n", STR_ARG(answer));
    else
        print_text(cli, answer);
    return 0;
}

static int run(struct cli *cli)
{
    struct http_config config = {0};
    struct api *api = NULL;
    struct err err = {0};
    int result = cli_open(cli, true, &err);

    if (result == 0 && (result = find_asking(cli, &err)) == 0)
        result = api_new(&api, &(struct api_config){.app = cli->app, .identity = &by_command}, &err);
    if (result == 0) {
        config.owner = (struct http_owner){.ctx = api, .begin = api_begin, .handle = api_handle, .done = api_done};
        struct http_exchange *x = http_exchange_new(&config, S("GET"), target_of(cli));
        http_call(x);
        result = print_answer(cli, x, &err);
        http_exchange_free(x);
    }
    if (api)
        api_stop(api);
    app_close(cli->app);
    cli->app = NULL;
    api_free(api);
    return result < 0 ? cli_fail(cli, &err) : 0;
}

const struct command cmd_report = {
    .name = "report",
    .arguments = "NAME",
    .summary = "prints a report: funnel, win-rate, cycle, waterfall …",
    .flags =
        (const char *const[]){
            "pipeline=",      "from=",       "to=",   "owner=",      "team=", "source=", "currency=",
            "as-of=",         "clock=",      "by=",   "definition=", "mode=", "period=", "expected-close=",
            "observed-from=", "population=", "user=", "json",        "csv",   "text",    NULL},
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
