#include "op.h"

#include "json_in.h"

/* What a new installation begins with. Positions leave room between. */
static const char *const seeds[][2] = {
    {"workspaces", "{\"name\":\"My company\",\"base_currency\":\"EUR\",\"time_zone\":\"UTC\"}"},
    {"pipelines", "{\"name\":\"Sales\",\"position\":10}"},
    {"pipelines", "{\"name\":\"Customers\",\"position\":20}"},
    {"stages", "{\"pipeline_id\":1,\"name\":\"Lead generation\",\"position\":10,\"probability\":5,"
               "\"description\":\"Somebody who might buy; nobody has spoken yet\"}"},
    {"stages", "{\"pipeline_id\":1,\"name\":\"Qualification\",\"position\":20,\"probability\":15,"
               "\"description\":\"Budget, authority, need and timeline are being found out\"}"},
    {"stages", "{\"pipeline_id\":1,\"name\":\"Need analysis\",\"position\":30,\"probability\":30,"
               "\"description\":\"What exactly they need, in meetings\"}"},
    {"stages", "{\"pipeline_id\":1,\"name\":\"Proposal\",\"position\":40,\"probability\":50,"
               "\"description\":\"An offer is on their table\"}"},
    {"stages", "{\"pipeline_id\":1,\"name\":\"Negotiation\",\"position\":50,\"probability\":75,"
               "\"description\":\"Price, terms and contract\"}"},
    {"stages", "{\"pipeline_id\":2,\"name\":\"Onboarding\",\"position\":10,\"probability\":50,"
               "\"description\":\"The customer starts using what was bought\"}"},
    {"stages", "{\"pipeline_id\":2,\"name\":\"Satisfaction\",\"position\":20,\"probability\":60,"
               "\"description\":\"Is it what they hoped for?\"}"},
    {"stages", "{\"pipeline_id\":2,\"name\":\"Renewal\",\"position\":30,\"probability\":75,"
               "\"description\":\"The next order or the renewal is due\"}"},
    {"sources", "{\"name\":\"Website\",\"position\":10}"},
    {"sources", "{\"name\":\"Referral\",\"position\":20}"},
    {"sources", "{\"name\":\"Event\",\"position\":30}"},
    {"sources", "{\"name\":\"Cold outreach\",\"position\":40}"},
    {"sources", "{\"name\":\"Social media\",\"position\":50}"},
    {"lost_reasons", "{\"name\":\"Price\",\"position\":10}"},
    {"lost_reasons", "{\"name\":\"Other supplier\",\"position\":20}"},
    {"lost_reasons", "{\"name\":\"No budget\",\"position\":30}"},
    {"lost_reasons", "{\"name\":\"No decision\",\"position\":40}"},
    {"lost_reasons", "{\"name\":\"Not a fit\",\"position\":50}"},
};

int app_seed(struct app *a, struct txn *t, struct err *err)
{
    struct ctx c;
    struct value n;
    struct row *made;
    json_t *body;

    if (sql_row(t, "SELECT count(*) FROM changesets", NO_ARGS, &n, 1, err) < 0)
        return -1;
    if (n.i > 0)
        return 0;
    if (ctx_write(&c, a, t, WHO_SYSTEM, "setup", err) < 0)
        return -1;
    c.cs.label = S("A new installation");
    for (size_t i = 0; i < COUNT(seeds); i++)
        if (json_read_object(c.arena, str_of(seeds[i][1]), &body, err) < 0 ||
            op_create(&c, schema_must(a->schema, seeds[i][0]), body, &made, err) < 0)
            return -1;
    return 0;
}
