/* The table of commands, in the order of `penstock help`. A command is a file cmd_NAME.c and a line here. */
#include "cli.h"

extern const struct command cmd_demo, cmd_rebuild, cmd_schema, cmd_undo, cmd_version;

const struct command *const commands[] = {
    &cmd_demo,
    &cmd_rebuild,
    &cmd_undo,
    &cmd_schema,
    &cmd_version,
};

const size_t commands_n = COUNT(commands);
