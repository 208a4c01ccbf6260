#include "upgrade.h"

#include "upgrade_file.h"
#include "upgrade_steps.h"

int upgrade_run(const struct upgrade *u, struct err *err)
{
    return upgrade_file(u, err);
}
