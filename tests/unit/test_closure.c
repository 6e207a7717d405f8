/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/closure.h"

#include "tests/support/test.h"

#define N_GROUPS 12
#define N_ROLES 12
#define N_USERS 6

/* A small world whose things are known by numbers; an id is its kind and its number. */
typedef struct World {
        Group groups[N_GROUPS];
        Role roles[N_ROLES];
        Assignment assignments[64];
        Composite composites[64];
        Permission permissions[64];
        SudoRule sudo[64];
        size_t n_assignments, n_composites, n_permissions, n_sudo;
} World;

static Id id_of(char kind, size_t number) {
        Id id = { .bytes = { (uint8_t) kind } };

        id.bytes[15] = (uint8_t) (number + 1);
        return id;
}

static void world_init(World *w) {
        static const char *const names[] = { "n0", "n1", "n2", "n3", "n4",  "n5",
                                             "n6", "n7", "n8", "n9", "n10", "n11" };

        *w = (World){};
        for (size_t i = 0; i < N_GROUPS; i++)
                w->groups[i] = (Group){ .id = id_of('g', i), .name = names[i] };
        for (size_t i = 0; i < N_ROLES; i++)
                w->roles[i] = (Role){ .id = id_of('r', i), .name = names[i] };
}

static ClosureModel world_model(World *w, Arena *arena) {
        ClosureModel m = {
                .groups = { w->groups, N_GROUPS },
                .roles = { w->roles, N_ROLES },
                .assignments = { w->assignments, w->n_assignments },
                .composites = { w->composites, w->n_composites },
                .permissions = { w->permissions, w->n_permissions },
                .sudo_rules = { w->sudo, w->n_sudo },
        };

        ASSERT_OK(closure_model_index(&m, arena));
        return m;
}

static void assign(World *w, size_t role, SubjectKind kind, size_t subject) {
        w->assignments[w->n_assignments++] = (Assignment){
                .role = id_of('r', role),
                .subject_kind = kind,
                .subject = id_of(kind == SUBJECT_USER ? 'u' : 'g', subject),
        };
}

static void include(World *w, size_t role, size_t included) {
        w->composites[w->n_composites++] =
                        (Composite){ .role = id_of('r', role), .includes = id_of('r', included) };
}

static void
permit(World *w, SubjectKind kind, size_t subject, const char *resource, const char *action) {
        w->permissions[w->n_permissions++] = (Permission){
                .subject_kind = kind,
                .subject = id_of(kind == SUBJECT_ROLE ? 'r' : 'g', subject),
                .resource = resource,
                .action = action,
        };
}

TEST(roles_come_from_groups_above_and_from_roles_that_include_them) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        Id user = id_of('u', 0), direct = id_of('g', 2);
        StrList list;
        ClosureModel m;
        Closure c;
        World w;

        world_init(&w);
        w.groups[2].parent = w.groups[1].id; /* /n0/n1/n2 */
        w.groups[1].parent = w.groups[0].id;
        assign(&w, 4, SUBJECT_GROUP, 0);
        include(&w, 4, 5);
        permit(&w, SUBJECT_ROLE, 5, "host", "login");
        w.sudo[w.n_sudo++] = (SudoRule){ .role = id_of('r', 5), .command = "ALL" };
        m = world_model(&w, &arena);
        ASSERT_OK(closure_make(&m, &arena, &user, &direct, 1, &c));

        ASSERT_OK(closure_group_paths(&c, &arena, &list));
        ASSERT_EQ(list.n, 3);
        ASSERT_STREQ(list.items[0], "/n0/n1/n2");
        ASSERT_STREQ(list.items[2], "/n0");
        ASSERT_OK(closure_role_names(&c, &arena, &list));
        ASSERT_EQ(list.n, 2);
        ASSERT_STREQ(list.items[1], "n5");
        ASSERT_EQ(c.n_sudo, 1);
        ASSERT_EQ(c.n_permissions, 1);

        static const char *const steps[] = { "group /n0/n1/n2", "group /n0/n1",
                                             "group /n0",       "role n4",
                                             "role n5",         "permission host:login" };
        ASSERT_OK(closure_explain(&c, &arena, 0, &list));
        ASSERT_EQ(list.n, ELEMENTSOF(steps));
        for (size_t i = 0; i < list.n; i++)
                ASSERT_STREQ(list.items[i], steps[i]);
}

TEST(a_clients_role_is_not_a_realm_role) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        Id user = id_of('u', 0);
        StrList list;
        ClosureModel m;
        Closure c;
        World w;

        world_init(&w);
        w.roles[3].client = id_of('c', 0);
        assign(&w, 3, SUBJECT_USER, 0);
        m = world_model(&w, &arena);
        ASSERT_OK(closure_make(&m, &arena, &user, NULL, 0, &c));
        ASSERT_EQ(c.n_roles, 1);
        ASSERT_OK(closure_role_names(&c, &arena, &list));
        ASSERT_EQ(list.n, 0);
}

TEST(circles_are_found_before_they_are_made) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);
        ClosureModel m;
        World w;

        world_init(&w);
        include(&w, 0, 1);
        include(&w, 1, 2);
        m = world_model(&w, &arena);

        ASSERT_EQ(closure_role_reaches(&m, &arena, &w.roles[0].id, &w.roles[2].id), 1);
        ASSERT_EQ(closure_role_reaches(&m, &arena, &w.roles[2].id, &w.roles[0].id), 0);
        ASSERT_EQ(closure_role_reaches(&m, &arena, &w.roles[3].id, &w.roles[3].id), 1);
}

