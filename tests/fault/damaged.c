/*
 * Databases that something has happened to: damaged PENSTOCK ROUNDS
 *
 * A good data folder is made once; then, for each round, a copy of its database gets bits flipped (in the header, in
 * the schema, in pages further behind, in the write-ahead log), is cut off, emptied, replaced by a directory, a pipe,
 * noise or another program's database. What must hold: `doctor`, `rebuild` and `serve` end by themselves, in time and
 * not by a signal; where they refuse they say so in words; and what `doctor` finds nothing wrong with can be served.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "day.h"
#include "rng.h"

#define PATIENCE (60 * SECOND)
#define ROOM (64u << 20)

static const char *penstock;
static char top[] = "/tmp/penstock-damaged-XXXXXX";
static char good[80], bad[80], database[100], log_file[100];
static char *bytes, *wal;
static size_t nbytes, nwal;
static int failed;

static _Noreturn void stuck(const char *what)
{
    fprintf(stderr, "damaged: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void shell(const char *command, const char *a, const char *b)
{
    char line[600];

    snprintf(line, sizeof(line), command, a, b);
    if (system(line) != 0)
        stuck(line);
}

static size_t read_all(const char *path, char *p)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, p, ROOM) : 0;

    if (fd >= 0)
        close(fd);
    return n > 0 ? (size_t)n : 0;
}

static void write_all(const char *path, const char *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, p, n) != (ssize_t)n)
        stuck(path);
    close(fd);
}

/* -- running it ------------------------------------------------------------------------------------------ */

struct ending {
    bool in_time;
    int status;
    char said[4000];
};

/* Runs `penstock COMMAND --data bad`. A server that has said where it serves is asked to stop. */
static struct ending run(const char *command)
{
    struct ending e = {0};
    bool serve = strcmp(command, "serve") == 0, asked = false;
    int out[2];
    size_t n = 0;

    if (pipe(out) < 0)
        stuck("pipe");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], 1);
        dup2(out[1], 2);
        close(out[0]);
        close(out[1]);
        execl(penstock, penstock, command, "--data", bad, serve ? "--listen" : NULL, "127.0.0.1:0", NULL);
        _exit(127);
    }
    close(out[1]);
    msec until = clock_monotonic() + PATIENCE;
    for (;;) {
        struct pollfd p = {.fd = out[0], .events = POLLIN};
        int left = (int)(until - clock_monotonic());
        if (left <= 0 || poll(&p, 1, left) <= 0)
            break;
        char piece[1000];
        ssize_t got = read(out[0], piece, sizeof(piece));
        if (got <= 0)
            break;
        size_t keep = n + (size_t)got < sizeof(e.said) ? (size_t)got : sizeof(e.said) - 1 - n;
        memcpy(e.said + n, piece, keep);
        n += keep;
        if (serve && !asked && strstr(e.said, " serves http")) {
            asked = true;
            kill(pid, SIGTERM);
        }
    }
    while (clock_monotonic() < until && !e.in_time) {
        e.in_time = waitpid(pid, &e.status, WNOHANG) == pid;
        if (!e.in_time)
            usleep(2000);
    }
    if (!e.in_time) {
        kill(pid, SIGKILL);
        waitpid(pid, &e.status, 0);
    }
    close(out[0]);
    return e;
}

static void check(const char *what)
{
    static const char *const commands[] = {"doctor", "rebuild", "serve"};
    bool healthy = false;

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        struct ending e = run(commands[i]);
        const char *why = NULL;
        if (!e.in_time)
            why = "does not end";
        else if (WIFSIGNALED(e.status) || strstr(e.said, "Sanitizer") || strstr(e.said, "runtime error"))
            why = "crashes";
        else if (WEXITSTATUS(e.status) != 0 && !e.said[0])
            why = "refuses without a word";
        else if (healthy && WEXITSTATUS(e.status) != 0)
            why = "refuses what the doctor found well";
        if (i == 0)
            healthy = e.in_time && WIFEXITED(e.status) && WEXITSTATUS(e.status) == 0;
        if (why) {
            failed++;
            printf("%s: %s %s (status %x):\n%.2500s\n", what, commands[i], why, (unsigned)e.status, e.said);
        }
    }
}

/* -- what happens to it ---------------------------------------------------------------------------------- */

static void copy_good(void)
{
    char line[400];

    snprintf(line, sizeof(line), "rm -rf '%s' && cp -r '%s' '%s'", bad, good, bad);
    if (system(line) != 0)
        stuck(line);
}

static void flip(const char *path, const char *from, size_t n, size_t first, size_t behind, struct rng *r)
{
    char *copy = malloc(n);
    size_t flips = 1 + rng_below(r, 8);

    if (!copy)
        stuck("memory");
    memcpy(copy, from, n);
    if (behind > n)
        behind = n;
    for (size_t i = 0; i < flips && behind > first; i++)
        copy[first + rng_below(r, behind - first)] ^= (char)(1 << rng_below(r, 8));
    write_all(path, copy, n);
    free(copy);
}

