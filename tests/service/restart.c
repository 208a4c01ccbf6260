/*
 * The program is stopped and started again and again under load, as a service manager would do it that holds the
 * listening socket (LISTEN_FDS) and listens to what the program says about itself (NOTIFY_SOCKET). No client may see
 * a failed request, and whatever was acknowledged is there in the end.
 *
 *     restart PENSTOCK ROUNDS
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "day.h"

#define WRITERS 3
#define READERS 3
#define LISTENERS 2

static const char *program;
static char folder[] = "/tmp/penstock-restart-XXXXXX", token[256];
static int listening, notices;
static unsigned port;
static atomic_bool enough;
static atomic_llong reads, writes, goodbyes, streams;

static _Noreturn void __attribute__((format(printf, 1, 2))) broken(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fprintf(stderr, "restart: ");
    vfprintf(stderr, fmt, ap);
    fprintf(stderr, "; the data is left in %s\n", folder);
    va_end(ap);
    exit(1);
}

/* -- the manager ---------------------------------------------------------------------------------- */

static void hold_sockets(void)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t n = sizeof(in);

    listening = socket(AF_INET, SOCK_STREAM, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&in, n) < 0 || listen(listening, 1024) < 0 ||
        getsockname(listening, (struct sockaddr *)&in, &n) < 0)
        broken("no socket to listen on");
    port = ntohs(in.sin_port);
    snprintf(un.sun_path, sizeof(un.sun_path), "%s/notify", folder);
    notices = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (notices < 0 || bind(notices, (struct sockaddr *)&un, sizeof(un)) < 0)
        broken("no socket for notices");
}

static void await(const char *what)
{
    msec until = clock_monotonic() + 60 * SECOND;
    char notice[256];

    for (;;) {
        struct pollfd p = {.fd = notices, .events = POLLIN};
        msec left = until - clock_monotonic();
        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            broken("the program never said %s", what);
        ssize_t n = recv(notices, notice, sizeof(notice) - 1, 0);
        notice[n > 0 ? n : 0] = '\0';
        if (strncmp(notice, what, strlen(what)) == 0)
            return;
    }
}

static pid_t start(void)
{
    char pid_text[32], notify[128];
    pid_t pid = fork();

    if (pid < 0)
        broken("no process");
    if (pid == 0) {
        snprintf(pid_text, sizeof(pid_text), "%d", (int)getpid());
        snprintf(notify, sizeof(notify), "%s/notify", folder);
        setenv("LISTEN_PID", pid_text, 1);
        setenv("LISTEN_FDS", "1", 1);
        setenv("NOTIFY_SOCKET", notify, 1);
        setenv("WATCHDOG_USEC", "4000000", 1);
        int fd = dup2(listening, 3);
        int out = fd == 3 && freopen("/dev/null", "w", stdout) ? 0 : -1;
        if (out == 0)
            execl(program, program, "serve", "--data", folder, "--access-log", "off", (char *)NULL);
        _exit(127);
    }
    await("READY=1");
    return pid;
}

static void stop(pid_t pid)
{
    int status;

    kill(pid, SIGTERM);
    await("STOPPING=1");
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        broken("the program did not end well: status %d", status);
}

/* -- the clients ---------------------------------------------------------------------------------- */

static int dial(void)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 60};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
        broken("no connection");
    return fd;
}

