#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "demo.h"
#include "diag.h"
#include "identity.h"
#include "import_job.h"
#include "link.h"
#include "plans.h"
#include "redirect.h"
#include "service.h"
#include "site.h"
#include "traffic.h"
#include "watching.h"
#include "work.h"

static const struct job_type job_types[] = {
    {"import", import_job_run, 5},
};

/* Backups take long and their time: nothing else waits behind them. */
static const struct job_type quiet_job_types[] = {
    {BACKUP_JOB, backup_job_run, 100},
};

struct serving {
    struct api *api;
    struct site site;
    struct http_server *server, *redirect_server; /* the second or NULL */
    struct redirect redirect;
    bool reload_failed;
    struct jobs *jobs, *quiet_jobs;
    msec goodbye; /* how long /readyz says no before anything stops, for a proxy to hear it */
};

static int fill_demo(struct cli *cli, struct err *err)
{
    struct demo_options o = demo_options_default();
    int fits = demo_fits(cli->app, err);

    if (fits <= 0)
        return fits;
    fputs("making a demo company …\n", stderr);
    return demo_fill(cli->app, &o, err);
}

/* As long as nobody can sign in there is one way in, shown to whoever started the program and to nobody else. */
static int show_way_in(struct cli *cli, const char *base, struct err *err)
{
    struct txn *t = txn_read(cli->app->store, cli->arena, err);
    int needed = t ? link_needs_setup(t, err) : -1;
    struct str link;
    msec expires;

    txn_end(t);
    if (needed <= 0)
        return needed;
    if (link_text(cli->app, cli->arena, LINK_SETUP, 0, str_of(base), &link, &expires, err) < 0)
        return -1;
    printf("\nOpen this link once to make your account:\n\n    " STR_FMT "\n\n", STR_ARG(link));
    return 0;
}

static int start_server(struct cli *cli, struct serving *s, struct err *err)
{
    const char *listen = cli_flag(cli, "listen");
    const char *temp = arena_printf(cli->arena, "%s/tmp", cli->app->data_dir).p;
    struct http_config config = {
        .owner = site_owner(&s->site, s->api),
        .listen = listen ? listen : "127.0.0.1:8080",
        .listen_fd = http_inherited(),
        .temp_dir = temp,
        .trusted_proxies = cli_flag(cli, "trusted-proxies"),
        .tls_cert = cli_flag(cli, "tls-cert"),
        .tls_key = cli_flag(cli, "tls-key"),
    };

    if (mkdir(temp, 0700) < 0 && errno != EEXIST)
        return err_set(err, ERR_INTERNAL, "The folder %s cannot be made: %s.", temp, strerror(errno));
    if (!config.tls_cert != !config.tls_key)
        return err_set(err, ERR_INVALID, "--tls-cert and --tls-key go together.");
    if (http_serve(&s->server, &config, err) < 0)
        return -1;
    http_metrics_add(s->server, api_metrics(s->api));
    return 0;
}

/* Whoever comes in the clear is sent to the server that speaks TLS. */
static int start_redirect(struct cli *cli, struct serving *s, struct err *err)
{
    const char *listen = cli_flag(cli, "redirect-listen"), *base = cli->app->public_url;

    if (!listen)
        return 0;
    if (!cli_flag(cli, "tls-cert"))
        return err_set(err, ERR_INVALID, "--redirect-listen sends people to https, which takes --tls-cert.");
    s->redirect = (struct redirect){.base = base && str_starts(str_of(base), S("https://")) ? base : NULL,
                                    .port = http_port(s->server)};
    return redirect_serve(&s->redirect_server, &s->redirect, listen, err);
}

static int start(struct cli *cli, struct serving *s, struct err *err)
{
    struct api_config config = {.app = cli->app, .identity = &identity_by_secret};

    if (watching_set_up(cli, &config, err) < 0 || (cli_has(cli, "demo") && fill_demo(cli, err) < 0) ||
        app_follow(cli->app, err) < 0 || api_new(&s->api, &config, err) < 0 ||
        jobs_start(&s->jobs, cli->app->store, job_types, COUNT(job_types), cli->app, err) < 0 ||
        jobs_start(&s->quiet_jobs, cli->app->store, quiet_job_types, COUNT(quiet_job_types), cli->app, err) < 0 ||
        start_server(cli, s, err) < 0 || start_redirect(cli, s, err) < 0)
        return -1;
    backup_metrics_add(cli->app, api_metrics(s->api));
    const char *base = cli_flag(cli, "public-url");
    const char *scheme = cli_flag(cli, "tls-cert") ? "https" : "http";
    if (!base && http_port(s->server))
        base = arena_printf(cli->arena, "%s://127.0.0.1:%u", scheme, http_port(s->server)).p;
    else if (!base) /* a local socket, with a proxy before it */
        base = "http://localhost";
    printf("Penstock " PENSTOCK_VERSION " serves %s\n", base);
    if (show_way_in(cli, base, err) < 0)
        return -1;
    fflush(stdout);
    return 0;
}

