/*
 * The load generator: bench-load --work get|move --port P --plan FILE --token T [--clients N] [--seconds S] [--warm S]
 * [--seed N] [--stages ID:PERCENT,…] [--journal FILE]
 *
 * Prints one line of JSON: {requests, seconds, per_second, p50_ms, p99_ms, max_ms, errors, cpu}; cpu is the share of
 * one core that the generator itself took. Ends with 1 when a single reply was not what must come.
 */
#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

static int print(const struct clients_result *r)
{
    const double ms = 1e6;

    printf("{\"requests\":%llu,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,"
           "\"errors\":%llu,\"cpu\":%.3f}\n",
           (unsigned long long)r->requests, r->seconds, r->seconds > 0 ? (double)r->requests / r->seconds : 0,
           (double)hist_quantile(r->latency, 0.5) / ms, (double)hist_quantile(r->latency, 0.99) / ms,
           (double)r->latency->max / ms, (unsigned long long)r->errors, r->seconds > 0 ? r->cpu / r->seconds : 0);
    return r->errors ? 1 : 0;
}

static int work(struct arena *a, const struct load_options *o, bool moves)
{
    struct clients_result result = {.latency = hist_new()};
    struct load_work w;

    arena_defer(a, free, result.latency);
    if ((moves ? load_move : load_get)(a, o, &w) < 0)
        return 1;
    struct clients_config config = {.port = (unsigned)o->port,
                                    .clients = (unsigned)o->clients,
                                    .warm = o->warm,
                                    .seconds = o->seconds,
                                    .next = w.next,
                                    .got = w.got,
                                    .ctx = w.ctx};
    int began = clients_run(&config, &result);
    int ended = w.end ? w.end(w.ctx) : 0;
    if (began < 0) {
        fprintf(stderr, "bench-load: nobody answers on port %lld\n", (long long)o->port);
        return 1;
    }
    int status = print(&result);
    return ended < 0 ? 1 : status;
}

int main(int argc, char **argv)
{
    struct load_options o = {.token = "", .clients = 1, .seconds = 2, .warm = 0.2, .seed = 1};
    const char *name = "";
    const struct option_row rows[] = {
        {"work", .text = &name, .required = true},
        {"port", .number = &o.port, .required = true},
        {"plan", .text = &o.plan, .required = true},
        {"token", .text = &o.token},
        {"clients", .number = &o.clients},
        {"seconds", .real = &o.seconds},
        {"warm", .real = &o.warm},
        {"seed", .number = &o.seed},
        {"stages", .text = &o.stages},
        {"journal", .text = &o.journal},
        {0},
    };

    signal(SIGPIPE, SIG_IGN);
    options_read("bench-load", argc, argv, rows);
    bool moves = strcmp(name, "move") == 0;
    struct arena *a = arena_new((size_t)4 << 30);
    if (!a || o.clients < 1 || o.port > 65535 || (!moves && strcmp(name, "get") != 0) ||
        (moves && (!o.stages || !o.journal))) {
        fputs("bench-load: --work is get or move; a move needs --stages and --journal\n", stderr);
        arena_free(a);
        return 2;
    }
    int status = work(a, &o, moves);
    arena_free(a);
    return status;
}
