/*
 * Drives a fuzzer without libFuzzer: every file of the folders named, then mutations of them, the same ones for the
 * same seed. A crash is the sanitizer's; the input that did it is in the file named on stderr.
 *
 *     fuzz-csv [-runs=N] [-seed=N] [-out=FILE] FOLDER|FILE...
 *
 * To let libFuzzer do it, link fuzz_x.c with clang -fsanitize=fuzzer,address in place of this file.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "day.h"
#include "fuzz.h"
#include "rng.h"

#define MOST_BYTES (256u << 10)
#define MOST_SEEDS 4096

struct input {
    uint8_t *p;
    size_t n;
};

static struct input seeds[MOST_SEEDS];
static size_t nseeds;
static const char *out = "fuzz-input";

static void add_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *p = f ? malloc(MOST_BYTES) : NULL;

    if (p && nseeds < MOST_SEEDS)
        seeds[nseeds++] = (struct input){p, fread(p, 1, MOST_BYTES, f)};
    else
        free(p);
    if (f)
        fclose(f);
}

static void add_path(const char *path)
{
    struct stat st;
    struct dirent **names = NULL;
    int n;

    if (stat(path, &st) < 0) {
        printf("skipped: no %s\n", path);
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        add_file(path);
        return;
    }
    n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char one[4096];
        snprintf(one, sizeof(one), "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            add_path(one);
        free(names[i]);
    }
    free(names);
}

/* The input as it is about to be tried, kept so that a crash leaves it behind. One file that stays open: making it
 * anew every time would take far longer than the trying. */
static void try_input(const uint8_t *p, size_t n)
{
    static int fd = -1;

    if (fd < 0)
        fd = open(out, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && (pwrite(fd, p, n, 0) != (ssize_t)n || ftruncate(fd, (off_t)n) < 0))
        perror(out);
    uint8_t *exact = malloc(n ? n : 1); /* so that a read past the end is one past the allocation */
    if (!exact)
        abort();
    memcpy(exact, p, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static size_t insert(uint8_t *p, size_t n, size_t at, const uint8_t *what, size_t count)
{
    if (n + count > MOST_BYTES)
        return n;
    memmove(p + at + count, p + at, n - at);
    memcpy(p + at, what, count);
    return n + count;
}

static size_t mutate(struct rng *r, uint8_t *p, size_t n)
{
    static const char telling[] = "\"\",;\t|\r\n\n{}[]:=&%+-.'()<>\\/ 019eE\xff\xfe\xef\xbb\xbf\xc3\x80\xed\xa0";
    const struct input *other = &seeds[rng_below(r, nseeds)];
    size_t at = rng_below(r, n + 1), span = rng_below(r, 1 + (n - at < 64 ? n - at : 64));
    uint8_t piece[64];

    switch (rng_below(r, 7)) {
    case 0: /* one bit */
        if (at < n)
            p[at] ^= (uint8_t)(1u << rng_below(r, 8));
        return n;
    case 1: /* one byte */
        if (at < n)
            p[at] = (uint8_t)rng_next(r);
        return n;
    case 2: /* a byte that means something */
        piece[0] = (uint8_t)telling[rng_below(r, sizeof(telling))];
        return insert(p, n, at, piece, 1);
    case 3: /* less */
        memmove(p + at, p + at + span, n - at - span);
        return n - span;
    case 4: /* the same twice */
        memcpy(piece, p + at, span);
        return insert(p, n, at, piece, span);
    case 5: /* a piece of another one */
        if (other->n == 0)
            return n;
        span = rng_below(r, other->n);
        return insert(p, n, at, other->p + span, rng_below(r, 1 + (other->n - span < 512 ? other->n - span : 512)));
    default: /* an end */
        return at;
    }
}

/* `clock`: another one each time, told so that it can be given again. */
static uint64_t seed_of(const char *text)
{
    uint64_t seed = strcmp(text, "clock") == 0 ? (uint64_t)clock_now() : strtoull(text, NULL, 10);

    printf("seed %llu\n", (unsigned long long)seed);
    return seed;
}

int main(int argc, char **argv)
{
    long long runs = 1000;
    struct rng r;
    uint8_t *p = malloc(MOST_BYTES);

    rng_seed(&r, 1);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-runs=", 6) == 0)
            runs = atoll(argv[i] + 6);
        else if (strncmp(argv[i], "-seed=", 6) == 0)
            rng_seed(&r, seed_of(argv[i] + 6));
        else if (strncmp(argv[i], "-out=", 5) == 0)
            out = argv[i] + 5;
        else
            add_path(argv[i]);
    }
    if (nseeds == 0 || !p) {
        fprintf(stderr, "Nothing to start from.\n");
        return 1;
    }
    fprintf(stderr, "the input at hand is in %s\n", out);
    try_input(p, 0);
    for (size_t i = 0; i < nseeds; i++)
        try_input(seeds[i].p, seeds[i].n);
    for (long long run = 0; run < runs; run++) {
        struct input from = seeds[rng_below(&r, nseeds)];
        memcpy(p, from.p, from.n);
        for (uint64_t n = 1 + rng_below(&r, 6); n; n--)
            from.n = mutate(&r, p, from.n);
        try_input(p, from.n);
    }
    printf("%zu inputs and %lld mutations\n", nseeds, runs);
    remove(out);
    for (size_t i = 0; i < nseeds; i++)
        free(seeds[i].p);
    free(p);
    return 0;
}
