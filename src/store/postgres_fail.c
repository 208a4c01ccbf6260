/* What a server says when it refuses, in words for people, and whether to try again. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "postgres.h"

/* "Key (code, lower(name))=(a, b) already exists.": the columns become fields of the error. The words around them are
 * in the server's language. */
static int unique_broken(const char *detail, struct err *err)
{
    const char *open = detail ? strchr(detail, '(') : NULL, *close = open ? strstr(open, ")=(") : NULL;
    struct buf words;
    size_t n = 0;

    err_set(err, ERR_CONFLICT, "Another record has the same values.");
    if (!close)
        return -1;
    struct str rest = {open + 1, (size_t)(close - open - 1)}, piece;
    buf_init(&words, sizeof(err->msg));
    while (str_next(&rest, ',', &piece) && n < ERR_MAX_FIELDS) {
        piece = str_trim(piece);
        if (str_starts(piece, S("lower(")) && piece.n > 7)
            piece = (struct str){piece.p + 6, piece.n - 7};
        buf_z(&words, n ? " and " : "");
        for (size_t i = 0; i < piece.n; i++)
            buf_char(&words, piece.p[i] == '_' ? ' ' : piece.p[i]);
        struct err_field *f = &err->fields[n++];
        snprintf(f->field, sizeof(f->field), STR_FMT, STR_ARG(piece));
        snprintf(f->code, sizeof(f->code), "taken");
        snprintf(f->msg, sizeof(f->msg), "Another record has the same.");
    }
    err->nfields = n;
    if (n && buf_ok(&words))
        snprintf(err->msg, sizeof(err->msg), "Another record has the same " STR_FMT ".", STR_ARG(buf_view(&words)));
    buf_clear(&words);
    return -1;
}

/* By SQLSTATE or its beginning, the first that fits. */
static const struct {
    const char *state;
    bool passing; /* the whole transaction may go well when it is run again */
    enum err_code code;
    const char *words;
} refusals[] = {
    {"40", true, ERR_BUSY, "Others are changing the same records."},
    {"25006", true, ERR_BUSY, "The database server takes no writes now."},
    {"57P", true, ERR_BUSY, "The database server is restarting."},
    {"08", true, ERR_BUSY, "The connection to the database server was lost."},
    {"57014", false, ERR_BUSY, "The database server was given too little time for this."},
    {"55P03", false, ERR_BUSY, "The database is busy with another program's work."},
    {"53100", false, ERR_INTERNAL, "The disk of the database server is full; nothing was changed."},
    {"53", false, ERR_BUSY, "The database server has no room for this now."},
    {"22021", false, ERR_INVALID, "The text holds characters that the database cannot keep."},
    {"22P05", false, ERR_INVALID, "The text holds characters that the database cannot keep."},
    {"54", false, ERR_TOO_LARGE, "A value is too large for the database."},
    {"42501", false, ERR_INTERNAL, "The user of the database may not do this there."},
    {"58", false, ERR_INTERNAL, "The disk of the database server reported an error."},
    {"XX", false, ERR_INTERNAL, "The database is damaged. Restore it from a backup."},
    {"28", false, ERR_INTERNAL, "The database server does not let this user in; look at the name and password."},
    {"3D000", false, ERR_INTERNAL, "The database server has no database of this name."},
    {"3F000", false, ERR_INTERNAL, "The database has no schema of this name."},
};

static void put_words(const char *state, struct err *err, bool *ret_passing)
{
    err_set(err, ERR_INTERNAL, "The database refused a statement.");
    for (size_t i = 0; i < COUNT(refusals); i++)
        if (strncmp(state, refusals[i].state, strlen(refusals[i].state)) == 0) {
            err_set(err, refusals[i].code, "%s", refusals[i].words);
            *ret_passing |= refusals[i].passing;
            break;
        }
    if (err->code == ERR_BUSY)
        err->retry_after = 1;
}

/* The first line of what libpq says. */
static struct str first_line(const char *message)
{
    struct str line, rest = str_of(message);

    return str_next(&rest, '\n', &line) ? line : S("");
}

int postgres_fail(struct back_conn *c, const PGresult *res, const char *sql, struct err *err)
{
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    bool conflict;

    /* What the server did not say libpq did: the line is broken, though it may find that out only later. */
    bool lost = postgres_lost(c) || !state || strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0;
    if (!state)
        state = "08006";
    if (strcmp(state, "23505") == 0 && !lost)
        return unique_broken(PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL), err);
    /* A statement prepared before a table was changed; run again it is prepared anew. */
    bool stale = strcmp(state, "0A000") == 0 && res && strstr(PQresultErrorMessage(res), "cached plan");
    bool ours = c->use == CONN_READ && strcmp(state, "25006") == 0; /* readers cannot write */
    put_words(lost ? "08006" : stale ? "40001" : ours ? "" : state, err, &c->passing);
    conflict = strncmp(state, "40", 2) == 0;
    if (!conflict) {
        struct str words = first_line(res ? PQresultErrorMessage(res) : PQerrorMessage(c->pg));
        diag(err->code == ERR_BUSY ? DIAG_WARN : DIAG_ERROR, "database code=%s message=\"" STR_FMT "\" sql=\"%.300s\"",
             state, STR_ARG(words), sql ? sql : "");
    }
    c->renew |= lost || stale || (!ours && strcmp(state, "25006") == 0);
    return -1;
}

int postgres_fail_connect(struct back_db *db, PGconn *pg, struct err *err)
{
    const char *message = PQerrorMessage(pg);
    struct str words = first_line(message);

    diag(DIAG_WARN, "database server: " STR_FMT, STR_ARG(words));
    snprintf(db->words, sizeof(db->words), STR_FMT, STR_ARG(words));
    err_set(err, ERR_BUSY, "The database server cannot be reached.");
    if (PQconnectionNeedsPassword(pg))
        err_set(err, ERR_BUSY, "The database server wants a password and was given none.");
    else if (PQconnectionUsedPassword(pg) && strstr(message, "password authentication failed"))
        err_set(err, ERR_BUSY, "The database server does not take this user's password.");
    err->retry_after = 2;
    return -1;
}
