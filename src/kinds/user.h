/*
 * The field list of users. Passwords are not here: they live in the table of credentials (app/auth.c).
 */
#ifndef KINDS_USER_H
#define KINDS_USER_H

#include "kind.h"

/* clang-format off */
#define USER_FIELDS(X)                                                                                                 \
    X(NAME, "name", .label = "Name", .doc = "Full name", .type = FT_TEXT, .flags = REQUIRED | SEARCH | LIST, .max = 100)\
    X(EMAIL, "email", .label = "Mail", .doc = "Mail address to sign in with; a user without one cannot sign in",       \
      .type = FT_EMAIL, .flags = LIST, .max = 254)                                                                     \
    X(ROLE, "role", .label = "Role", .doc = "What the user may do", .type = FT_CHOICE, .choices = roles,               \
      .flags = REQUIRED | LIST, .preset = "rep")                                                                       \
    X(TEAM, "team_id", .label = "Team", .doc = "Team the user belongs to", .type = FT_REF, .ref = "teams",             \
      .flags = LIST)                                                                                                   \
    X(ACTIVE, "active", .label = "Active", .doc = "May sign in and use tokens", .type = FT_BOOLEAN,                    \
      .flags = REQUIRED | LIST, .preset = "true")                                                                      \
    X(LOCALE, "locale", .label = "Language and region", .doc = "How numbers and dates are written, like de-DE",        \
      .type = FT_TEXT, .max = 35)                                                                                      \
    X(PASSWORD_SET_AT, "password_set_at", .label = "Password set", .doc = "When the password was last set; null: not yet invited",\
      .type = FT_INSTANT, .flags = READONLY)
/* clang-format on */

#define USER_AS_ENUM(name, ...) USER_##name,
enum { USER__BEFORE = SYS__N - 1, USER_FIELDS(USER_AS_ENUM) USER__N };

extern const struct kind_def kind_user;

#endif
