#include "kind.h"

static const struct field fields[] = {
    {.name = "currency",
     .label = "Currency",
     .doc = "What is changed into the base currency",
     .type = FT_CURRENCY,
     .flags = REQUIRED | LIST},
    {.name = "day", .label = "From", .doc = "First day the rate holds", .type = FT_DAY, .flags = REQUIRED | LIST},
    {.name = "rate",
     .label = "Rate",
     .doc = "Units of the base currency for one unit",
     .type = FT_DECIMAL,
     .digits = 8,
     .max = 1000000,
     .min = 0,
     .flags = REQUIRED | LIST},
};

const struct kind_def kind_exchange_rate = {
    .name = "exchange_rates",
    .one = "exchange_rate",
    .label = "Exchange rate",
    .labels = "Exchange rates",
    .icon = "coins",
    .doc = "What a currency is worth in the base currency from a day on",
    .class = CLASS_SHARED,
    .fields = fields,
    .nfields = COUNT(fields),
    .title = "currency",
    .unique = (const char *const[]){"currency,day", NULL},
};
