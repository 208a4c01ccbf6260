/*
 * Turns the built interface into C: embed MANIFEST OUT.c
 *
 * MANIFEST is the manifest.json that web/build.mjs wrote; the files it lists lie beside it. OUT.c defines
 * `ui_files` and `ui_nfiles` (src/ui/ui_files.h): every file compressed, with its content type and an ETag made of its
 * bytes.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <zlib.h>

#define MAX_FILE (64u << 20)

struct bytes {
    unsigned char *p;
    size_t n;
};

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *fmt, ...)
{
    va_list ap;

    fputs("embed: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

static void *room(size_t n)
{
    void *p = malloc(n);

    if (!p)
        die("out of memory");
    return p;
}

static struct bytes slurp(const char *path)
{
    struct bytes b = {room(MAX_FILE), 0};
    FILE *in = fopen(path, "rb");

    if (!in)
        die("%s: %s", path, strerror(errno));
    b.n = fread(b.p, 1, MAX_FILE, in);
    if (ferror(in) || !feof(in))
        die("%s cannot be read, or is longer than %u bytes", path, MAX_FILE);
    fclose(in);
    return b;
}

/* A gzip member without a time in it, so that the same input gives the same program. */
static struct bytes squeeze(struct bytes in)
{
    z_stream z = {.next_in = in.p, .avail_in = (uInt)in.n};
    struct bytes out;

    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        die("zlib: %s", z.msg ? z.msg : "cannot start");
    out.n = deflateBound(&z, (uLong)in.n);
    out.p = room(out.n);
    z.next_out = out.p;
    z.avail_out = (uInt)out.n;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        die("zlib: %s", z.msg ? z.msg : "cannot finish");
    out.n = z.total_out;
    deflateEnd(&z);
    return out;
}

static uint64_t hash(struct bytes b)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < b.n; i++)
        h = (h ^ b.p[i]) * 1099511628211u;
    return h;
}

static void write_bytes(FILE *out, size_t index, struct bytes b)
{
    fprintf(out, "static const unsigned char f%zu[] =", index);
    for (size_t i = 0; i < b.n; i++)
        fprintf(out, i % 32 ? "\\%03o" : i ? "\"\n\"\\%03o" : "\n\"\\%03o", b.p[i]);
    fputs("\";\n", out);
}

static const char *text_of(const json_t *file, const char *name)
{
    const char *z = json_string_value(json_object_get(file, name));

    if (!z || strpbrk(z, "\"\\\n"))
        die("the manifest has a file without a proper \"%s\"", name);
    return z;
}

struct entry {
    const char *path, *type;
    bool immutable;
    uint64_t hash;
    size_t size, packed;
};

static struct entry embed(FILE *out, size_t index, const char *folder, const json_t *file)
{
    struct entry e = {.path = text_of(file, "path"), .type = text_of(file, "type")};
    char path[4096];

    snprintf(path, sizeof(path), "%s%s", folder, e.path);
    struct bytes plain = slurp(path), packed = squeeze(plain);
    e.immutable = json_is_true(json_object_get(file, "immutable"));
    e.hash = hash(plain);
    e.size = plain.n;
    e.packed = packed.n;
    write_bytes(out, index, packed);
    free(plain.p);
    free(packed.p);
    return e;
}

int main(int argc, char **argv)
{
    json_error_t why;

    if (argc != 3) {
        fputs("usage: embed MANIFEST OUT.c\n", stderr);
        return 2;
    }
    json_t *manifest = json_load_file(argv[1], 0, &why);
    if (!manifest)
        die("%s:%d: %s", argv[1], why.line, why.text);
    const json_t *files = json_object_get(manifest, "files");
    size_t n = json_array_size(files);
    if (n == 0)
        die("%s lists no files", argv[1]);
    FILE *out = fopen(argv[2], "w");
    if (!out)
        die("%s: %s", argv[2], strerror(errno));

    char *folder = argv[1], *slash = strrchr(folder, '/');
    folder[slash ? slash - folder + 1 : 0] = 0;
    struct entry *entries = room(n * sizeof(*entries));
    fputs("#include \"ui_files.h\"\n\n", out);
    for (size_t i = 0; i < n; i++)
        entries[i] = embed(out, i, folder, json_array_get(files, i));

    fputs("\nconst struct ui_file ui_files[] = {\n", out);
    for (size_t i = 0; i < n; i++) {
        const struct entry *e = &entries[i];

        fprintf(out, "    {.path = \"/%s\", .type = \"%s\", .etag = \"W/\\\"%016" PRIx64 "\\\"\", .immutable = %d,\n",
                e->path, e->type, e->hash, e->immutable);
        fprintf(out, "     .gzip = f%zu, .gzip_size = %zu, .size = %zu},\n", i, e->packed, e->size);
    }
    fprintf(out, "};\nconst size_t ui_nfiles = %zu;\n", n);
    if (fclose(out))
        die("%s: %s", argv[2], strerror(errno));
    free(entries);
    json_decref(manifest);
    return 0;
}
