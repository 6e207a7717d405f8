/* SPDX-License-Identifier: Apache-2.0 */
#include "local/accounts.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of one line.  glibc reads a line again that did not fit, so the buffer grows for it: a long
 * line must not hide the accounts behind it. */
#define LINE_MIN ((size_t) 16 << 10)
#define LINE_LIMIT ((size_t) 64 << 20)

typedef struct Loader {
        LocalAccounts accounts;
        size_t capacity;
        FILE *file;
        char *line;
        size_t line_size;
} Loader;

static void loader_done(Loader *loader) {
        if (loader->file != NULL)
                (void) fclose(loader->file);
        free(loader->line);
        local_accounts_done(&loader->accounts);
}

void local_accounts_done(LocalAccounts *accounts) {
        for (size_t i = 0; i < accounts->n; i++)
                free((char *) (uintptr_t) accounts->by_name[i].name);
        free(accounts->by_name);
        free(accounts->by_uid);
        *accounts = (LocalAccounts){};
}

static int line_grow(Loader *loader) {
        size_t wanted = loader->line_size == 0 ? LINE_MIN : loader->line_size * 2;
        char *larger = wanted <= LINE_LIMIT ? realloc(loader->line, wanted) : NULL;

        if (larger == NULL)
                return wanted <= LINE_LIMIT ? -ENOMEM : -ERANGE;
        loader->line = larger;
        loader->line_size = wanted;
        return 0;
}

static int accounts_grow(Loader *loader) {
        size_t wanted = loader->capacity == 0 ? 64 : loader->capacity * 2;
        LocalAccounts *accounts = &loader->accounts;
        LocalAccount *grown = reallocarray(accounts->by_name, wanted, sizeof(*grown));

        if (grown == NULL)
                return -ENOMEM;
        accounts->by_name = grown;
        grown = reallocarray(accounts->by_uid, wanted, sizeof(*grown));
        if (grown == NULL)
                return -ENOMEM;
        accounts->by_uid = grown;
        loader->capacity = wanted;
        return 0;
}

static int account_add(Loader *loader, const char *name, uint32_t uid) {
        LocalAccounts *accounts = &loader->accounts;
        LocalAccount account = { .uid = uid };
        int r;

        if (accounts->n == LOCAL_ACCOUNTS_MAX)
                return -E2BIG;
        if (accounts->n == loader->capacity) {
                r = accounts_grow(loader);
                if (r < 0)
                        return r;
        }
        account.name = strdup(name);
        if (account.name == NULL)
                return -ENOMEM;
        accounts->by_name[accounts->n] = account;
        accounts->by_uid[accounts->n++] = account;
        return 0;
}

/* Adds one entry: 0; else what the C library says: ENOENT at the end, ERANGE for a longer line. */
typedef int (*ReadOne)(Loader *loader, int *ret_added);

static int read_user(Loader *loader, int *ret_added) {
        struct passwd entry, *found;
        int r = fgetpwent_r(loader->file, &entry, loader->line, loader->line_size, &found);

        if (r == 0)
                *ret_added = account_add(loader, entry.pw_name, entry.pw_uid);
        return r;
}

static int read_group(Loader *loader, int *ret_added) {
        struct group entry, *found;
        int r = fgetgrent_r(loader->file, &entry, loader->line, loader->line_size, &found);

        if (r == 0)
                *ret_added = account_add(loader, entry.gr_name, entry.gr_gid);
        return r;
}

static int load_all(Loader *loader, ReadOne read_one) {
        int said = ERANGE, r = 0;

        while (r == 0 && (said == 0 || said == ERANGE)) {
                if (said == ERANGE)
                        r = line_grow(loader);
                if (r == 0)
                        said = read_one(loader, &r);
        }
        return r == 0 && said != ENOENT ? -said : r;
}

static int load(const char *path, ReadOne read_one, LocalAccounts *ret) {
        Loader loader = { .file = fopen(path, "re") };
        int r = loader.file != NULL ? load_all(&loader, read_one) : -errno;

        if (r == 0) {
                local_accounts_sort(&loader.accounts);
                *ret = loader.accounts;
                loader.accounts = (LocalAccounts){};
        }
        loader_done(&loader);
        return r;
}

int local_users_load(const char *path, LocalAccounts *ret) {
        return load(path, read_user, ret);
}

int local_groups_load(const char *path, LocalAccounts *ret) {
        return load(path, read_group, ret);
}

static int by_name(const void *a, const void *b) {
        return strcmp(((const LocalAccount *) a)->name, ((const LocalAccount *) b)->name);
}

static int by_uid(const void *a, const void *b) {
        uint32_t x = ((const LocalAccount *) a)->uid, y = ((const LocalAccount *) b)->uid;

        return x == y ? 0 : x < y ? -1 : 1;
}

void local_accounts_sort(LocalAccounts *accounts) {
        if (accounts->n < 2)
                return;
        qsort(accounts->by_name, accounts->n, sizeof(LocalAccount), by_name);
        qsort(accounts->by_uid, accounts->n, sizeof(LocalAccount), by_uid);
}

bool local_accounts_find(const LocalAccounts *accounts, const char *name, uint32_t *ret) {
        const LocalAccount key = { .name = name };
        const LocalAccount *found = NULL;

        if (accounts->n > 0)
                found = bsearch(&key, accounts->by_name, accounts->n, sizeof(key), by_name);
        if (found != NULL)
                *ret = found->uid;
        return found != NULL;
}

bool local_accounts_have_name(const LocalAccounts *accounts, const char *name) {
        uint32_t uid;

        return local_accounts_find(accounts, name, &uid);
}

bool local_accounts_have(const LocalAccounts *accounts, const char *name, uint32_t uid) {
        const LocalAccount key = { .uid = uid };

        return local_accounts_have_name(accounts, name) ||
               (accounts->n > 0 &&
                bsearch(&key, accounts->by_uid, accounts->n, sizeof(key), by_uid) != NULL);
}
