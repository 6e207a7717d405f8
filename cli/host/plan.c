/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/host/plan.h"

#include <string.h>
#include <unistd.h>

#include "base/reason.h"
#include "cli/host/edit.h"
#include "cli/host/pam.h"

#define SUDOERS "/etc/sudoers"
#define NAMES "/etc/nsswitch.conf"
#define ROOT ""

static int buf_take(Buf *buf, Arena *arena, HostText *ret) {
        char *bytes;

        if (buf_error(buf) < 0)
                return buf_error(buf);
        bytes = arena_memdup(arena, buf->len > 0 ? buf->bytes : "", buf->len + 1);
        if (bytes == NULL)
                return -ENOMEM;
        *ret = (HostText){ bytes, buf->len };
        return 0;
}

/* The names come last: a realm's user is nobody here until everything else is in place. */
static int names_plan(Arena *arena, bool enable, HostFile *file, const char **ret_why) {
        CLEANUP(buf_done) Buf text = BUF_INIT(HOST_FILE_MAX);
        int r;

        if (file->now.bytes == NULL) {
                *ret_why = enable ? "there is no such file" : NULL;
                return enable ? IAM_E_INVALID : 0;
        }
        if (!enable) {
                edit_names_remove(file->now.bytes, file->now.len, &text);
                return buf_take(&text, arena, &file->wanted);
        }
        r = edit_names_add(file->now.bytes, file->now.len, &text, ret_why);
        return r != 0 ? r : buf_take(&text, arena, &file->wanted);
}

/* A line that lets sudo read its folder stays: others may have come to need it. */
static int sudoers_plan(Arena *arena, bool enable, HostFile *file, const char **ret_why) {
        CLEANUP(buf_done) Buf text = BUF_INIT(HOST_FILE_MAX);

        (void) ret_why;
        if (!enable || file->now.bytes == NULL)
                return 0;
        edit_sudoers_add(file->now.bytes, file->now.len, &text);
        return buf_take(&text, arena, &file->wanted);
}

static bool is_blank_text(HostText text) {
        for (size_t i = 0; i < text.len; i++)
                if (strchr(" \t\n", text.bytes[i]) == NULL)
                        return false;
        return true;
}

static int shipped_read(Arena *arena, const char *path, HostText *ret, const char **ret_why) {
        int r = host_file_read(ROOT, path, HOST_FILE_MAX, arena, ret);

        if (r < 0 || ret->bytes != NULL)
                return r;
        *ret_why = "the lines that are shipped for it are missing: reinstall iamd";
        return IAM_E_INVALID;
}

/* What is left once our lines are gone; a file of nothing but blanks goes too. */
static int lines_unplan(Arena *arena, HostText ours, HostFile *file) {
        CLEANUP(buf_done) Buf text = BUF_INIT(HOST_FILE_MAX);
        int r;

        if (file->now.bytes == NULL)
                return 0;
        edit_lines_remove(file->now.bytes, file->now.len, ours.bytes, ours.len, &text);
        r = buf_take(&text, arena, &file->wanted);
        if (r == 0 && is_blank_text(file->wanted))
                file->wanted = (HostText){};
        return r;
}

static int sshd_plan(Arena *arena, bool enable, HostFile *file, const char **ret_why) {
        HostText shipped;
        int r;

        if (enable && access("/etc/ssh/sshd_config.d", F_OK) < 0)
                return 0; /* no sshd here */
        r = shipped_read(arena, HOST_SSHD_SHIPPED, &shipped, ret_why);
        if (r != 0)
                return r;
        if (!enable)
                return lines_unplan(arena, shipped, file);
        file->wanted = shipped;
        return 0;
}

