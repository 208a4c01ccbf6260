#define BASE_ERR_C
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int status;
    const char *type, *title;
} codes[] = {
#define ERR_AS_ROW(name, status, type, title) {status, type, title},
    ERR_CODES(ERR_AS_ROW)};

void err_clear(struct err *e)
{
    *e = (struct err){0};
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list ap;

    e->code = code;
    e->nfields = 0;
    e->retry_after = 0;
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
    va_end(ap);
    return -1;
}

int err_field(struct err *e, const char *field, const char *code, const char *fmt, ...)
{
    va_list ap;

    if (e->code != ERR_INVALID)
        e->nfields = 0;
    e->code = ERR_INVALID;
    e->retry_after = 0;
    if (e->nfields == ERR_MAX_FIELDS)
        return -1;
    struct err_field *f = &e->fields[e->nfields++];
    snprintf(f->field, sizeof(f->field), "%s", field);
    snprintf(f->code, sizeof(f->code), "%s", code);
    va_start(ap, fmt);
    vsnprintf(f->msg, sizeof(f->msg), fmt, ap);
    va_end(ap);
    if (e->nfields == 1)
        snprintf(e->msg, sizeof(e->msg), "%s: %s", f->field, f->msg);
    return -1;
}

int err_disk(struct err *e, int number, const char *what)
{
    bool busy = number == EMFILE || number == ENFILE || number == ENOMEM;

    err_set(e, busy ? ERR_BUSY : ERR_STORAGE, "%s: %s.", what, strerror(number));
    e->retry_after = busy ? 1 : 30;
    return -1;
}

bool err_passes(enum err_code code)
{
    return code == ERR_BUSY || code == ERR_STORAGE;
}

int err_status(enum err_code code)
{
    return codes[code].status;
}

const char *err_type(enum err_code code)
{
    return codes[code].type;
}

const char *err_title(enum err_code code)
{
    return codes[code].title;
}
