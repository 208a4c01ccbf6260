#include "texts.h"

#include <stdio.h>
#include <string.h>

#include "model.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* {p} the person, {g} their given name, {m} the machine, {n} a small number. */
static void fill(char *out, size_t room, const char *pattern, struct rng *r, int product, const struct words_person *p)
{
    size_t n = 0;

    for (const char *s = pattern; *s && n + 1 < room;) {
        char number[16];
        const char *put = NULL;
        if (s[0] == '{' && s[1] && s[2] == '}') {
            snprintf(number, sizeof number, "%d", 2 + (int)rng_below(r, 11));
            put = s[1] == 'p' ? p->name : s[1] == 'g' ? p->given : s[1] == 'm' ? sim_products[product].name : number;
            n += (size_t)snprintf(out + n, room - n, "%s", put);
            n = n < room ? n : room - 1;
            s += 3;
        } else {
            out[n++] = *s++;
        }
    }
    out[n < room ? n : room - 1] = 0;
}

static const char *number_word(int n)
{
    static const char *const word[] = {"no", "one", "two", "three", "four", "five", "six"};

    return n <= 6 ? word[n] : "";
}

void text_title(char out[WORDS_MAX], struct rng *r, int pipeline, int product, int quantity)
{
    static const char *const tail[] = {"",
                                       "",
                                       "",
                                       "",
                                       "",
                                       "",
                                       ", second unit",
                                       " replacement",
                                       " for hall %d",
                                       " for hall %d",
                                       ", new site",
                                       ", trade-in",
                                       " for the school",
                                       ", automation"};
    const struct product_model *p = &sim_products[product];
    char suffix[40];
    bool first_word_unit = p->unit[0] == 'u';

    if (pipeline == SIM_CUSTOMERS || p->unit[0] == 'm' || p->unit[0] == 's') {
        if (str_is(str_of(p->unit), "machine") && quantity == 1)
            snprintf(out, WORDS_MAX, "%s", p->name);
        else if (quantity == 1)
            snprintf(out, WORDS_MAX, "%s, one %s", p->name, p->unit);
        else
            snprintf(out, WORDS_MAX, "%s, %d %ss", p->name, quantity, p->unit);
        return;
    }
    const char *t = tail[rng_below(r, COUNT(tail))];
    if (quantity > 6)
        snprintf(out, WORDS_MAX, "%s, %d units", p->name, quantity);
    else if (quantity > 1)
        snprintf(out, WORDS_MAX, "%s, %s units", p->name, number_word(quantity));
    else if (strchr(t, '%'))
        snprintf(out, WORDS_MAX, "%s for hall %d", p->name, 1 + (int)rng_below(r, 6));
    else {
        snprintf(suffix, sizeof suffix, "%s", first_word_unit ? t : "");
        snprintf(out, WORDS_MAX, "%s%s", p->name, suffix);
    }
}

enum { TASK, CALL, MEETING, MAIL, DEMO, TYPES };
static const char *const type_name[TYPES] = {"task", "call", "meeting", "mail", "demo"};

static const struct {
    int weight[TYPES];
} mix[SIM_MAX_STAGES + 1] = {
    {{20, 45, 3, 32, 0}},  {{20, 35, 25, 20, 0}}, {{20, 16, 38, 4, 22}},
    {{30, 34, 10, 24, 2}}, {{25, 36, 24, 15, 0}}, {{30, 38, 20, 12, 0}},
};

/* Subjects by type, early (Lead generation, Qualification), middle (Need analysis, Proposal), late, and after the
 * sale. */
