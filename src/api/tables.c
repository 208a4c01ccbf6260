/* Every file of routes. Adding one: write its table, put its name here and its file into meson.build. */
#include "api.h"

#define API_TABLES(X)                                                                                                  \
    X(root_routes)                                                                                                     \
    X(metrics_routes)                                                                                                  \
    X(record_routes)                                                                                                   \
    X(write_routes)                                                                                                    \
    X(log_routes)                                                                                                      \
    X(undo_routes)                                                                                                     \
    X(meta_routes)                                                                                                     \
    X(stage_routes)                                                                                                    \
    X(report_schemas)                                                                                                  \
    X(snapshot_report)                                                                                                 \
    X(funnel_report)                                                                                                   \
    X(cycle_report)                                                                                                    \
    X(deal_size_report)                                                                                                \
    X(dwell_report)                                                                                                    \
    X(leaderboard_report)                                                                                              \
    X(waterfall_report)                                                                                                \
    X(win_rate_report)                                                                                                 \
    X(board_routes)                                                                                                    \
    X(search_routes)                                                                                                   \
    X(events_routes)                                                                                                   \
    X(import_routes)                                                                                                   \
    X(session_routes)                                                                                                  \
    X(account_routes)                                                                                                  \
    X(file_routes)                                                                                                     \
    X(backup_routes)

#define API_TABLE_AS_EXTERN(name) extern const struct api_table name;
API_TABLES(API_TABLE_AS_EXTERN)

#define API_TABLE_AS_ROW(name) &name,
const struct api_table *const api_tables[] = {API_TABLES(API_TABLE_AS_ROW) NULL};
