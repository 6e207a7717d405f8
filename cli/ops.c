/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ops.h"

#include "base/names.h"

/* clang-format off */
#define SWITCH(member, wire_name, what)                                                            \
        { .name = (wire_name), .type = WIRE_BOOL, .offset = offsetof(CliHostIn, member),           \
          .doc = (what) }
#define COMMON                                                                                     \
        SWITCH(yes, "yes", "do not ask before changing anything"),                                 \
        SWITCH(dry_run, "dryRun", "show what would be changed, and end")

static const WireField enable_in[] = {
        { .name = "prove", .type = WIRE_STRING, .offset = offsetof(CliHostIn, prove), .min = 1,
          .max = USER_NAME_MAX + 1 + REALM_NAME_MAX,
          .doc = "a user of the realm who must get in by it before it counts" },
        SWITCH(unproved, "unproved", "let no user try it first"),
        COMMON,
};
static const WireField disable_in[] = { COMMON };
/* clang-format on */

static const WireTable enable_table = { enable_in, ELEMENTSOF(enable_in), sizeof(CliHostIn) };
static const WireTable disable_table = { disable_in, ELEMENTSOF(disable_in), sizeof(CliHostIn) };
static const WireTable nothing = {};

const WireOp cli_host_enable = {
        .id = _WIRE_OP_INVALID,
        .words = "host enable",
        .doc = "let this machine ask iamd who people are: names, logins, sudo, ssh",
        .in = &enable_table,
        .out = &nothing,
};
const WireOp cli_host_disable = {
        .id = _WIRE_OP_INVALID,
        .words = "host disable",
        .doc = "undo all that host enable changed",
        .in = &disable_table,
        .out = &nothing,
};

const WireOp *cli_op(size_t i) {
        static const WireOp *const own[] = { &cli_host_enable, &cli_host_disable };
        const size_t first = WIRE_OP_HOST_LIST + 1;

        if (i >= first && i - first < ELEMENTSOF(own))
                return own[i - first];
        if (i >= first)
                i -= ELEMENTSOF(own);
        return i < _WIRE_OP_MAX ? wire_op((WireOpId) i) : NULL;
}
