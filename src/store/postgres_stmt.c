/*
 * Statements. They are prepared at their first use with the types of the arguments at hand: int8 for integers, float8
 * for reals; what text and null are follows from where they stand. A later argument that does not fit what came of
 * that has the statement prepared anew.
 *
 * Results come whole. Those of STMT_STREAM are fetched from a cursor piece by piece, so they may be longer than
 * memory, and other statements may run in between.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "postgres.h"

#define PIECE 500 /* rows of a cursor at once */
#define MAX_ARGS 65535

/* Types by their numbers in the catalogue, the same in every database. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_NUMERIC = 1700,
    OID_XID8 = 5069
};

struct param {
    Oid hint; /* what it was prepared as, 0 left open */
    Oid type; /* what the server made of it */
    bool is_null;
    size_t at; /* of its text in `text` */
};

struct back_stmt {
    struct back_conn *conn;
    char *sql; /* as the server gets it */
    enum stmt_use use;
    unsigned session; /* the connection it is prepared in; 0: in none */
    char name[24], cursor[24];
    struct param *params;
    const char **values;
    Oid *hints;
    size_t nparams, room;
    char *text; /* of the arguments */
    size_t ntext, text_room;
    bool bound, at_end;
    PGresult *res;
    Oid *types; /* of the columns of `res` */
    int ncolumns, types_room, row, nrows;
};

int pg_prepare(struct back_conn *c, const char *sql, enum stmt_use use, struct back_stmt **ret, struct err *err)
{
    struct back_stmt *s = calloc(1, sizeof(*s));

    if (!s || asprintf(&s->sql, "%s%s", sql, use == STMT_INSERT ? " RETURNING id" : "") < 0) {
        free(s);
        return err_set(err, ERR_BUSY, "Out of memory.");
    }
    s->conn = c;
    s->use = use;
    *ret = s;
    return 0;
}

/* The server drops it before the next transaction. */
static void forget(struct back_stmt *s)
{
    struct back_conn *c = s->conn;

    if (!s->session || s->session != c->session || postgres_lost(c))
        return;
    char *more = realloc(c->forgotten, c->nforgotten + sizeof(s->name) + 16);
    if (more) {
        c->forgotten = more;
        c->nforgotten += (size_t)sprintf(more + c->nforgotten, "DEALLOCATE %s;", s->name);
    }
    s->session = 0;
}

void pg_finalize(struct back_stmt *s)
{
    pg_reset(s);
    forget(s);
    free(s->types);
    free(s->params);
    free(s->values);
    free(s->hints);
    free(s->text);
    free(s->sql);
    free(s);
}

/* -- arguments --------------------------------------------------------------------------------------- */

static bool have_room(struct back_stmt *s, size_t n)
{
    if (n <= s->room)
        return true;
    struct param *params = realloc(s->params, n * sizeof(*params));
    if (params)
        s->params = params;
    const char **values = realloc(s->values, n * sizeof(*values));
    if (values)
        s->values = values;
    Oid *hints = realloc(s->hints, n * sizeof(*hints));
    if (hints)
        s->hints = hints;
    if (!params || !values || !hints)
        return false;
    memset(s->params + s->room, 0, (n - s->room) * sizeof(*params));
    s->room = n;
    return true;
}

static char *text_room(struct back_stmt *s, size_t n)
{
    if (s->text_room - s->ntext < n) {
        size_t room = (s->text_room + n) * 2;
        char *text = realloc(s->text, room);
        if (!text)
            return NULL;
        s->text = text;
        s->text_room = room;
    }
    return s->text + s->ntext;
}

static bool fits(const struct param *p, enum value_type v)
{
    switch (v) {
    case V_INT:
        return p->hint == OID_INT8 || p->type == OID_INT8 || p->type == OID_FLOAT8 || p->type == OID_NUMERIC ||
               p->type == OID_XID8;
    case V_REAL:
        return p->hint == OID_FLOAT8 || p->type == OID_FLOAT8 || p->type == OID_NUMERIC;
    case V_TEXT:
        return p->hint == 0;
    case V_NULL:
        return true;
    }
    return false;
}