/* Requests that run are finished, jobs stop where they can go on; then the store closes. */
static void stop(struct cli *cli, struct serving *s)
{
    if (s->server && s->goodbye > 0) {
        diag(DIAG_INFO, "about to stop: /readyz says so for s=%lld", (long long)(s->goodbye / SECOND));
        api_leave(s->api);
        service_pause(s->goodbye);
    }
    if (s->redirect_server)
        http_stop(s->redirect_server, 0);
    if (s->server) {
        http_quiesce(s->server);
        api_end_streams(s->api);
        http_drain(s->server, 2 * SECOND);
    }
    if (s->api)
        api_stop(s->api);
    if (s->server)
        http_stop(s->server, 10 * SECOND);
    jobs_stop(s->jobs);
    jobs_stop(s->quiet_jobs);
    app_close(cli->app);
    cli->app = NULL;
    api_free(s->api); /* the store told it of commits to the end */
}

static bool alive(void *ctx, msec patience)
{
    struct serving *s = ctx;

    return http_alive(s->server, patience / 2) && store_alive(api_app(s->api)->store, patience / 2);
}

static void reload_certificate(struct serving *s, bool always)
{
    struct err err = {0};
    bool failed = http_reload(s->server, always, &err) < 0;

    if (failed && (always || !s->reload_failed))
        diag(DIAG_ERROR, "the certificate from before stays in use reason=\"%s\"", err.msg);
    s->reload_failed = failed;
}

static void reload(void *ctx)
{
    reload_certificate(ctx, /* always= */ true);
}

static void look(void *ctx)
{
    reload_certificate(ctx, /* always= */ false);
}

static int run(struct cli *cli)
{
    struct serving s = {0};
    struct err err = {0};

    service_block_signals(); /* before there are threads: they all wait for this one */
    diag_start();
    cli->upgrades = true;
    int64_t drain;
    if (cli_number(cli, "drain", 0, &drain) < 0)
        return 2;
    s.goodbye = drain * SECOND;
    int result = cli_open(cli, false, &err);
    if (result == 0)
        result = start(cli, &s, &err);
    if (result == 0)
        service_run(&(struct service){.ctx = &s, .alive = alive, .reload = reload, .look = look});
    stop(cli, &s);
    diag_stop();
    return result < 0 ? cli_fail(cli, &err) : 0;
}

static const char help[] =
    "  --listen ADDRESS:PORT        where; [127.0.0.1:8080]. A socket from systemd goes before\n"
    "  --public-url URL             the address people know, for links and cookies\n"
    "  --trusted-proxies LIST       addresses and networks that may say X-Forwarded-For, X-Forwarded-Proto and\n"
    "                               X-Request-Id; `local` for a proxy behind a local socket\n"
    "  --demo                       an empty installation is filled with an invented company\n"
    "  --tls-cert FILE --tls-key FILE   serve https; loaded anew when the files change, or on SIGHUP\n"
    "  --redirect-listen ADDRESS:PORT   with these: send whoever comes in the clear to https\n"
    "  --access-log on|off          a line for every request [on]\n"
    "  --log-format text|json       [text]\n"
    "  --log-level error|warn|info|debug   [info]\n"
    "  --slow-ms N                  slower requests are logged with their statements [500]; 0: none\n"
    "  --sql-trace                  every statement is logged with its time, without its values\n"
    "  --metrics-token-file FILE    whoever sends this token may read /metrics, beside administrators\n"
    "  --metrics-from LIST          and so may these addresses and networks\n"
    "\nSIGTERM stops when all that runs is done, SIGHUP loads the certificate anew.\n";

const struct command cmd_serve = {
    .name = "serve",
    .summary = "serves the program to browsers and scripts",
    .help = help,
    .flags = (const char *const[]){"listen=", "public-url=", "demo", "trusted-proxies=", "tls-cert=", "tls-key=",
                                   "redirect-listen=", "drain=", WATCHING_FLAGS, NULL},
    .run = run,
};
