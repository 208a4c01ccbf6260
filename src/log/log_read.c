#include "log.h"

#include "sql.h"

struct rows *log_query(struct txn *t, const char *where, struct args args, unsigned limit, struct err *err)
{
    struct sql *s = sql_new(txn_arena(t), txn_dialect(t));

    sql_f(s,
          "SELECT c.seq, c.changeset_id, s.actor_id, c.row_id, c.recorded_at, c.occurred_at, u.name, s.origin, c.kind, "
          "c.op, c.fields FROM changes c JOIN changesets s ON s.id = c.changeset_id "
          "LEFT JOIN users u ON u.id = s.actor_id WHERE %s LIMIT %u",
          where, limit);
    return sql_query(t, sql_text(s), args, err);
}

int log_next(struct rows *r, struct log_item *ret, struct err *err)
{
    int n = rows_next(r, err);

    if (n == 1)
        *ret = (struct log_item){
            .seq = rows_col(r, 0).i,
            .changeset = rows_col(r, 1).i,
            .actor = rows_col(r, 2).type == V_INT ? rows_col(r, 2).i : 0,
            .row = rows_col(r, 3).i,
            .recorded_at = rows_col(r, 4).i,
            .occurred_at = rows_col(r, 5).i,
            .actor_name = rows_col(r, 6).type == V_TEXT ? rows_col(r, 6).s : STR_NULL,
            .origin = rows_col(r, 7).s,
            .kind = rows_col(r, 8).s,
            .op = rows_col(r, 9).s,
            .fields = rows_col(r, 10).s,
        };
    return n;
}

void log_write_item(struct json_out *o, const struct log_item *item)
{
    out_open(o, '{');
    out_kv_int(o, "seq", item->seq);
    out_kv_int(o, "changeset", item->changeset);
    out_kv_msec(o, "recorded_at", item->recorded_at);
    out_kv_msec(o, "occurred_at", item->occurred_at);
    if (item->actor) {
        out_kv_open(o, "actor", '{');
        out_kv_int(o, "id", item->actor);
        out_kv_str(o, "name", item->actor_name);
        out_close(o, '}');
    } else {
        out_kv_null(o, "actor");
    }
    out_kv_str(o, "origin", item->origin);
    out_kv_str(o, "kind", item->kind);
    out_kv_int(o, "id", item->row);
    out_kv_str(o, "op", item->op);
    out_key(o, S("fields"));
    out_raw(o, item->fields);
    out_close(o, '}');
}
