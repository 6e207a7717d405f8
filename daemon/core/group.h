/* SPDX-License-Identifier: Apache-2.0 */
/* A group of users.  Groups form a tree; roles are inherited down the path. */
#pragma once

#include "base/id.h"

#define GROUP_DEPTH_MAX 16

typedef struct Group {
        RealmId realm;
        Id id;
        Id parent; /* null id at the top */
        const char *name;
        bool posix;
        uint32_t gid; /* 0 unless posix */
        Usec created_at;
        Usec updated_at;
        int64_t version;
} Group;

typedef struct GroupList {
        Group *items;
        size_t n;
} GroupList;

typedef struct Membership {
        Id group;
        Id user;
} Membership;

typedef struct MembershipList {
        Membership *items;
        size_t n;
} MembershipList;
