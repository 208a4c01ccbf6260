#include "diag.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "day.h"

#define LINE 2048u
#define ROOM ((size_t)256 << 10) /* of lines that wait to be written */
#define NAP_MS 100               /* how long a line that is not urgent may wait for company */

static const char *const names[] = {"error", "warn", "info", "debug"};
static const int priorities[] = {3, 4, 6, 7}; /* of syslog(3) */

static atomic_int most = DIAG_INFO, format = DIAG_TEXT;

bool diag_level_named(const char *name, enum diag_level *ret)
{
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum diag_level)i;
            return true;
        }
    return false;
}

void diag_set_level(enum diag_level level)
{
    atomic_store(&most, (int)level);
}

void diag_set_format(enum diag_format f)
{
    atomic_store(&format, (int)f);
}

bool diag_wants(enum diag_level level)
{
    return (int)level <= atomic_load_explicit(&most, memory_order_relaxed);
}

/* JOURNAL_STREAM names the device and inode of the journal's socket; it may have been inherited past a redirection. */
static bool to_journal(void)
{
    static atomic_int known; /* 1 no, 2 yes */
    int is = atomic_load(&known);

    if (is == 0) {
        const char *stream = getenv("JOURNAL_STREAM");
        struct str device, inode;
        int64_t d, i;
        struct stat st;
        bool same = stream && str_cut(str_of(stream), ':', &device, &inode) && str_int(device, &d) &&
                    str_int(inode, &i) && fstat(STDERR_FILENO, &st) == 0 && st.st_dev == (dev_t)d &&
                    st.st_ino == (ino_t)i;
        is = same ? 2 : 1;
        atomic_store(&known, is);
    }
    return is == 2;
}

/* -- as JSON -------------------------------------------------------------------------------------- */

static void quoted(struct buf *b, struct str s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
    buf_char(b, '"');
}

/* How many bytes of s are a key and its '='; 0 for none. */
static size_t key_of(struct str s)
{
    size_t n = 0;

    while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || s.p[n] == '_'))
        n++;
    return n && n < s.n && s.p[n] == '=' ? n + 1 : 0;
}

/* The next place behind a blank where a key stands, or the end. */
static size_t next_key(struct str s, size_t from)
{
    for (size_t i = from; i < s.n; i++)
        if (s.p[i] == ' ' && key_of(str_from(s, i + 1)))
            return i;
    return s.n;
}

static bool is_number(struct str s)
{
    size_t i = s.n && s.p[0] == '-', digits = 0, points = 0;

    for (; i < s.n; i++) {
        digits += s.p[i] >= '0' && s.p[i] <= '9';
        points += s.p[i] == '.';
    }
    bool leading_zero = s.n > 1 && s.p[0] == '0' && s.p[1] != '.';
    return digits && digits < 16 && points <= 1 && digits + points + (s.p[0] == '-') == s.n && !leading_zero &&
           s.p[s.n - 1] != '.' && s.p[0] != '.' && !(s.p[0] == '-' && (s.n < 2 || s.p[1] == '0' || s.p[1] == '.'));
}

/* A value in quotes ends at a quote before a blank and a key, or at the end: what is inside is not escaped. */
static struct str value_at(struct str s, size_t *ret_end)
{
    if (s.n && s.p[0] == '"') {
        for (size_t i = 1; i < s.n; i++) {
            bool ends = i + 1 == s.n || (s.p[i + 1] == ' ' && (i + 2 == s.n || key_of(str_from(s, i + 2))));
            if (s.p[i] == '"' && ends) {
                *ret_end = i + 1;
                return (struct str){s.p + 1, i - 1};
            }
        }
    }
    *ret_end = next_key(s, 0);
    return str_upto(s, *ret_end);
}

void diag_json(struct buf *b, const char *time, const char *level, struct str line)
{
    size_t at = key_of(line) ? 0 : next_key(line, 0), end;

    buf_printf(b, "{\"time\":\"%s\",\"level\":\"%s\",\"text\":", time, level);
    quoted(b, str_upto(line, at));
    for (struct str rest = str_trim(str_from(line, at)); rest.n; rest = str_trim(str_from(rest, end))) {
        size_t n = key_of(rest);
        if (!n)
            break;
        bool in_quotes = n < rest.n && rest.p[n] == '"';
        struct str key = str_upto(rest, n - 1), value = value_at(str_from(rest, n), &end);
        end += n;
        buf_char(b, ',');
        quoted(b, key);
        buf_char(b, ':');
        if (!in_quotes && is_number(value))
            buf_str(b, value);
        else
            quoted(b, value);
    }
    buf_char(b, '}');
}

/* -- writing -------------------------------------------------------------------------------------- */

static void write_all(const char *p, size_t n)
{
    while (n) {
        ssize_t done = write(STDERR_FILENO, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return; /* nobody is there to be told */
        p += done;
        n -= (size_t)done;
    }
}

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool running, stop, urgent;
    char *fill, *spare;
    size_t n;
    unsigned missed;
} later = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static void nap(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += NAP_MS * 1000000l;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&later.wake, &later.lock, &until);
}

