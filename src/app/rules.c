#include "rules.h"

#include <string.h>

#include "auth.h"
#include "standing.h"

static const struct rule *const all_rules[] = {
    &rule_deal,  &rule_deal_line, &rule_activity, &rule_workspace, &rule_custom_field,
    &rule_right, &rule_user,      &rule_token,    &rule_file,      &rule_backup_plan,
};

const struct rule *rule_of(const struct kind *k)
{
    static const struct rule none = {.kind = ""};

    for (size_t i = 0; i < COUNT(all_rules); i++)
        if (strcmp(all_rules[i]->kind, k->name) == 0)
            return all_rules[i];
    return &none;
}

int rules_written(struct txn *t, const struct change_set *cs, const struct row *before, const struct row *after,
                  struct err *err)
{
    const struct kind *k = before ? before->kind : after->kind;
    const struct rule *rule = rule_of(k);

    if (standing_depends(k) && auth_revoked(cs->context, t, err) < 0)
        return -1;
    return rule->derive ? rule->derive(t, cs->context, before, after, err) : 0;
}