static int sudo_plan(Arena *arena, bool enable, HostFile *file, const char **ret_why) {
        CLEANUP(buf_done) Buf text = BUF_INIT(HOST_FILE_MAX);
        HostText shipped;
        int r;

        if (enable && access(HOST_SUDO, X_OK) < 0)
                return 0;
        r = shipped_read(arena, HOST_SUDO_SHIPPED, &shipped, ret_why);
        if (r != 0)
                return r;
        if (!enable)
                return lines_unplan(arena, shipped, file);
        edit_lines_add(file->now.bytes, file->now.len, shipped.bytes, shipped.len, &text);
        return buf_take(&text, arena, &file->wanted);
}

typedef int FilePlan(Arena *arena, bool enable, HostFile *file, const char **ret_why);

typedef struct Part {
        const char *path;
        FilePlan *plan;
} Part;

/* Before PAM's, and after. */
static const Part parts_before[] = {
        { SUDOERS, sudoers_plan },
        { HOST_SUDO_FILE, sudo_plan },
        { HOST_SSHD_FILE, sshd_plan },
};
static const Part parts_after[] = { { NAMES, names_plan } };

static int file_begin(Arena *arena, HostPlan *plan, const char *path, HostTrouble *trouble) {
        HostFile *file = &plan->files[plan->n];

        *file = (HostFile){ .path = path };
        *trouble = (HostTrouble){ .path = path };
        int r = host_file_read(ROOT, path, HOST_FILE_MAX, arena, &file->now);
        if (r < 0)
                return r;
        file->wanted = file->now;
        plan->n++;
        return 0;
}

/* A file as enabling left it becomes what it was before, whatever that was. */
static bool as_before(const HostPlan *plan, HostFile *file) {
        const HostEntry *entry = host_record_find(&plan->record, file->path);

        if (plan->enables || entry == NULL || !entry->is_ours ||
            !host_text_eq(entry->after, file->now))
                return false;
        file->wanted = entry->before;
        return true;
}

static int
parts_plan(Arena *arena, const Part *parts, size_t n, HostPlan *plan, HostTrouble *trouble) {
        for (size_t i = 0; i < n; i++) {
                HostFile *file = &plan->files[plan->n];
                int r;

                r = file_begin(arena, plan, parts[i].path, trouble);
                if (r == 0 && !as_before(plan, file))
                        r = parts[i].plan(arena, plan->enables, file, &trouble->why);
                if (r != 0)
                        return r;
        }
        return 0;
}

/* All as they were, or none: they are one text in several files.  One without an entry is as it was
 * already. */
static bool pam_as_before(const HostPlan *plan, HostFile *files) {
        size_t n_as_before = 0, n_foreign = 0;

        for (size_t i = 0; i < host_n_pam_paths; i++) {
                const HostEntry *entry = host_record_find(&plan->record, files[i].path);

                n_foreign += entry == NULL || !entry->is_ours;
                n_as_before += as_before(plan, &files[i]);
        }
        return n_as_before > 0 && n_as_before + n_foreign == host_n_pam_paths;
}

static int pam_plan(Arena *arena, HostPlan *plan, HostTrouble *trouble) {
        HostFile *files = &plan->files[plan->n];
        int r;

        for (size_t i = 0; i < host_n_pam_paths; i++) {
                r = file_begin(arena, plan, host_pam_paths[i], trouble);
                if (r < 0)
                        return r;
        }
        if (pam_as_before(plan, files))
                return 0;
        *trouble = (HostTrouble){ .path = "pam-auth-update" };
        return host_pam_plan(arena, plan->enables, files, &trouble->why);
}

int host_plan_make(Arena *arena, bool enable, HostPlan *ret, HostTrouble *ret_trouble) {
        int r;

        *ret = (HostPlan){ .enables = enable };
        *ret_trouble = (HostTrouble){ .path = HOST_RECORD };
        r = host_record_read(ROOT, arena, &ret->record);
        if (r == 0)
                r = parts_plan(arena, parts_before, ELEMENTSOF(parts_before), ret, ret_trouble);
        if (r == 0)
                r = pam_plan(arena, ret, ret_trouble);
        if (r == 0)
                r = parts_plan(arena, parts_after, ELEMENTSOF(parts_after), ret, ret_trouble);
        return r;
}
