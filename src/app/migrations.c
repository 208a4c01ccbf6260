#include "log.h"
#include "migrate.h"

#include "auth.h"

const struct migration app_migrations[] = {
    {1, "the log", log_tables},
    {2, "who may come in", auth_tables},
};

const int app_migrations_n = COUNT(app_migrations);
