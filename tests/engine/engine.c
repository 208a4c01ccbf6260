#include "engine.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *server(void)
{
    const char *s = getenv("PENSTOCK_TEST_POSTGRES");

    return s && *s ? s : NULL;
}

bool engine_is_postgres(void)
{
    return server() != NULL;
}

long long engine_sql(const char *url, const char *sql)
{
    char first[ENGINE_URL];

    snprintf(first, sizeof(first), "%s dbname=postgres", server());
    PGconn *c = PQconnectdb(url ? url : first);
    PGresult *res = PQstatus(c) == CONNECTION_OK ? PQexec(c, sql) : NULL;
    ExecStatusType status = PQresultStatus(res);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        printf("%s: %s", sql, PQerrorMessage(c));
        exit(1);
    }
    long long n = PQntuples(res) ? strtoll(PQgetvalue(res, 0, 0), NULL, 10) : 0;
    PQclear(res);
    PQfinish(c);
    return n;
}

const char *engine_new(char url[ENGINE_URL])
{
    static unsigned made;
    char sql[100];

    if (!server())
        return NULL;
    snprintf(sql, sizeof(sql), "CREATE DATABASE t%d_%u", (int)getpid(), ++made);
    engine_sql(NULL, sql);
    snprintf(url, ENGINE_URL, "%s dbname=t%d_%u", server(), (int)getpid(), made);
    return url;
}

static void control(const char *what)
{
    char command[600];

    snprintf(command, sizeof(command), "$PENSTOCK_TEST_PG_CTL %s >/dev/null", what);
    if (system(command) != 0) { /* NOLINT(cert-env33-c): the script that runs the test says what it is */
        printf("pg_ctl %s did not work\n", what);
        exit(1);
    }
}

void engine_stop(const char *mode)
{
    char what[40];

    snprintf(what, sizeof(what), "stop -m %s", mode);
    control(what);
}

void engine_start(void)
{
    control("start");
}
