/* How files are given back: what may be shown in a page, and under which name. */
#include "content.h"

/* Nothing here can run a script: HTML, SVG and XML are not in the list and never will be. `sandbox` gives the document
 * an origin of its own; PDF goes without because browsers then refuse to show it, and their viewers are apart anyway.
 */
#define NOTHING "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"

static const struct content_view views[] = {
    {"image/png", "image/png", "sandbox; " NOTHING},
    {"image/jpeg", "image/jpeg", "sandbox; " NOTHING},
    {"image/gif", "image/gif", "sandbox; " NOTHING},
    {"image/webp", "image/webp", "sandbox; " NOTHING},
    {"text/plain", "text/plain; charset=utf-8", "sandbox; " NOTHING},
    {"application/pdf", "application/pdf", NOTHING "; object-src 'self'"},
};

const struct content_view *content_view_of(struct str mime)
{
    for (size_t i = 0; i < COUNT(views); i++)
        if (str_is(mime, views[i].mime))
            return &views[i];
    return NULL;
}

/* Control characters, and what reorders text so that "exe.png" reads otherwise than it ends (Unicode UAX #9, 2). */
static bool misleads(int32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x061c || cp == 0x200e || cp == 0x200f ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}

struct str content_name(struct arena *a, struct str name)
{
    char *out = arena_alloc(a, name.n + 1);
    size_t n = 0, count = 0;

    for (size_t i = name.n; i > 0; i--) {
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
            name = str_from(name, i);
            break;
        }
    }
    while (name.n && count < 255) {
        int32_t cp = utf8_take(&name);
        if (misleads(cp))
            continue;
        n += utf8_put(out + n, (uint32_t)cp);
        count++;
    }
    struct str clean = str_trim((struct str){out, n});
    return !clean.n || str_is(clean, ".") || str_is(clean, "..") ? S("file") : clean;
}

struct str content_disposition(struct arena *a, struct str name, bool show)
{
    static const char hex[] = "0123456789ABCDEF";
    struct str clean = content_name(a, name);
    char *plain = arena_alloc(a, clean.n + 1), *coded = arena_alloc(a, 3 * clean.n + 1);
    size_t np = 0, nc = 0;

    for (size_t i = 0; i < clean.n; i++) {
        unsigned char ch = (unsigned char)clean.p[i];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
        if (letter || ch == '-' || ch == '.' || ch == '_' || ch == '~') { /* RFC 8187, 3.2.1 */
            coded[nc++] = (char)ch;
        } else {
            coded[nc++] = '%';
            coded[nc++] = hex[ch >> 4];
            coded[nc++] = hex[ch & 15];
        }
        if (ch < 0x80)
            plain[np++] = ch == '"' || ch == '\\' || ch == '%' || ch == ';' ? '_' : (char)ch;
        else if (ch >= 0xc0)
            plain[np++] = '_';
    }
    return arena_printf(a, "%s; filename=\"%.*s\"; filename*=UTF-8''%.*s", show ? "inline" : "attachment", (int)np,
                        plain, (int)nc, coded);
}
