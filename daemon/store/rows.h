/* SPDX-License-Identifier: Apache-2.0 */
/* What the aggregates share: short forms for column tables, and rows that several
 * read. */
#pragma once

#include "daemon/store/sql.h"

#define COLUMN(kind, Type, member)                                                                 \
        { .type = (kind), .offset = offsetof(Type, member) }
#define COLUMN_ENUM(Type, member, table)                                                           \
        { .type = SQL_ENUM, .offset = offsetof(Type, member), .names = (table) }

extern const SqlRow user_row;
extern const SqlRow group_row;
extern const SqlRow role_row;
extern const SqlRow assignment_row;
extern const SqlRow composite_row;
extern const SqlRow permission_row;
extern const SqlRow sudo_row;
extern const SqlEnum subject_kind_enum;
extern const SqlEnum key_alg_enum;
extern const SqlEnum door_enum;
