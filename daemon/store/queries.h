/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every statement of the store, by name.  $n is column n of the struct's table where a statement
 * carries a whole struct, and the n-th bound value elsewhere.  Plain SQL for both engines: no
 * rowid, no triggers, no LIKE on input; realm_id = $1 in all that belongs to a realm.
 */
#pragma once

#include "daemon/store/queries_access.h"
#include "daemon/store/queries_directory.h"
#include "daemon/store/queries_held.h"
#include "daemon/store/queries_login.h"
#include "daemon/store/queries_record.h"

#define SQL_QUERIES(X)                                                                             \
        SQL_DIRECTORY_QUERIES(X)                                                                   \
        SQL_ACCESS_QUERIES(X)                                                                      \
        SQL_HELD_QUERIES(X)                                                                        \
        SQL_LOGIN_QUERIES(X)                                                                       \
        SQL_RECORD_QUERIES(X)
