/*
 * Names of people and organisations as pure functions of the seed and a number, so that nobody has to remember them.
 * All are made up from syllables, trades and common given and family names of their region; mail domains end in
 * .example and telephone numbers are in the 555 range.
 */
#ifndef SIM_WORDS_H
#define SIM_WORDS_H

#include "rng.h"
#include "sim.h"

enum { WORDS_MAX = 200 };

/* A region gives language, country and currency. */
enum { WORDS_REGIONS = 15 };
int words_region(struct rng *r); /* drawn by weight */
const char *words_country(int region);
const char *words_currency(int region);

struct words_organisation {
    char name[WORDS_MAX], domain[80], industry[40], phone[32], street[120], postal_code[12], city[60];
    int size, people; /* employees; how many of them are known */
};

struct words_person {
    char name[WORDS_MAX], given[80], email[WORDS_MAX], phone[32], job_title[60];
};

/* The nth organisation of a region, from 0. */
void words_organisation(uint64_t seed, int region, int64_t nth, struct words_organisation *ret);
/* Somebody at that organisation; in the first place they decide, in the later ones they buy or use. */
void words_person(uint64_t seed, int64_t id, int region, int64_t organisation, int place, struct words_person *ret);
const char *words_contact_role(int nth);

/* A colleague in the office, by number; the first ones are always the same. */
void words_colleague(uint64_t seed, int64_t number, char name[WORDS_MAX], char email[WORDS_MAX]);

/* A fresh generator for one thing, independent of all others. */
void words_rng(struct rng *r, uint64_t seed, uint64_t kind, uint64_t id);

#endif
