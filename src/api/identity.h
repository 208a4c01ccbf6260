/*
 * Who sends a request: `Authorization: Bearer pst_…`, or the cookie of a session. The cookie is SameSite=Lax and
 * HttpOnly; over https it is Secure and called __Host-penstock, so that no other host can set it. A cookie is not
 * enough to change anything: such requests need the header X-Penstock, which no other site can make a browser send.
 */
#ifndef API_IDENTITY_H
#define API_IDENTITY_H

#include "api.h"
#include "session.h"

extern const struct api_identity identity_by_secret;

void identity_set_cookie(struct api_call *c, struct str secret);
void identity_clear_cookie(struct api_call *c);
struct client identity_client(const struct api_call *c);

/* {"user":{…},"workspace":{…}} as the reply; opens a transaction of its own. */
int identity_reply(struct api_call *c, int status, id user, struct err *err);

/* A path or target as it may stand in a log: what follows /links/ and /welcome/ is a secret. */
struct str identity_masked(struct arena *a, struct str target);

#endif