/* One request on *fd, which is -1 or a connection kept alive. The reply's status; its body is in `reply`. */
static int ask(int *fd, const char *request, char reply[65536])
{
    size_t n = 0, head = 0, want = SIZE_MAX;

    if (*fd < 0)
        *fd = dial();
    if (send(*fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
        broken("a request could not be sent on a connection that nobody said goodbye on");
    while (n < want) {
        ssize_t got = recv(*fd, reply + n, 65535 - n, 0);
        if (got <= 0)
            broken("a connection ended after %zu bytes of a reply", n);
        n += (size_t)got;
        reply[n] = '\0';
        const char *end = head ? NULL : strstr(reply, "\r\n\r\n");
        if (!end)
            continue;
        head = (size_t)(end - reply) + 4;
        const char *length = strcasestr(reply, "\r\nContent-Length: ");
        want = head + (length && length < end ? strtoul(length + 18, NULL, 10) : 0);
    }
    if (strcasestr(reply, "\r\nConnection: close\r\n")) {
        close(*fd);
        *fd = -1;
        atomic_fetch_add(&goodbyes, 1);
    }
    return atoi(reply + 9);
}

static void *keep_reading(void *arg)
{
    char request[512], *reply = malloc(65536);
    int fd = -1;

    (void)arg;
    snprintf(request, sizeof(request),
             "GET /api/v1/organisations?limit=5 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", token);
    while (!atomic_load(&enough)) {
        int status = ask(&fd, request, reply);
        if (status != 200)
            broken("a read was answered %d: %.300s", status, reply);
        atomic_fetch_add(&reads, 1);
    }
    free(reply);
    if (fd >= 0)
        close(fd);
    return NULL;
}

static void *keep_writing(void *arg)
{
    char request[1024], body[64], *reply = malloc(65536);
    int fd = -1, number = 0;

    while (!atomic_load(&enough)) {
        snprintf(body, sizeof(body), "{\"name\":\"Company %d of %d\"}", ++number, *(int *)arg);
        snprintf(request, sizeof(request),
                 "POST /api/v1/organisations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                 token, strlen(body), body);
        int status = ask(&fd, request, reply);
        if (status != 201)
            broken("a write was answered %d: %.300s", status, reply);
        atomic_fetch_add(&writes, 1);
    }
    free(reply);
    if (fd >= 0)
        close(fd);
    return NULL;
}

/* As a browser does: opens the stream again whenever it ends, and takes a refusal for good. */
static void *keep_listening(void *arg)
{
    char request[512], piece[4096];

    (void)arg;
    snprintf(request, sizeof(request), "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
             token);
    while (!atomic_load(&enough)) {
        int fd = dial();
        ssize_t n = send(fd, request, strlen(request), MSG_NOSIGNAL) > 0 ? recv(fd, piece, sizeof(piece), 0) : -1;
        if (n < 12 || strncmp(piece, "HTTP/1.1 200", 12) != 0)
            broken("a stream was answered %.*s", n > 0 ? (int)n : 0, piece);
        atomic_fetch_add(&streams, 1);
        while (!atomic_load(&enough) && (n = recv(fd, piece, sizeof(piece), MSG_DONTWAIT)) != 0)
            usleep(2000);
        close(fd);
    }
    return NULL;
}

/* -- the course ----------------------------------------------------------------------------------- */

static void run(char *line, size_t room, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void run(char *line, size_t room, const char *fmt, ...)
{
    char command[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(command, sizeof(command), fmt, ap);
    va_end(ap);
    FILE *f = popen(command, "r");
    if (!f || (line && !fgets(line, (int)room, f)) || pclose(f) != 0)
        broken("%s: failed", command);
    if (line)
        line[strcspn(line, "\n")] = '\0';
}

static long long count_kept(void)
{
    char request[512], *reply = malloc(65536);
    int fd = -1;

    snprintf(request, sizeof(request),
             "GET /api/v1/organisations/summary HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", token);
    int status = ask(&fd, request, reply);
    const char *count = strstr(reply, "\"count\":");
    if (status != 200 || !count)
        broken("the sum was answered %d", status);
    long long n = atoll(count + 8);
    close(fd);
    free(reply);
    return n;
}

int main(int argc, char **argv)
{
    pthread_t threads[WRITERS + READERS + LISTENERS];
    int numbers[WRITERS], n = 0, rounds = argc > 2 ? atoi(argv[2]) : 10;

    if (argc < 2 || !mkdtemp(folder))
        broken("nothing to work with");
    program = argv[1];
    run(NULL, 0, "%s user add --data %s --email a@example.com --name Ada --role admin >/dev/null", program, folder);
    run(token, sizeof(token), "%s token add --data %s --user a@example.com --name load --scope admin", program, folder);
    hold_sockets();
    pid_t pid = start();
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i;
        pthread_create(&threads[n++], NULL, keep_writing, &numbers[i]);
    }
    for (int i = 0; i < READERS; i++)
        pthread_create(&threads[n++], NULL, keep_reading, NULL);
    for (int i = 0; i < LISTENERS; i++)
        pthread_create(&threads[n++], NULL, keep_listening, NULL);
    for (int i = 0; i < rounds; i++) {
        usleep(150000);
        stop(pid);
        pid = start();
    }
    await("WATCHDOG=1"); /* under load, too */
    kill(pid, SIGHUP);
    await("RELOADING=1");
    await("READY=1");
    atomic_store(&enough, true);
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    long long kept = count_kept();
    printf("%d restarts: %lld reads, %lld writes, %lld kept, %lld connections let go, %lld streams\n", rounds,
           atomic_load(&reads), atomic_load(&writes), kept, atomic_load(&goodbyes), atomic_load(&streams));
    if (kept != atomic_load(&writes))
        broken("%lld writes were acknowledged and %lld are there", atomic_load(&writes), kept);
    if (atomic_load(&goodbyes) < rounds || atomic_load(&streams) < rounds)
        broken("hardly anything happened");
    stop(pid);
    char command[128];
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) == 0 ? 0 : 1;
}
