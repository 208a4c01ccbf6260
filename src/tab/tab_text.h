/*
 * Encodings of text files, and their decoding to UTF-8. Decoding never replaces a byte by itself: it stops before
 * bytes that mean nothing in the encoding, and whoever reads decides what to do about them.
 *
 *     struct str in = ...;
 *     size_t bad = tab_decode(TAB_WINDOWS_1252, &in, &out);
 *     if (bad)  -> the first `bad` bytes of what is left in `in` are no text
 *
 * NUL is no text in any of them.
 */
#ifndef TAB_TEXT_H
#define TAB_TEXT_H

#include "buf.h"
#include "str.h"

/* X(name, what people call it, bytes of a unit) */
#define TAB_ENCODINGS(X)                                                                                               \
    X(TAB_UTF8, "UTF-8", 1)                                                                                            \
    X(TAB_UTF16LE, "UTF-16LE", 2)                                                                                      \
    X(TAB_UTF16BE, "UTF-16BE", 2)                                                                                      \
    X(TAB_WINDOWS_1252, "Windows-1252", 1)

#define TAB_AS_ENUM(name, label, unit) name,
enum tab_encoding { TAB_ENCODINGS(TAB_AS_ENUM) TAB_ENCODING__N };

const char *tab_encoding_name(enum tab_encoding e);
size_t tab_encoding_unit(enum tab_encoding e);

size_t tab_decode(enum tab_encoding e, struct str *in, struct buf *out);

/* The longest head of s that is UTF-8 without NUL. */
size_t tab_utf8_head(struct str s);

/* Nothing but spaces and line ends. */
bool tab_blank(enum tab_encoding e, struct str s);

/* How many bytes of s to decode now so that no character and no CRLF is cut in two; all of it when nothing follows. */
size_t tab_whole(enum tab_encoding e, struct str s, bool last);

/* Bytes up to and with the first line end (LF, CRLF or CR). 0: none, or a CR whose LF may still follow. */
size_t tab_line_end(enum tab_encoding e, struct str s, bool last);

/* Adds up well-formed multi-byte sequences and bytes that belong to none. *ret_carry: the last bytes of s that begin a
 * sequence and were not counted, for the caller to put before what follows. */
struct tab_utf8_count {
    int64_t multibyte, bad;
};
void tab_utf8_count(struct str s, bool last, struct tab_utf8_count *c, size_t *ret_carry);

#endif
