#include "words.h"

#include <stdio.h>
#include <string.h>

#include "regions.h"

static const char *const job_titles[][3] = {
    {"Managing director", "Owner", "Plant manager"},
    {"Head of production", "Workshop manager", "Head of tool room"},
    {"Purchasing", "Finance", "Head of maintenance"},
};

static const char *const industries[] = {"Metalworking",    "Woodworking", "Machine building", "Furniture",
                                         "Steel and tubes", "Agriculture", "Construction",     "Automotive"};

static const char *const colleagues[] = {
    "Agnes Thorvald", "Mirela Ostrow", "Henrik Dahlem",  "Greta Lindqvist", "Ines Marquardt",
    "Leonie Kessler", "Paul Okonjo",   "Samir Haddou",   "Tomas Vrba",      "Clara Nissen",
    "Fabio Rinaldo",  "Judith Amsler", "Kofi Mensah",    "Róisín Daly",     "Zdeněk Hrubý",
    "Yuki Tanabe",    "Élodie Carnot", "Nikolai Wendel", "Amira Sabbagh",   "Oskar Prinz",
};

void words_rng(struct rng *r, uint64_t seed, uint64_t kind, uint64_t id)
{
    uint64_t a = seed ^ (kind << 56), b = splitmix64(&a) ^ (id * 0x9e3779b97f4a7c15u);

    rng_seed(r, splitmix64(&b));
}

static size_t count(const char *const *list)
{
    size_t n = 0;

    while (list[n])
        n++;
    return n;
}

/* The word as it is written, and its Latin spelling behind the bar if it has one. */
static struct str word(const char *w, struct str *ret_latin)
{
    struct str head, tail;

    if (str_cut(str_of(w), '|', &head, &tail))
        *ret_latin = tail;
    else
        *ret_latin = head;
    return head;
}