static int put_text(struct back_stmt *s, size_t i, const struct value *v, struct err *err)
{
    size_t n = v->type == V_TEXT ? v->s.n : 32;
    char *at = text_room(s, n + 1);

    if (!at)
        return err_set(err, ERR_BUSY, "Out of memory.");
    s->params[i].at = s->ntext;
    if (v->type == V_INT) {
        n = (size_t)sprintf(at, "%lld", (long long)v->i);
    } else if (v->type == V_REAL) {
        n = (size_t)snprintf(at, 32, "%.17g", v->d);
    } else {
        if (n && memchr(v->s.p, '\0', n))
            return err_set(err, ERR_INVALID, "The text holds a null character, which the database cannot keep.");
        if (n)
            memcpy(at, v->s.p, n);
        at[n] = '\0';
    }
    s->ntext += n + 1;
    return 0;
}

int pg_bind(struct back_stmt *s, struct args args, bool copy, struct err *err)
{
    static const Oid hint_of[] = {[V_INT] = OID_INT8, [V_REAL] = OID_FLOAT8};

    (void)copy; /* the text is copied in any case */
    if (args.n > MAX_ARGS || !have_room(s, args.n))
        return err_set(err, ERR_BUSY, "Out of memory.");
    bool anew = !s->session || s->session != s->conn->session || s->nparams != args.n;
    if (anew)
        for (size_t i = 0; i < args.n; i++)
            s->params[i].hint = s->params[i].type = 0;
    for (size_t i = 0; i < args.n && !anew; i++)
        anew = !fits(&s->params[i], args.v[i].type);
    if (anew) {
        forget(s);
        s->session = 0;
    }
    s->nparams = args.n;
    s->ntext = 0;
    for (size_t i = 0; i < args.n; i++) {
        enum value_type type = args.v[i].type;
        s->params[i].is_null = type == V_NULL;
        if (anew && type != V_NULL)
            s->params[i].hint = type == V_TEXT ? 0 : hint_of[type];
        if (type != V_NULL && put_text(s, i, &args.v[i], err) < 0)
            return -1;
    }
    s->bound = true;
    return 0;
}

/* -- running ------------------------------------------------------------------------------------------- */