static uint32_t random_state = 1;

static size_t pick(size_t n) {
        random_state = random_state * 1664525u + 1013904223u;
        return (random_state >> 8) % n;
}

/* Circles and repetitions included: what a damaged store may hold. */
static void world_random(World *w) {
        world_init(w);
        for (size_t i = 0; i < N_GROUPS; i++)
                if (pick(4) != 0)
                        w->groups[i].parent = id_of('g', pick(N_GROUPS + 1));
        for (size_t n = pick(20); n > 0; n--)
                assign(w, pick(N_ROLES + 1), pick(2) ? SUBJECT_USER : SUBJECT_GROUP, pick(6));
        for (size_t n = pick(20); n > 0; n--)
                include(w, pick(N_ROLES), pick(N_ROLES + 1));
        for (size_t n = pick(20); n > 0; n--)
                permit(w, pick(2) ? SUBJECT_ROLE : SUBJECT_GROUP, pick(12), "a", "b");
}

/* The naive model: repeat all rules until nothing changes. */

static void naive_parents(const World *w, bool groups[]) {
        for (size_t i = 0; i < N_GROUPS; i++)
                for (size_t k = 0; k < N_GROUPS; k++)
                        if (groups[k] && id_equal(&w->groups[k].parent, &w->groups[i].id))
                                groups[i] = true;
}

static bool naive_holds(const World *w, const Assignment *a, const Id *user, const bool groups[]) {
        if (a->subject_kind == SUBJECT_USER)
                return id_equal(&a->subject, user);
        for (size_t g = 0; g < N_GROUPS; g++)
                if (groups[g] && id_equal(&a->subject, &w->groups[g].id))
                        return true;
        return false;
}

static void naive_assigned(const World *w, const Id *user, const bool groups[], bool roles[]) {
        for (size_t i = 0; i < N_ROLES; i++)
                for (size_t k = 0; k < w->n_assignments; k++)
                        if (id_equal(&w->assignments[k].role, &w->roles[i].id))
                                roles[i] |= naive_holds(w, &w->assignments[k], user, groups);
}

static void naive_included(const World *w, const Composite *c, bool roles[]) {
        for (size_t i = 0; i < N_ROLES; i++)
                for (size_t j = 0; j < N_ROLES; j++)
                        if (roles[j] && id_equal(&c->role, &w->roles[j].id) &&
                            id_equal(&c->includes, &w->roles[i].id))
                                roles[i] = true;
}

static void naive(const World *w, size_t user, const bool direct[], bool groups[], bool roles[]) {
        Id user_id = id_of('u', user);

        memcpy(groups, direct, N_GROUPS);
        memset(roles, 0, N_ROLES);
        /* Each round that changes anything adds one of them at least. */
        for (size_t round = 0; round < N_GROUPS + N_ROLES; round++) {
                naive_parents(w, groups);
                naive_assigned(w, &user_id, groups, roles);
                for (size_t k = 0; k < w->n_composites; k++)
                        naive_included(w, &w->composites[k], roles);
        }
}

static size_t naive_permissions(const World *w, const bool groups[], const bool roles[]) {
        size_t n = 0;

        for (size_t k = 0; k < w->n_permissions; k++)
                for (size_t i = 0; i < N_ROLES; i++) {
                        const Permission *p = &w->permissions[k];
                        bool role = p->subject_kind == SUBJECT_ROLE;

                        if (id_equal(&p->subject, role ? &w->roles[i].id : &w->groups[i].id))
                                n += role ? roles[i] : groups[i];
                }
        return n;
}

TEST(random_worlds_close_as_a_naive_model_says) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(1 << 20);

        for (int round = 0; round < 3000; round++) {
                bool direct[N_GROUPS] = {}, groups[N_GROUPS], roles[N_ROLES];
                size_t user = pick(N_USERS), n_direct = 0, n_groups = 0, n_roles = 0;
                Id user_id = id_of('u', user), direct_ids[N_GROUPS];
                StrList list;
                ClosureModel m;
                Closure c;
                World w;

                arena_reset(&arena);
                world_random(&w);
                m = world_model(&w, &arena);
                for (size_t i = 0; i < N_GROUPS; i++)
                        if (pick(4) == 0) {
                                direct[i] = true;
                                direct_ids[n_direct++] = w.groups[i].id;
                        }
                ASSERT_OK(closure_make(&m, &arena, &user_id, direct_ids, n_direct, &c));
                naive(&w, user, direct, groups, roles);

                for (size_t i = 0; i < N_GROUPS; i++)
                        n_groups += groups[i];
                for (size_t i = 0; i < N_ROLES; i++)
                        n_roles += roles[i];
                ASSERT_EQ(c.n_groups, n_groups);
                ASSERT_EQ(c.n_roles, n_roles);
                for (size_t i = 0; i < c.n_groups; i++)
                        ASSERT_TRUE(groups[c.groups[i].group - w.groups]);
                for (size_t i = 0; i < c.n_roles; i++)
                        ASSERT_TRUE(roles[c.roles[i].role - w.roles]);
                ASSERT_EQ(c.n_permissions, naive_permissions(&w, groups, roles));
                for (size_t i = 0; i < c.n_permissions; i++)
                        ASSERT_OK(closure_explain(&c, &arena, i, &list));
                ASSERT_OK(closure_group_paths(&c, &arena, &list));
        }
}
