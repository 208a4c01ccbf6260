/*
 * Word lists by region. A word may carry its Latin spelling behind a bar ("青葉|aoba"), which addresses and mail
 * domains use; without one the ASCII form of the word serves. Lists end with NULL.
 */
#ifndef SIM_REGIONS_H
#define SIM_REGIONS_H

#include <stdbool.h>

struct region {
    const char *country, *currency, *dial;
    double weight;
    bool glued;                            /* no space between stem and trade, family name first */
    const char *street;                    /* printf format with stem and number */
    const char *const *head, *const *tail; /* together they make a place or family that never was */
    const char *const *trade;
    const char *const *given, *const *family;
};

extern const struct region regions[];
int regions_count(void); /* WORDS_REGIONS */

#endif