/* Appends the letters of s that an address may have, without accents, in lower case. */
static void ascii_add(char *out, size_t room, struct str s)
{
    static const struct {
        const char *from, *to;
    } plain[] = {{"áàâãąå", "a"}, {"ä", "ae"},   {"ç", "c"},  {"č", "c"},     {"ć", "c"},   {"éèêëęě", "e"},
                 {"íìîï", "i"},   {"ł", "l"},    {"ñń", "n"}, {"óòôõø", "o"}, {"ö", "oe"},  {"śš", "s"},
                 {"ß", "ss"},     {"úùûý", "u"}, {"ü", "ue"}, {"żźž", "z"},   {"ÁÅĄ", "a"}, {"Ä", "ae"},
                 {"É", "e"},      {"Í", "i"},    {"Ł", "l"},  {"Ó", "o"},     {"Ö", "oe"},  {"Ś", "s"},
                 {"Ü", "ue"},     {"Ż", "z"},    {"řř", "r"}};
    size_t n = strlen(out);
    int32_t cp;

    while ((cp = utf8_take(&s)) >= 0) {
        char put[4] = {0};
        if ((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || cp == '-' || cp == '.')
            put[0] = (char)cp;
        else if (cp >= 'A' && cp <= 'Z')
            put[0] = (char)(cp - 'A' + 'a');
        for (size_t i = 0; !put[0] && cp > 127 && i < sizeof plain / sizeof *plain; i++) {
            struct str from = str_of(plain[i].from);
            for (int32_t c; (c = utf8_take(&from)) >= 0;)
                if (c == cp)
                    snprintf(put, sizeof put, "%s", plain[i].to);
        }
        size_t l = strlen(put);
        if (n + l + 1 > room)
            break;
        memcpy(out + n, put, l + 1);
        n += l;
    }
}

static double region_weights(void)
{
    double sum = 0;

    for (int i = 0; i < regions_count(); i++)
        sum += regions[i].weight;
    return sum;
}

int words_region(struct rng *r)
{
    double v = rng_unit(r) * region_weights();
    int i = 0;

    while (i < regions_count() - 1 && (v -= regions[i].weight) >= 0)
        i++;
    return i;
}

const char *words_country(int region)
{
    return regions[region].country;
}

const char *words_currency(int region)
{
    return regions[region].currency;
}

struct stem {
    char text[60], latin[60];
};

static void stem_make(struct stem *s, const struct region *g, uint64_t head, uint64_t tail)
{
    struct str hl, tl, h = word(g->head[head % count(g->head)], &hl), t = word(g->tail[tail % count(g->tail)], &tl);

    snprintf(s->text, sizeof s->text, STR_FMT STR_FMT, STR_ARG(h), STR_ARG(t));
    s->latin[0] = 0;
    ascii_add(s->latin, sizeof s->latin, hl);
    ascii_add(s->latin, sizeof s->latin, tl);
}

/* Walking all combinations of head, tail and trade by a stride that shares no factor with their number gives every
 * organisation of a region another name; when they are used up, a second family joins the firms. */
static void organisation_name(uint64_t seed, int64_t nth, const struct region *g, struct stem *ret,
                              struct str *ret_trade, struct str *ret_trade_latin, struct stem *ret_second)
{
    uint64_t heads = count(g->head), tails = count(g->tail), trades = count(g->trade), all = heads * tails * trades;
    static const uint64_t quarter[] = {0, 2, 3}; /* countries of one language begin apart */
    uint64_t from = (uint64_t)nth + all * quarter[(g - regions) % 3] / 4;
    uint64_t at = (from * 1000003 + seed % 999983) % all, round = (uint64_t)nth / all;

    *ret_trade = word(g->trade[at % trades], ret_trade_latin);
    stem_make(ret, g, at / trades, at / trades / heads);
    *ret_second = (struct stem){0};
    if (round)
        stem_make(ret_second, g, round, round / heads + (uint64_t)nth);
}

static const char *industry(struct rng *r, struct str trade)
{
    const char *drawn = industries[rng_below(r, sizeof industries / sizeof *industries)];

    return str_contains(trade, S("College")) || str_contains(trade, S("schule")) ? "Education" : drawn;
}

void words_organisation(uint64_t seed, int region, int64_t nth, struct words_organisation *ret)
{
    const struct region *g = &regions[region];
    struct stem stem, second;
    struct str trade, trade_latin;
    struct rng r;

    words_rng(&r, seed, 'O', (uint64_t)region << 40 | (uint64_t)nth);
    organisation_name(seed, nth, g, &stem, &trade, &trade_latin, &second);
    snprintf(ret->name, sizeof ret->name, "%s%s%s%s" STR_FMT, stem.text, second.text[0] && !g->glued ? " & " : "",
             second.text, g->glued ? "" : " ", STR_ARG(trade));
    ret->domain[0] = 0;
    ascii_add(ret->domain, 50, str_of(stem.latin));
    ascii_add(ret->domain, 60, second.latin[0] ? S("-") : S(""));
    ascii_add(ret->domain, 60, str_of(second.latin));
    ascii_add(ret->domain, 70, S("-"));
    ascii_add(ret->domain, 70, trade_latin);
    ascii_add(ret->domain, sizeof ret->domain, S(".example"));
    snprintf(ret->industry, sizeof ret->industry, "%s", industry(&r, trade));
    snprintf(ret->phone, sizeof ret->phone, "%s 555 %03d %04d", g->dial, (int)rng_below(&r, 1000),
             (int)rng_below(&r, 10000));
    stem_make(&second, g, rng_next(&r) >> 8, rng_next(&r) >> 8);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(ret->street, sizeof ret->street, g->street, second.text, 1 + (int)rng_below(&r, 120));
#pragma GCC diagnostic pop
    snprintf(ret->postal_code, sizeof ret->postal_code, "%05d", 10000 + (int)rng_below(&r, 89999));
    snprintf(ret->city, sizeof ret->city, "%s", stem.text);
    double u = rng_unit(&r);
    ret->size = 4 + (int)(3 / (.008 + u * u));
    ret->people = 1 + (int)rng_below(&r, 3);
}

void words_person(uint64_t seed, int64_t id, int region, int64_t organisation, int place, struct words_person *ret)
{
    const struct region *g = &regions[region];
    struct words_organisation o;
    struct rng r;
    struct str given_latin, family_latin;

    words_organisation(seed, region, organisation, &o);
    words_rng(&r, seed, 'P', (uint64_t)id);
    struct str given = word(g->given[rng_below(&r, count(g->given))], &given_latin);
    struct str family = word(g->family[rng_below(&r, count(g->family))], &family_latin);
    if (g->glued)
        snprintf(ret->name, sizeof ret->name, STR_FMT " " STR_FMT, STR_ARG(family), STR_ARG(given));
    else
        snprintf(ret->name, sizeof ret->name, STR_FMT " " STR_FMT, STR_ARG(given), STR_ARG(family));
    snprintf(ret->given, sizeof ret->given, STR_FMT, STR_ARG(given));
    ret->email[0] = 0;
    ascii_add(ret->email, 60, given_latin);
    ascii_add(ret->email, 60, S("."));
    ascii_add(ret->email, 100, family_latin);
    size_t n = strlen(ret->email);
    snprintf(ret->email + n, sizeof ret->email - n, "@%s", o.domain);
    snprintf(ret->phone, sizeof ret->phone, "%s 555 %03d %04d", g->dial, (int)rng_below(&r, 1000),
             (int)rng_below(&r, 10000));
    snprintf(ret->job_title, sizeof ret->job_title, "%s", job_titles[place > 2 ? 2 : place][rng_below(&r, 3)]);
}

const char *words_contact_role(int nth)
{
    static const char *const role[] = {"Decides", "Influences", "Uses"};

    return role[nth > 2 ? 2 : nth];
}

void words_colleague(uint64_t seed, int64_t number, char name[WORDS_MAX], char email[WORDS_MAX])
{
    static const int from[] = {0, 3, 6, 8, 9, 10};
    size_t known = sizeof colleagues / sizeof *colleagues;
    struct str first, last;

    if (number < (int64_t)known) {
        snprintf(name, WORDS_MAX, "%s", colleagues[number]);
    } else {
        struct rng r;
        words_rng(&r, seed, 'C', (uint64_t)number);
        const struct region *g = &regions[from[rng_below(&r, sizeof from / sizeof *from)]];
        snprintf(name, WORDS_MAX, "%s %s", g->given[rng_below(&r, count(g->given))],
                 g->family[rng_below(&r, count(g->family))]);
    }
    str_cut(str_of(name), ' ', &first, &last);
    email[0] = 0;
    ascii_add(email, 80, first);
    ascii_add(email, 80, S("."));
    ascii_add(email, 150, last);
    size_t n = strlen(email);
    if (number >= (int64_t)known) /* two colleagues of the same name still have two addresses */
        n += (size_t)snprintf(email + n, WORDS_MAX - n, "%d", (int)number);
    snprintf(email + n, WORDS_MAX - n, "@penstock.example");
}