static const char *const subject[TYPES][4][8] = {
    [TASK] = {{"Send the catalogue", "Find the buyer", "Ask for drawings", "Look up their machines",
               "Check the credit limit", "Chase the drawing", "Ask about funding", "Sort out who decides"},
              {"Send the floor plan", "Review the cut list", "Layout drawing", "Prepare the offer",
               "Work out running costs", "Send revision {n}", "Ask for the trial parts", "Get transport prices"},
              {"Settle payment terms", "Go through contract", "Send the terms", "Value the old machine",
               "Confirm fitting week", "Answer delivery date", "Prepare the contract", "Legal review back"},
              {"Order spare parts", "Book the fitters", "Send the manual", "Prepare the renewal", "Check open points",
               "Update the service plan", "Invite to the user day", "Ask for a reference"}},
    [CALL] = {{"Call {p}", "Call back {p}", "Intro call", "Call {p}", "First call with {g}", "Call {p} after the fair",
               "Ask {g} about the timing", "Budget call"},
              {"Call {p}", "Call the foreman", "Follow up the quote", "Call {p}", "Last questions with {g}",
               "Why after Easter? Ask {g}", "Call {p} on the trial part", "Clear the open points with {g}"},
              {"Call {p}", "Answer on price", "Call {p}", "Board decides, call {g}", "Settle the discount with {g}",
               "Call {p} on delivery", "Ask {g} for the signature", "Call purchasing"},
              {"Call {p}", "How is it running? Call {g}", "Call {p}", "Check-in call", "Renewal call with {g}",
               "Call {p} on spare parts", "Call {p}", "Service call with {g}"}},
    [MEETING] = {{"First visit", "Meet plant manager", "Visit with {p}", "Meet at the fair", "Needs workshop",
                  "First visit", "Visit {p}", "See the workshop"},
                 {"Needs workshop", "Site visit, hall {n}", "Visit with {p}", "Reference visit", "Air flow measurement",
                  "Present the offer", "Meet the production team", "Measure floor load with {g}"},
                 {"Sign at their office", "Meet the owners", "Negotiation with {p}", "Go through contract with {g}",
                  "Meeting with their bank", "Final meeting", "Negotiation with {p}", "Sign with {p}"},
                 {"Acceptance test", "Yearly review", "Visit with {p}", "Kick-off", "Training day", "Yearly review",
                  "Visit {p}", "Handover"}},
    [MAIL] = {{"Mail the price list", "Answer the web form", "Mail {p} the brochure", "Send two references",
               "Answer the web form", "Mail {p}", "Send film of the {m}", "Mail {p} after the call"},
              {"Mail {p} the offer", "Send the sample plan", "Mail the data sheet", "Send the offer", "Revised quote",
               "Mail {p}", "Confirm the sizes", "Send photos of the trial part"},
              {"Mail {p} the contract", "Send the terms", "Trade-in offer", "Answer on payment plan", "Mail {p}",
               "Send the order form", "Mail {p} the delivery date", "Revised contract"},
              {"Mail {p}", "Send the service report", "Renewal offer", "Mail {p} the invoice copy",
               "Send the checklist", "Mail {p}", "Ask for the machine hours", "Send the training plan"}},
    [DEMO] = {{"Demo by video", "Demo of the {m}", "Demo by video", "Show the {m}", "Demo by video", "Demo of the {m}",
               "Show the {m}", "Demo by video"},
              {"Demo of the {m}", "Cutting trial", "Trial part", "Demo at our hall", "Cutting samples", "Demo by video",
               "Show the {m} to {p}", "Trial run with their material"},
              {"Demo of the {m}", "Second trial part", "Demo for the operators", "Demo of the {m}",
               "Demo for the board", "Trial run", "Demo of the {m}", "Demo for the operators"},
              {"Demo of new functions", "Show the remote service", "Demo of new functions", "Show the remote service",
               "Demo of new functions", "Show the remote service", "Demo of new functions", "Show the remote service"}},
};

static const char *const body[] = {
    "",
    "",
    "",
    "Best in the morning, before the shift meeting.",
    "{p} wants to know the delivery date first.",
    "Offer delivery in two parts.",
    "Ask who signs above 50,000.",
    "Take the sample parts along.",
    "They compare with two other makers.",
    "Mention the trade-in value of the old machine.",
    "{g} has the drawings, about {n} sheets.",
    "Floor load still open.",
};

