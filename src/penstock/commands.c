/* The table of commands, in the order of `penstock help`. A command is a file cmd_NAME.c and a line here. */
#include "cli.h"

/* clang-format off */
#define COMMANDS(X)                                                                                                    \
    X(serve)                                                                                                           \
    X(user)                                                                                                            \
    X(user_reset)                                                                                                      \
    X(token)                                                                                                           \
    X(import)                                                                                                          \
    X(export)                                                                                                          \
    X(backup)                                                                                                          \
    X(restore)                                                                                                         \
    X(report)                                                                                                          \
    X(undo)                                                                                                            \
    X(rebuild)                                                                                                         \
    X(upgrade)                                                                                                         \
    X(demo)                                                                                                            \
    X(doctor)                                                                                                          \
    X(schema)                                                                                                          \
    X(version)
/* clang-format on */

#define COMMAND_AS_EXTERN(name) extern const struct command cmd_##name;
COMMANDS(COMMAND_AS_EXTERN)

#define COMMAND_AS_ROW(name) &cmd_##name,
const struct command *const commands[] = {COMMANDS(COMMAND_AS_ROW)};

const size_t commands_n = COUNT(commands);
