/* What people write: titles of deals, subjects of activities, outcomes, notes. */
#ifndef SIM_TEXTS_H
#define SIM_TEXTS_H

#include "rng.h"
#include "words.h"

enum { TEXT_MAX = 2000 };

void text_title(char out[WORDS_MAX], struct rng *r, int pipeline, int product, int quantity);

struct text_activity {
    const char *type;
    char subject[WORDS_MAX], body[WORDS_MAX];
    int duration_min;
};

/* `person` is who it is about. */
void text_activity(struct text_activity *out, struct rng *r, int pipeline, int stage, int product,
                   const struct words_person *person);
const char *text_outcome(struct rng *r, const char *type);
void text_note(char out[TEXT_MAX], struct rng *r, int stage, int product, const struct words_person *person);

#endif