void text_activity(struct text_activity *out, struct rng *r, int pipeline, int stage, int product,
                   const struct words_person *person)
{
    static const int minutes[TYPES][4] = {
        {15, 30, 30, 60}, {10, 15, 20, 30}, {60, 60, 90, 120}, {10, 10, 15, 20}, {45, 60, 60, 90}};
    int phase = pipeline == SIM_CUSTOMERS ? 3 : stage < 2 ? 0 : stage < 4 ? 1 : 2, type = 0;
    const int *w = mix[pipeline == SIM_CUSTOMERS ? SIM_MAX_STAGES : stage].weight;
    int v = (int)rng_below(r, 100);

    while (type < TYPES - 1 && (v -= w[type]) >= 0)
        type++;
    out->type = type_name[type];
    out->duration_min = minutes[type][rng_below(r, 4)];
    fill(out->subject, sizeof out->subject, subject[type][phase][rng_below(r, 8)], r, product, person);
    fill(out->body, sizeof out->body, body[rng_below(r, COUNT(body))], r, product, person);
}

const char *text_outcome(struct rng *r, const char *type)
{
    static const char *const talk[] = {
        "Reached, goes on", "Reached, wants to think", "Not reached, left a message", "Reached, asked for figures",
        "Good talk",        "Called back the same day"};
    static const char *const met[] = {"Went well",           "New people in the room",  "Questions on price",
                                      "Wants a second date", "They will decide inside", "Went well, next step agreed"};
    static const char *const other[] = {"Done", "Sent", "Done, answer promised", "Sent, receipt confirmed"};

    if (type[0] == 'c')
        return talk[rng_below(r, COUNT(talk))];
    return type[0] == 'd' || (type[0] == 'm' && type[1] == 'e') ? met[rng_below(r, COUNT(met))]
                                                                : other[rng_below(r, COUNT(other))];
}

void text_note(char out[TEXT_MAX], struct rng *r, int stage, int product, const struct words_person *person)
{
    static const char *const early[] = {
        ("Spoke with **{p}**. They buy in about {n} parts a week and would like to make them in-house.\n\n- Hall is "
         "there, "
         "power still open\n- Budget *not yet approved*\n- Decision with the owners"),
        "Came over from the fair stand. Saw the **{m}** running and took the data sheet along.",
        ("**Budget**: set aside, figure not told yet\n**Authority**: {p} prepares, owners sign\n**Need**: old machine "
         "down {n} "
         "times this year\n**Timing**: after the summer"),
        "{p} asks for references in their trade. Two would fit, both within an hour's drive.",
        "Not sure who decides. {g} says *\"we all do\"*, which usually means nobody. Ask again.",
    };
    static const char *const middle[] = {
        ("## Visit\n\nFloor is good, **crane only {n} t**. Door height 3.4 m, so the machine has to come in two "
         "parts.\n\n1. Floor "
         "plan to {p}\n2. Transport price\n3. Trial part by next week"),
        ("Trial part accepted, no burr. {p} was pleased with the edge.\n\n> \"If it does this every day we need not "
         "talk long.\""),
        ("Running costs worked out together:\n\n| | today | with {m} |\n|---|---|---|\n| parts per shift | {n}0 | {n}5 "
         "|\n| people | 3 "
         "| 2 |\n\nPays back in under three years."),
        "They compare with two other makers. One is cheaper, but without service within {n} hours' reach.",
        "{p} wants **one supplier** for machine, tooling and extraction. Put fitting and training into the offer.",
    };
    static const char *const late[] = {
        ("Open before signing:\n\n- [x] Price\n- [x] Delivery {n} weeks from order\n- [ ] Payment 30 / 60 / 10 by "
         "milestone\n- [ ] "
         "Trade-in of the old machine"),
        "{p} can sign alone up to 150,000. Above that the board meets **only on the first Monday**.",
        "Purchasing asks for another {n} %. Better give a year of maintenance than a discount.",
        ("Their lawyer wants penalty for late delivery. Sent our standard clause, see "
         "[terms](https://penstock.example/terms)."),
        "Heard from {g} that the other offer is out of the race. Only the delivery date counts now.",
    };
    const char *const *from = stage < 2 ? early : stage < 4 ? middle : late;

    fill(out, TEXT_MAX, from[rng_below(r, 5)], r, product, person);
}
