/*
 * A view in a file: a header, then each page that has deals, then a digest of all of it. The form is that of memory, so
 * a file is good for this program on this kind of machine only; anything else is made anew from the log.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns_private.h"

#define MAGIC "penstock columns"
#define FORM 1u

struct header {
    char magic[16];
    uint32_t form, state_size, page_deals, pages;
    uint64_t mark;
    int64_t seq;
    uint64_t deals, bytes;
};

struct page_header {
    uint64_t which;
    uint32_t deals, recorded;
    uint32_t start[PAGE_DEALS + 1];
    uint32_t spare;
};

struct stream {
    FILE *f;
    crypto_generichash_state digest;
    bool failed;
};

static void put(struct stream *s, const void *p, size_t n)
{
    if (n == 0)
        return;
    crypto_generichash_update(&s->digest, p, n);
    s->failed |= fwrite(p, 1, n, s->f) != n;
}

static bool get(struct stream *s, void *p, size_t n)
{
    s->failed |= n > 0 && fread(p, 1, n, s->f) != n;
    if (!s->failed && n > 0)
        crypto_generichash_update(&s->digest, p, n);
    return !s->failed;
}

static struct header header_of(const struct view *v, uint64_t mark)
{
    struct header h = {.form = FORM,
                       .state_size = sizeof(struct deal_state),
                       .page_deals = PAGE_DEALS,
                       .mark = mark,
                       .seq = v->seq,
                       .deals = v->deals,
                       .bytes = v->bytes};

    memcpy(h.magic, MAGIC, sizeof(h.magic));
    for (size_t i = 0; i < v->nshelves * SHELF_PAGES; i++)
        h.pages += view_page(v, i) != NULL;
    return h;
}

static void put_page(struct stream *s, size_t which, const struct page *p)
{
    struct page_header h = {.which = which, .deals = p->deals, .recorded = p->recorded};

    memcpy(h.start, p->start, sizeof(h.start));
    put(s, &h, sizeof(h));
    put(s, p->states, (p->start[PAGE_DEALS] + p->recorded) * sizeof(struct deal_state));
}

static void write_all(struct stream *s, const struct view *v, uint64_t mark)
{
    struct header h = header_of(v, mark);
    unsigned char digest[crypto_generichash_BYTES];

    put(s, &h, sizeof(h));
    for (size_t i = 0; i < v->nshelves * SHELF_PAGES && !s->failed; i++)
        if (view_page(v, i))
            put_page(s, i, view_page(v, i));
    crypto_generichash_final(&s->digest, digest, sizeof(digest));
    s->failed |= fwrite(digest, 1, sizeof(digest), s->f) != sizeof(digest);
}

int view_save(const struct view *v, const char *path, uint64_t mark, struct err *err)
{
    char beside[4096];
    struct stream s = {0};
    int fd;

    if ((size_t)snprintf(beside, sizeof(beside), "%s.new", path) >= sizeof(beside))
        return err_set(err, ERR_INTERNAL, "The path %s is too long.", path);
    crypto_generichash_init(&s.digest, NULL, 0, crypto_generichash_BYTES);
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || !(s.f = fdopen(fd, "w"))) {
        if (fd >= 0)
            close(fd);
        return err_set(err, ERR_INTERNAL, "%s cannot be written: %s.", beside, strerror(errno));
    }
    write_all(&s, v, mark);
    s.failed |= fclose(s.f) != 0; /* no fsync: a torn file is noticed by its digest */
    if (s.failed || rename(beside, path) < 0) {
        err_set(err, ERR_INTERNAL, "%s cannot be written: %s.", path, strerror(errno));
        unlink(beside);
        return -1;
    }
    return 0;
}

/* What a page says of itself holds together. */
static bool fits(const struct page_header *h, const struct header *all)
{
    uint32_t n = h->start[PAGE_DEALS];

    if (h->which > (uint64_t)MAX_DEAL / PAGE_DEALS || n > all->bytes / sizeof(struct deal_state) || h->start[0] != 0 ||
        (h->recorded && h->recorded != n))
        return false;
    for (size_t d = 0; d < PAGE_DEALS; d++)
        if (h->start[d] > h->start[d + 1])
            return false;
    return true;
}

static struct page *get_page(struct stream *s, const struct header *all, size_t *ret_which)
{
    struct page_header h;

    if (!get(s, &h, sizeof(h)) || !fits(&h, all))
        return NULL;
    size_t states = (size_t)h.start[PAGE_DEALS] + h.recorded;
    struct page *p = malloc(sizeof(*p) + states * sizeof(struct deal_state));
    if (!p)
        return NULL;
    *p = (struct page){.deals = h.deals, .recorded = h.recorded};
    atomic_init(&p->refs, 1);
    memcpy(p->start, h.start, sizeof(p->start));
    *ret_which = (size_t)h.which;
    if (get(s, p->states, states * sizeof(struct deal_state)))
        return p;
    free(p);
    return NULL;
}

static struct view *with_room(struct view *v, size_t shelves)
{
    if (shelves <= v->nshelves)
        return v;
    struct view *grown = realloc(v, sizeof(*v) + shelves * sizeof(struct shelf *));
    if (!grown)
        return NULL;
    memset(grown->shelves + grown->nshelves, 0, (shelves - grown->nshelves) * sizeof(struct shelf *));
    grown->nshelves = shelves;
    return grown;
}

static bool read_pages(struct stream *s, const struct header *h, struct view **v)
{
    for (uint32_t i = 0; i < h->pages; i++) {
        size_t which;
        struct page *p = get_page(s, h, &which);
        struct view *grown = p ? with_room(*v, which / SHELF_PAGES + 1) : NULL;
        struct shelf **shelf = grown ? &grown->shelves[which / SHELF_PAGES] : NULL;
        if (grown)
            *v = grown;
        if (shelf && !*shelf && (*shelf = calloc(1, sizeof(**shelf))))
            atomic_init(&(*shelf)->refs, 1);
        if (!shelf || !*shelf || (*shelf)->pages[which % SHELF_PAGES]) {
            free(p);
            return false;
        }
        (*shelf)->pages[which % SHELF_PAGES] = p;
    }
    return true;
}

static bool digest_agrees(struct stream *s)
{
    unsigned char want[crypto_generichash_BYTES], got[crypto_generichash_BYTES];

    crypto_generichash_final(&s->digest, want, sizeof(want));
    return fread(got, 1, sizeof(got), s->f) == sizeof(got) && memcmp(want, got, sizeof(got)) == 0 && fgetc(s->f) == EOF;
}

struct view *view_load(const char *path, uint64_t (*mark_at)(void *ctx, int64_t seq), void *ctx)
{
    struct stream s = {.f = fopen(path, "re")};
    struct view *v = s.f ? view_new() : NULL;
    struct header h;

    if (s.f)
        crypto_generichash_init(&s.digest, NULL, 0, crypto_generichash_BYTES);
    bool good = v && get(&s, &h, sizeof(h)) && memcmp(h.magic, MAGIC, sizeof(h.magic)) == 0 && h.form == FORM &&
                h.state_size == sizeof(struct deal_state) && h.page_deals == PAGE_DEALS && h.mark &&
                mark_at(ctx, h.seq) == h.mark && read_pages(&s, &h, &v) && digest_agrees(&s);
    if (s.f)
        fclose(s.f);
    if (!good) {
        view_unref(v);
        return NULL;
    }
    v->seq = h.seq;
    v->deals = h.deals;
    v->bytes = h.bytes;
    return v;
}
