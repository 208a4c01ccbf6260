#include "log.h"
#include "migrate.h"

#include "app.h"

const struct migration app_migrations[] = {
    {1, "the log", log_tables},
};

const int app_migrations_n = COUNT(app_migrations);
