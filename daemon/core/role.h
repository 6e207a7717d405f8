/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roles (realm and client roles, composites), who holds them, and what they allow: permissions
 * resource:action and sudo rules.
 */
#pragma once

#include "base/id.h"

typedef enum SubjectKind {
        SUBJECT_USER,
        SUBJECT_GROUP,
        SUBJECT_ROLE,
        _SUBJECT_MAX,
        _SUBJECT_INVALID = -EINVAL,
} SubjectKind;

const char *subject_kind_name(SubjectKind kind); /* "user" "group" "role" */
SubjectKind subject_kind_from_name(const char *name);

typedef struct Role {
        RealmId realm;
        Id id;
        Id client; /* null id: a realm role */
        const char *name;
        const char *description;
        Usec created_at;
        Usec updated_at;
        int64_t version;
} Role;

typedef struct RoleList {
        Role *items;
        size_t n;
} RoleList;

/* role is held by a user or by all members of a group. */
typedef struct Assignment {
        Id role;
        SubjectKind subject_kind; /* SUBJECT_USER or SUBJECT_GROUP */
        Id subject;
} Assignment;

typedef struct AssignmentList {
        Assignment *items;
        size_t n;
} AssignmentList;

/* Whoever holds `role` also holds `includes`. */
typedef struct Composite {
        Id role;
        Id includes;
} Composite;

typedef struct CompositeList {
        Composite *items;
        size_t n;
} CompositeList;

/* The right to do `action` on `resource`; "*" stands for any.  host:login is one of these. */
typedef struct Permission {
        Id id;
        SubjectKind subject_kind; /* SUBJECT_ROLE or SUBJECT_GROUP */
        Id subject;
        const char *resource;
        const char *action;
} Permission;

typedef struct PermissionList {
        Permission *items;
        size_t n;
} PermissionList;

/* What a role may run by sudo. */
#define SUDO_NO_FACTOR (-1)
typedef struct SudoRule {
        Id id;
        Id role;
        const char *run_as; /* a user name, or "ALL" */
        const char *command; /* an absolute path with optional arguments, or "ALL" */
        int64_t fresh_factor; /* seconds since a factor was proven, at most; SUDO_NO_FACTOR */
} SudoRule;

typedef struct SudoRuleList {
        SudoRule *items;
        size_t n;
} SudoRuleList;
