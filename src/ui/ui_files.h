/*
 * The table of embedded files: written at build by tools/embed.c from what web/build.mjs made, or none.c when the
 * program is built without the interface. Read it through ui.h.
 */
#ifndef UI_FILES_H
#define UI_FILES_H

#include "ui.h"

extern const struct ui_file ui_files[];
extern const size_t ui_nfiles;

#endif
