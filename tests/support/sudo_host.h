/* SPDX-License-Identifier: Apache-2.0 */
/* sudo's plugins as sudo calls them, on the host of pam_host.h; this process is what sudo would be.
 */
#pragma once

#include "base/reason.h"
#include "sudo_plugin/plugin.h"
#include "tests/support/pam_host.h"

typedef struct HostEvents {
        Host *host;
        const char *kind;
        AuditEventList list;
} HostEvents;

static inline int host_events_run(Txn *txn, void *context) {
        HostEvents *events = context;
        People *people = &events->host->people;
        AuditFilter filter = { .realm = &people->realm.id, .kind = events->kind, .limit = 20 };

        return world_store(people->world)->audit->list(txn, &filter, &people->arena, &events->list);
}

/* Those of a kind, oldest first. */
static inline AuditEventList host_events(Host *host, const char *kind) {
        HostEvents events = { .host = host, .kind = kind };
        const StorePort *store = world_store(host->people.world);

        ASSERT_OK(store->read(store->self, host_events_run, &events));
        return events.list;
}

typedef struct HostLoginOf {
        Host *host;
        const User *user;
        HostLogin login;
} HostLoginOf;

static inline int host_login_run(Txn *txn, void *context) {
        HostLoginOf *in = context;

        return world_store(in->host->people.world)->sessions->login_insert(txn, &in->login);
}

/* The process that sudo came of leads a login of the user, proven just now with the given factors.
 */
static inline HostLogin
host_login_by(Host *host, const User *user, const char *service, const char *amr, const char *acr) {
        const StorePort *store = world_store(host->people.world);
        static char boot[PROCESS_BOOT_ID_SIZE];
        HostLoginOf in = { .host = host, .user = user };
        ProcessStat parent;

        ASSERT_OK(process_boot_id(boot));
        ASSERT_OK(process_stat(getppid(), &parent));
        in.login = (HostLogin){
                .realm = user->realm,
                .id = world_id(host->people.world),
                .user = user->id,
                .boot_id = boot,
                .leader_pid = getppid(),
                .leader_start = parent.start,
                .service = service,
                .address = "192.0.2.7",
                .auth = { .at = world_now(host->people.world), .amr = amr, .acr = acr },
                .realm_epoch = host->people.realm.epoch,
                .credential_epoch = user->credential_epoch,
                .opened_at = world_now(host->people.world),
        };
        ASSERT_OK(store->txn(store->self, host_login_run, &in));
        return in.login;
}

static inline HostLogin host_login(Host *host, const User *user, const char *amr, const char *acr) {
        return host_login_by(host, user, "sshd", amr, acr);
}

#define ASSERT_PART(text, part)                                                                    \
        do {                                                                                       \
                const char *has_ = (text);                                                         \
                if (has_ == NULL || strstr(has_, (part)) == NULL)                                  \
                        fail_msg("%s:%d: %s is not in %s", __FILE__, __LINE__, (part), has_);      \
        } while (0)

/* What sudo hands to a plugin. */
static inline char **sudo_user_info(const char *user, const char *uid) {
        static char name[64], number[32], tty[] = "tty=/dev/pts/3", cwd[] = "cwd=/home/alice";
        static char *list[] = { name, number, tty, cwd, NULL };

        (void) snprintf(name, sizeof(name), "user=%s", user);
        (void) snprintf(number, sizeof(number), "uid=%s", uid);
        return list;
}

static inline char **sudo_command_info(void) {
        static char command[] = "command=/usr/bin/id", uid[] = "runas_uid=0";
        static char *list[] = { command, uid, NULL };

        return list;
}
