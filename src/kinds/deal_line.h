/*
 * The field list of deal lines; app/deal_line.c computes totals and the deal's value from it.
 */
#ifndef KINDS_DEAL_LINE_H
#define KINDS_DEAL_LINE_H

#include "kind.h"

/* clang-format off */
#define DEAL_LINE_FIELDS(X)                                                                                            \
    X(DEAL, "deal_id", .label = "Deal", .doc = "The deal it belongs to", .type = FT_REF, .ref = "deals",               \
      .flags = REQUIRED, .on_delete = REF_CASCADE)                                                                     \
    X(PRODUCT, "product_id", .label = "Product", .doc = "From the catalogue, if it is", .type = FT_REF,                \
      .ref = "products", .flags = LIST)                                                                                \
    X(NAME, "name", .label = "Name", .doc = "What is sold; the product's name unless given", .type = FT_TEXT,          \
      .flags = REQUIRED | LIST, .max = 300)                                                                            \
    X(QUANTITY, "quantity", .label = "Quantity", .doc = "How many", .type = FT_DECIMAL, .digits = 3,                   \
      .flags = REQUIRED | LIST, .max = 1000000, .min = -1000000, .preset = "1")                                        \
    X(UNIT_PRICE, "unit_price", .label = "Unit price", .doc = "Price of one, before the discount; the product's price unless given",\
      .type = FT_MONEY, .currency = "currency", .flags = LIST)                                                         \
    X(DISCOUNT, "discount", .label = "Discount", .doc = "Percent off", .type = FT_DECIMAL, .digits = 2, .max = 100,    \
      .flags = LIST, .preset = "0")                                                                                    \
    X(TOTAL, "total", .label = "Total", .doc = "Quantity times price less discount", .type = FT_MONEY,                 \
      .currency = "currency", .flags = READONLY | LIST)                                                                \
    X(CURRENCY, "currency", .label = "Currency", .doc = "The deal's currency", .type = FT_CURRENCY, .flags = READONLY) \
    X(POSITION, "position", .label = "Position", .doc = "Order within the deal", .type = FT_INTEGER, .preset = "0",    \
      .max = 100000)
/* clang-format on */

#define LINE_AS_ENUM(name, ...) LINE_##name,
enum { LINE__BEFORE = SYS__N - 1, DEAL_LINE_FIELDS(LINE_AS_ENUM) LINE__N };

extern const struct kind_def kind_deal_line;

#endif
