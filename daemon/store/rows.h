/* SPDX-License-Identifier: Apache-2.0 */
/* What the aggregates share: short forms for column tables, and the rows of users. */
#pragma once

#include "daemon/store/sql.h"

#define COLUMN(kind, Type, member)                                                                 \
        { .type = (kind), .offset = offsetof(Type, member) }
#define COLUMN_ENUM(Type, member, table)                                                           \
        { .type = SQL_ENUM, .offset = offsetof(Type, member), .names = (table) }

extern const SqlRow user_row;
extern const SqlEnum subject_kind_enum;
extern const SqlEnum key_alg_enum;
extern const SqlEnum door_enum;
