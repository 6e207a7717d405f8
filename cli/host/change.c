/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/change.h"

#include <string.h>

bool host_plan_is_empty(const HostPlan *plan) {
        for (size_t i = 0; i < plan->n; i++)
                if (!host_text_eq(plan->files[i].now, plan->files[i].wanted))
                        return false;
        return true;
}

/* What one file's entry says once the change is kept. */
static HostEntry entry_kept(const HostPlan *plan, const HostFile *file) {
        const HostEntry *old = host_record_find(&plan->record, file->path);
        HostEntry entry = {
                .path = file->path, .is_ours = true, .before = file->now, .after = file->wanted
        };

        if (host_text_eq(file->now, file->wanted))
                return old != NULL ? *old : (HostEntry){ .path = file->path };
        /* Still as we left it: what was there before we came is older than what is there now. */
        if (old != NULL && old->is_ours && host_text_eq(old->after, file->now))
                entry.before = old->before;
        return entry;
}

static HostRecord record_changing(const HostPlan *plan) {
        HostRecord record = {
                .phase = plan->enables ? HOST_PHASE_ENABLING : HOST_PHASE_DISABLING,
                .was_enabled = plan->record.phase == HOST_PHASE_ENABLED,
                .n = plan->n,
        };

        for (size_t i = 0; i < plan->n; i++) {
                const HostFile *file = &plan->files[i];
                const HostEntry *old = host_record_find(&plan->record, file->path);

                record.items[i] = old != NULL ? *old : (HostEntry){ .path = file->path };
                record.items[i].undo = file->now;
        }
        return record;
}

static HostRecord record_kept(const HostPlan *plan) {
        HostRecord record = { .phase = HOST_PHASE_ENABLED };

        if (!plan->enables)
                return (HostRecord){};
        for (size_t i = 0; i < plan->n; i++) {
                HostEntry entry = entry_kept(plan, &plan->files[i]);

                entry.undo = (HostText){};
                if (entry.is_ours)
                        record.items[record.n++] = entry;
        }
        return record;
}

/* The record of before the change. */
static HostRecord record_undone(const HostRecord *changing) {
        HostRecord record = { .phase = HOST_PHASE_ENABLED };

        if (!changing->was_enabled)
                return (HostRecord){};
        for (size_t i = 0; i < changing->n; i++) {
                HostEntry entry = changing->items[i];

                entry.undo = (HostText){};
                if (entry.is_ours)
                        record.items[record.n++] = entry;
        }
        return record;
}

static int file_undo(const char *root, const HostEntry *entry) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(2 * HOST_FILE_MAX);
        HostText now = {};
        int r;

        r = host_file_tidy(root, entry->path);
        if (r == 0)
                r = host_file_read(root, entry->path, HOST_FILE_MAX, &arena, &now);
        if (r < 0 || host_text_eq(now, entry->undo))
                return r;
        return host_file_replace(root, entry->path, HOST_NEW_MODE, entry->undo);
}

/* All files are tried, whatever happens to one; the record stays until all are as they were. */
static int undo(const char *root, const HostRecord *changing) {
        HostRecord record = record_undone(changing);
        int first = 0;

        for (size_t i = 0; i < changing->n; i++) {
                bool forward = changing->phase == HOST_PHASE_DISABLING;
                size_t at = forward ? i : changing->n - 1 - i;
                int r = file_undo(root, &changing->items[at]);

                if (r < 0 && first == 0)
                        first = r;
        }
        return first < 0 ? first : host_record_write(root, &record);
}

static int files_write(const char *root, const HostPlan *plan) {
        for (size_t i = 0; i < plan->n; i++) {
                const HostFile *file = &plan->files[plan->enables ? i : plan->n - 1 - i];
                int r;

                if (host_text_eq(file->now, file->wanted))
                        continue;
                r = host_file_replace(root, file->path, HOST_NEW_MODE, file->wanted);
                if (r < 0)
                        return r;
        }
        return 0;
}

int host_change(const char *root, const HostPlan *plan, int (*check)(void *context),
                void *context) {
        HostRecord changing = record_changing(plan), kept = record_kept(plan);
        int r, undone;

        r = host_record_write(root, &changing);
        if (r < 0)
                return r;
        r = files_write(root, plan);
        if (r == 0)
                r = check(context);
        if (r == 0)
                r = host_record_write(root, &kept);
        if (r == 0)
                return 0;
        undone = undo(root, &changing);
        return undone < 0 ? undone : r;
}

int host_change_recover(const char *root, Arena *arena) {
        HostRecord record = {};
        int r;

        r = host_file_tidy(root, HOST_RECORD);
        if (r == 0)
                r = host_record_read(root, arena, &record);
        if (r < 0)
                return r;
        if (record.phase != HOST_PHASE_ENABLING && record.phase != HOST_PHASE_DISABLING)
                return 0;
        r = undo(root, &record);
        return r < 0 ? r : 1;
}