static void *write_later(void *arg)
{
    char note[64];

    (void)arg;
    pthread_mutex_lock(&later.lock);
    while (!later.stop || later.n) {
        if (!later.n && !later.stop)
            pthread_cond_wait(&later.wake, &later.lock);
        if (later.n < ROOM / 2 && !later.urgent && !later.stop)
            nap();
        char *p = later.fill;
        size_t n = later.n;
        unsigned missed = later.missed;
        later.fill = later.spare;
        later.spare = p;
        later.n = later.missed = 0;
        later.urgent = false;
        pthread_mutex_unlock(&later.lock);
        write_all(p, n);
        if (missed) {
            snprintf(note, sizeof(note), "log lines left out n=%u\n", missed);
            write_all(note, strlen(note));
        }
        pthread_mutex_lock(&later.lock);
    }
    pthread_mutex_unlock(&later.lock);
    return NULL;
}

void diag_start(void)
{
    pthread_mutex_lock(&later.lock);
    if (!later.running) {
        later.fill = malloc(ROOM);
        later.spare = malloc(ROOM);
        later.stop = false;
        later.running = later.fill && later.spare && pthread_create(&later.thread, NULL, write_later, NULL) == 0;
    }
    pthread_mutex_unlock(&later.lock);
}

void diag_stop(void)
{
    pthread_mutex_lock(&later.lock);
    bool was = later.running;
    later.running = false;
    later.stop = true;
    pthread_cond_signal(&later.wake);
    pthread_mutex_unlock(&later.lock);
    if (was)
        pthread_join(later.thread, NULL);
    free(later.fill);
    free(later.spare);
    later.fill = later.spare = NULL;
}

static void put(const char *p, size_t n, bool urgent)
{
    pthread_mutex_lock(&later.lock);
    bool there = later.running;
    if (there && later.n + n > ROOM) {
        later.missed++;
    } else if (there) {
        bool first = later.n == 0;
        memcpy(later.fill + later.n, p, n);
        later.n += n;
        later.urgent |= urgent;
        if (first || urgent || later.n > ROOM / 2)
            pthread_cond_signal(&later.wake);
    }
    pthread_mutex_unlock(&later.lock);
    if (!there)
        write_all(p, n);
}

/* Control characters become blanks. */
static void add_clean(char *to, struct str line)
{
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        to[i] = c < ' ' || c == 0x7f ? ' ' : line.p[i];
    }
}

static void put_json(enum diag_level level, bool journal, struct str line)
{
    char when[MSEC_LEN + 1], clean[LINE];
    _cleanup_(buf_clear) struct buf b;

    buf_init(&b, (size_t)8 * LINE);
    msec_format(clock_now(), when);
    add_clean(clean, line);
    if (journal)
        buf_printf(&b, "<%d>", priorities[level]);
    diag_json(&b, when, names[level], (struct str){clean, line.n});
    buf_char(&b, '\n');
    if (buf_ok(&b))
        put(b.p, b.n, level <= DIAG_WARN);
}

void diag_line(enum diag_level level, struct str line)
{
    char text[MSEC_LEN + 16 + LINE];
    bool journal = to_journal();
    size_t n = 0;

    if (!diag_wants(level))
        return;
    line = str_upto(line, LINE);
    if (atomic_load(&format) == DIAG_JSON) {
        put_json(level, journal, line);
        return;
    }
    if (journal) {
        memcpy(text, (char[]){'<', (char)('0' + priorities[level]), '>'}, 3);
        n = 3;
    } else {
        msec_format(clock_now(), text);
        text[MSEC_LEN] = ' ';
        size_t word = strlen(names[level]);
        memcpy(text + MSEC_LEN + 1, names[level], word);
        n = MSEC_LEN + 1 + word;
        text[n++] = ' ';
    }
    add_clean(text + n, line);
    text[n + line.n] = '\n';
    put(text, n + line.n + 1, level <= DIAG_WARN);
}

void diag(enum diag_level level, const char *fmt, ...)
{
    char line[LINE];
    va_list ap;

    if (!diag_wants(level))
        return;
    va_start(ap, fmt);
    int wanted = vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    size_t n = wanted < 0 ? 0 : (size_t)wanted < sizeof(line) ? (size_t)wanted : sizeof(line) - 1;
    while (wanted > (int)n && n && (unsigned char)line[n - 1] >= 0x80)
        n--; /* half a character */
    diag_line(level, (struct str){line, n});
}

bool diag_may(struct diag_rate *r, unsigned *ret_missed)
{
    int64_t now = clock_monotonic() / SECOND, before = atomic_load(&r->second);

    if (now != before && atomic_compare_exchange_strong(&r->second, &before, now))
        atomic_store(&r->said, 0);
    *ret_missed = 0;
    if (atomic_fetch_add(&r->said, 1) >= r->per_second) {
        atomic_fetch_add(&r->missed, 1);
        return false;
    }
    *ret_missed = atomic_exchange(&r->missed, 0);
    return true;
}
