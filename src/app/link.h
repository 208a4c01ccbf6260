/*
 * One-time links: PUBLIC-URL/welcome/SECRET. Whoever has one may once set up the workspace (setup), come in for the
 * first time (invite), choose a new password (reset) or just come in (signin). Only a digest is kept.
 */
#ifndef APP_LINK_H
#define APP_LINK_H

#include "session.h"

enum link_purpose { LINK_SETUP, LINK_INVITE, LINK_RESET, LINK_SIGNIN };
const char *link_purpose_name(enum link_purpose p);

struct link {
    enum link_purpose purpose;
    id user; /* 0 for LINK_SETUP */
    struct str name, email;
    msec expires_at;
};

/* Inside a write. Links made for the same before stop working. `user` must exist, be active and, to come in, have an
 * address; 0 for LINK_SETUP. */
int link_make(struct app *a, struct txn *t, enum link_purpose purpose, id user, struct str *ret_secret,
              msec *ret_expires_at, struct err *err);

/* The same in a write of its own, as the text of the whole link under `base`, which may end in a slash or not. */
int link_text(struct app *a, struct arena *arena, enum link_purpose purpose, id user, struct str base,
              struct str *ret_text, msec *ret_expires_at, struct err *err);

/* ERR_NOT_FOUND when it is unknown, used up or expired, or its user is gone. */
int link_look(struct app *a, struct txn *t, struct str secret, struct link *ret, struct err *err);

/* What somebody fills in behind a link. Texts may be STR_NULL when they were not given. */
struct welcome {
    struct str name, email, password, workspace_name, base_currency, time_zone;
    struct client client;
};

/* Uses the link up and signs in: all of it happens, or nothing. Hashes, so never on an I/O thread nor in a write. */
int link_use(struct app *a, struct arena *arena, struct str secret, const struct welcome *w, id *ret_user,
             struct str *ret_session, struct err *err);

/* 1 when no administrator could sign in with a password, so that the setup link has to be shown; 0 or -1. */
int link_needs_setup(struct txn *t, struct err *err);

#endif