static void one_round(struct rng *r)
{
    static const struct {
        const char *what;
        size_t first, behind;
    } parts[] = {{"flipped in the header", 0, 100},
                 {"flipped in the schema", 100, 4096},
                 {"flipped in the first pages", 4096, 65536},
                 {"flipped anywhere", 0, SIZE_MAX}};
    char what[100];

    copy_good();
    switch (rng_below(r, 6)) {
    case 0: /* cut off, at a page or within */
        snprintf(what, sizeof(what), "cut off");
        write_all(database, bytes, rng_below(r, 2) ? rng_below(r, nbytes / 4096) * 4096 : (size_t)rng_below(r, nbytes));
        unlink(log_file);
        break;
    case 1:
        if (nwal) {
            snprintf(what, sizeof(what), "flipped in the log");
            flip(log_file, wal, nwal, 0, nwal, r);
            break;
        }
        /* fall through */
    default: {
        size_t i = rng_below(r, sizeof(parts) / sizeof(parts[0]));
        snprintf(what, sizeof(what), "%s", parts[i].what);
        flip(database, bytes, nbytes, parts[i].first, parts[i].behind, r);
        if (rng_below(r, 2))
            unlink(log_file);
    }
    }
    check(what);
}

static void replaced(void)
{
    sqlite3 *db;

    copy_good();
    write_all(database, "", 0);
    unlink(log_file);
    check("empty");
    copy_good();
    unlink(log_file);
    unlink(database);
    if (mkdir(database, 0700) < 0)
        stuck("mkdir");
    check("a directory");
    copy_good();
    unlink(log_file);
    unlink(database);
    if (mkfifo(database, 0600) < 0)
        stuck("mkfifo");
    check("a pipe");
    copy_good();
    unlink(log_file);
    memset(bytes, 'x', 4096);
    write_all(database, bytes, 4096);
    check("noise");
    copy_good();
    unlink(log_file);
    unlink(database);
    if (sqlite3_open(database, &db) != SQLITE_OK ||
        sqlite3_exec(db, "CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)", NULL, NULL, NULL) != SQLITE_OK)
        stuck("sqlite");
    sqlite3_close(db);
    check("another program's");
}

/* A folder with people and some records, its log not yet copied into the file. */
static void make_good(void)
{
    snprintf(good, sizeof(good), "%s/good", top);
    snprintf(bad, sizeof(bad), "%s/bad", top);
    snprintf(database, sizeof(database), "%s/penstock.db", bad);
    snprintf(log_file, sizeof(log_file), "%s-wal", database);
    char rows[100], path[120];
    snprintf(rows, sizeof(rows), "%s/people.csv", top);
    FILE *f = fopen(rows, "w");
    if (!f)
        stuck(rows);
    fputs("name,email\n", f);
    for (int i = 0; i < 200; i++)
        fprintf(f, "Person %d,p%d@example.com\n", i, i);
    fclose(f);
    shell("echo a long enough word | '%s' user add --name Ada --email ada@example.com --role admin --password-stdin "
          "--data '%s' > /dev/null 2>&1",
          penstock, good);
    char line[400];
    snprintf(line, sizeof(line), "'%s' import people '%s' --data '%s' > /dev/null 2>&1", penstock, rows, good);
    if (system(line) != 0)
        stuck(line);
    snprintf(path, sizeof(path), "%s/penstock.db", good);
    nbytes = read_all(path, bytes);
    /* A log is what a killed server leaves; a connection that is never closed leaves one too. */
    sqlite3 *db;
    char copied[200];
    snprintf(copied, sizeof(copied), "%s-wal", path);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA wal_autocheckpoint = 0; UPDATE people SET phone = '+1'", NULL, NULL, NULL) !=
            SQLITE_OK)
        stuck("sqlite");
    nwal = read_all(copied, wal);
    sqlite3_exec(db, "UPDATE people SET phone = NULL", NULL, NULL, NULL);
    sqlite3_close(db);
    nbytes = read_all(path, bytes);
    if (!nbytes)
        stuck(path);
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[2]) : 10;
    struct rng r;
    char line[100];

    if (argc < 2 || !mkdtemp(top) || !(bytes = malloc(ROOM)) || !(wal = malloc(ROOM)))
        stuck("usage: damaged PENSTOCK ROUNDS");
    penstock = argv[1];
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : (uint64_t)clock_now();
    rng_seed(&r, seed);
    make_good();
    for (int i = 0; i < rounds && failed < 20; i++)
        one_round(&r);
    replaced();
    if (failed)
        printf("the rounds began with seed %llu\n", (unsigned long long)seed);
    snprintf(line, sizeof(line), "rm -rf '%s'", top);
    if (!failed && system(line) != 0)
        return 1;
    free(bytes);
    free(wal);
    printf("%d passed, %d failed\n", rounds + 5 - failed, failed);
    return failed > 0;
}
