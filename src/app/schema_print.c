#include "schema_print.h"

#include "sqlgen.h"

void schema_print_kind(struct buf *b, const struct kind *k, enum dialect d)
{
    buf_printf(b, "-- %s\n", k->name);
    sqlgen_table(b, k, d);
}

void schema_print_sql(struct buf *b, const struct schema *s, enum dialect d)
{
    for (int i = 0; i < app_migrations_n; i++) {
        buf_printf(b, "-- %d: %s\n", app_migrations[i].number, app_migrations[i].name);
        app_migrations[i].script(b, d);
    }
    for (int i = 0; i < s->n; i++)
        schema_print_kind(b, &s->kinds[i], d);
}

void schema_print_acl(struct buf *b, const struct schema *s)
{
    buf_z(b, "kind              role     see   change  add\n");
    for (int i = 0; i < s->n; i++)
        for (int role = ROLE_ADMIN; role >= ROLE_VIEWER; role--)
            buf_printf(b, "%-17s %-8s %-5s %-7s %s\n", s->kinds[i].name, role_name((enum role)role),
                       level_name(preset_see((enum role)role, &s->kinds[i])),
                       level_name(preset_edit((enum role)role, &s->kinds[i])),
                       preset_create((enum role)role, &s->kinds[i]) ? "yes" : "no");
}
