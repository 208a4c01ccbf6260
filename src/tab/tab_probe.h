/*
 * The first half of detection: encoding, line ends, delimiter, where the table begins, how wide it is and whether its
 * first record is a header. Fills format, bom, eol, has_header and n of the report.
 */
#ifndef TAB_PROBE_H
#define TAB_PROBE_H

#include "tab_detect.h"

int tab_probe(struct arena *a, const struct tab_source *src, struct tab_report *rep, struct err *err);

#endif