static bool is_fine(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static int refuse(struct back_stmt *s, PGresult *res, struct err *err)
{
    postgres_fail(s->conn, res, s->sql, err);
    PQclear(res);
    return -1;
}

static void gather(struct back_stmt *s)
{
    for (size_t i = 0; i < s->nparams; i++) {
        s->hints[i] = s->params[i].hint;
        s->values[i] = s->params[i].is_null ? NULL : s->text + s->params[i].at;
    }
}

static int prepare_there(struct back_stmt *s, struct err *err)
{
    struct back_conn *c = s->conn;

    snprintf(s->name, sizeof(s->name), "s%llu", (unsigned long long)++c->names);
    PGresult *res = PQprepare(c->pg, s->name, s->sql, (int)s->nparams, s->hints);
    if (!is_fine(res))
        return refuse(s, res, err);
    PQclear(res);
    s->session = c->session;
    res = PQdescribePrepared(c->pg, s->name);
    if (!is_fine(res))
        return refuse(s, res, err);
    bool all = PQnparams(res) == (int)s->nparams;
    for (size_t i = 0; all && i < s->nparams; i++)
        s->params[i].type = PQparamtype(res, (int)i);
    PQclear(res);
    if (all)
        return 0;
    diag(DIAG_ERROR, "arguments given=%zu sql=\"%.300s\"", s->nparams, s->sql);
    return err_set(err, ERR_INTERNAL, "The database refused a statement.");
}

static int take_result(struct back_stmt *s, PGresult *res, struct err *err)
{
    int n = PQnfields(res);

    if (PQresultStatus(res) == PGRES_EMPTY_QUERY || !is_fine(res))
        return refuse(s, res, err);
    if (n > s->types_room) {
        Oid *types = realloc(s->types, (size_t)n * sizeof(*types));
        if (!types) {
            PQclear(res);
            return err_set(err, ERR_BUSY, "Out of memory.");
        }
        s->types = types;
        s->types_room = n;
    }
    for (int i = 0; i < n; i++)
        s->types[i] = PQftype(res, i);
    PQclear(s->res);
    s->res = res;
    s->ncolumns = n;
    s->nrows = PQntuples(res);
    s->row = -1;
    return 0;
}

/* A cursor lives as long as its transaction. */
static int open_cursor(struct back_stmt *s, struct err *err)
{
    struct back_conn *c = s->conn;
    size_t room = strlen(s->sql) + 64;
    char *sql = malloc(room);

    if (!sql)
        return err_set(err, ERR_BUSY, "Out of memory.");
    snprintf(s->cursor, sizeof(s->cursor), "c%llu", (unsigned long long)++c->names);
    snprintf(sql, room, "DECLARE %s NO SCROLL CURSOR FOR %s", s->cursor, s->sql);
    PGresult *res = PQexecParams(c->pg, sql, (int)s->nparams, s->hints, s->values, NULL, NULL, 0);
    free(sql);
    if (!is_fine(res)) {
        s->cursor[0] = '\0';
        return refuse(s, res, err);
    }
    PQclear(res);
    return 0;
}

static int fetch(struct back_stmt *s, struct err *err)
{
    char sql[64];

    snprintf(sql, sizeof(sql), "FETCH %d FROM %s", PIECE, s->cursor);
    if (take_result(s, PQexec(s->conn->pg, sql), err) < 0)
        return -1;
    s->at_end = s->nrows < PIECE;
    return 0;
}

static int execute(struct back_stmt *s, struct err *err)
{
    struct back_conn *c = s->conn;

    if (!s->bound) {
        err_set(err, ERR_INTERNAL, "The statement has no arguments.");
        return -1;
    }
    if (postgres_enter(c, err) < 0)
        return -1;
    gather(s);
    if (s->use == STMT_STREAM)
        return open_cursor(s, err) < 0 ? -1 : fetch(s, err);
    if (s->session != c->session && prepare_there(s, err) < 0)
        return -1;
    s->at_end = true;
    return take_result(s, PQexecPrepared(c->pg, s->name, (int)s->nparams, s->values, NULL, NULL, 0), err);
}

int pg_step(struct back_stmt *s, struct err *err)
{
    if (!s->res && execute(s, err) < 0)
        return -1;
    if (++s->row < s->nrows)
        return 1;
    if (s->at_end) {
        s->row = s->nrows;
        return 0;
    }
    if (fetch(s, err) < 0)
        return -1;
    s->row = 0;
    return s->nrows > 0;
}

void pg_reset(struct back_stmt *s)
{
    struct back_conn *c = s->conn;

    if (s->cursor[0] && c->begun && !postgres_lost(c) && PQtransactionStatus(c->pg) == PQTRANS_INTRANS) {
        char sql[64];
        snprintf(sql, sizeof(sql), "CLOSE %s", s->cursor);
        PQclear(PQexec(c->pg, sql));
    }
    s->cursor[0] = '\0';
    PQclear(s->res);
    s->res = NULL;
    s->bound = s->at_end = false;
    s->row = s->nrows = s->ncolumns = 0;
    if (s->text_room > 65536) {
        free(s->text);
        s->text = NULL;
        s->text_room = 0;
    }
}

/* -- results ------------------------------------------------------------------------------------------- */

int pg_columns(struct back_stmt *s)
{
    return s->ncolumns;
}

/* Sums of integers are numeric; they are integers here too as long as they fit. */
static struct value number(struct str text)
{
    int64_t i;

    return str_find(text, '.') < 0 && str_int(text, &i) ? value_int(i) : value_real(strtod(text.p, NULL));
}

struct value pg_column(struct back_stmt *s, int i)
{
    const char *p = PQgetvalue(s->res, s->row, i);

    if (PQgetisnull(s->res, s->row, i))
        return VALUE_NULL;
    switch (s->types[i]) {
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_XID8:
        return value_int(strtoll(p, NULL, 10));
    case OID_BOOL:
        return value_int(p[0] == 't');
    case OID_FLOAT4:
    case OID_FLOAT8:
        return value_real(strtod(p, NULL));
    case OID_NUMERIC:
        return number((struct str){p, (size_t)PQgetlength(s->res, s->row, i)});
    default:
        return value_text((struct str){p, (size_t)PQgetlength(s->res, s->row, i)});
    }
}

int64_t pg_changed(struct back_stmt *s)
{
    const char *did = s->res ? PQcmdStatus(s->res) : "";

    if (strncmp(did, "INSERT", 6) != 0 && strncmp(did, "UPDATE", 6) != 0 && strncmp(did, "DELETE", 6) != 0)
        return 0;
    return strtoll(PQcmdTuples(s->res), NULL, 10);
}

id pg_inserted(struct back_stmt *s)
{
    return s->res && s->nrows > 0 ? strtoll(PQgetvalue(s->res, s->nrows - 1, 0), NULL, 10) : 0;
}
