#include "watching.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"

#define SLOW_MS 500
#define TOKEN_LEAST 16u /* characters */

static int set_level(const char *name, struct err *err)
{
    enum diag_level level;

    if (!name)
        return 0;
    if (!diag_level_named(name, &level))
        return err_set(err, ERR_INVALID, "--log-level is error, warn, info or debug, not \"%s\".", name);
    diag_set_level(level);
    return 0;
}

static int set_format(const char *name, struct err *err)
{
    bool json = name && strcmp(name, "json") == 0;

    if (name && !json && strcmp(name, "text") != 0)
        return err_set(err, ERR_INVALID, "--log-format is text or json, not \"%s\".", name);
    diag_set_format(json ? DIAG_JSON : DIAG_TEXT);
    return 0;
}

static int read_on_off(const char *flag, const char *text, bool *ret, struct err *err)
{
    bool on = !text || strcmp(text, "on") == 0;

    if (!on && strcmp(text, "off") != 0)
        return err_set(err, ERR_INVALID, "--%s is on or off, not \"%s\".", flag, text);
    *ret = on;
    return 0;
}

/* The first line of a file that holds a secret. */
static int read_secret(struct arena *a, const char *path, const char **ret, struct err *err)
{
    char line[512] = "";
    FILE *f = fopen(path, "re");
    bool ok = f && fgets(line, sizeof(line), f);
    int e = errno;

    if (f)
        fclose(f);
    *ret = arena_cstr(a, str_trim(str_of(line)));
    if (ok && strlen(*ret) >= TOKEN_LEAST)
        return 0;
    return err_set(err, ERR_INVALID, "%s: %s.", path,
                   f ? "a token has at least 16 characters, on the first line" : strerror(e));
}

int watching_set_up(struct cli *cli, struct api_config *config, struct err *err)
{
    const char *token_file = cli_flag(cli, "metrics-token-file"), *slow = cli_flag(cli, "slow-ms");

    config->metrics_from = cli_flag(cli, "metrics-from");
    config->log.slow_ms = SLOW_MS;
    if (slow && (!str_int(str_of(slow), &config->log.slow_ms) || config->log.slow_ms < 0))
        return err_set(err, ERR_INVALID, "--slow-ms is a number of milliseconds, 0 for none, not \"%s\".", slow);
    if (set_level(cli_flag(cli, "log-level"), err) < 0 || set_format(cli_flag(cli, "log-format"), err) < 0 ||
        read_on_off("access-log", cli_flag(cli, "access-log"), &config->log.every, err) < 0)
        return -1;
    return token_file ? read_secret(cli->arena, token_file, &config->metrics_token, err) : 0;
}
