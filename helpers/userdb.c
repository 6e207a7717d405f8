/* SPDX-License-Identifier: Apache-2.0 */
#include "helpers/userdb.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/names_switch.h"
#include "base/reason.h"
#include "base/str.h"
#include "wire/field.h"
#include "wire/varlink.h"

#define NAMES_SWITCH_MAX ((size_t) 64 << 10)
#define PARSE_ARENA ((size_t) 64 << 10)
/* Longer ones are nobody's; up to here they are answered as such. */
#define ASKED_NAME_MAX 1024

#define USERDB_ERROR "io.systemd.UserDatabase."
#define VARLINK_ERROR "org.varlink.service."

/* What a call asks for, and with what. */
typedef struct Question {
        const char *service;
        const char *name; /* NULL: not by name */
        const char *group; /* of GetMemberships, beside the user's name */
        int64_t id; /* -1: not by number */
} Question;

/* How a call ends that has no record to give. */
typedef struct Refusal {
        const char *error;
        const char *parameter; /* NULL: none to name */
} Refusal;

static const Refusal no_record = { USERDB_ERROR "NoRecordFound", NULL };
static const Refusal other_record = { USERDB_ERROR "ConflictingRecordFound", NULL };
static const Refusal bad_service = { USERDB_ERROR "BadService", NULL };
static const Refusal not_available = { USERDB_ERROR "ServiceNotAvailable", NULL };
/* Whom nss_iam lists would be listed twice: by us, and by whoever lists what NSS knows. */
static const Refusal no_lists = { USERDB_ERROR "EnumerationNotSupported", NULL };

typedef struct Answer {
        Userdb *db;
        const Question *question;
        JsonWriter *w;
} Answer;

static void local_clear(UserdbLocal *local) {
        local_accounts_done(&local->accounts);
        local->info = (struct stat){};
}

void userdb_init(Userdb *db, const UserdbPlace *place) {
        *db = (Userdb){ .place = *place, .map = { .path = place->public_directory } };
}

void userdb_done(Userdb *db) {
        local_clear(&db->users);
        local_clear(&db->groups);
}

static void fd_closep(int *fd) {
        if (*fd >= 0)
                (void) close(*fd);
}

/* Read each time: a few hundred bytes, and `iamctl host disable` must count at once. */
static int names_switch_read(const char *path, unsigned *ret_asking) {
        CLEANUP(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
        CLEANUP(buf_done) Buf text = BUF_INIT(NAMES_SWITCH_MAX);
        char chunk[4096];
        ssize_t n;

        if (fd < 0)
                return -errno;
        while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                buf_put(&text, chunk, (size_t) n);
                if (buf_error(&text) < 0)
                        return buf_error(&text);
        }
        *ret_asking = text.len > 0 ? names_switch_asking(text.bytes, text.len, "iam") : 0;
        return 0;
}

static bool is_unchanged(const struct stat *a, const struct stat *b) {
        return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
               a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int
local_refresh(UserdbLocal *local, const char *path, int (*load)(const char *, LocalAccounts *)) {
        struct stat now;
        int r;

        if (stat(path, &now) < 0)
                return -errno;
        if (is_unchanged(&local->info, &now))
                return 0;
        local_clear(local);
        r = load(path, &local->accounts);
        if (r == 0)
                local->info = now;
        return r;
}

/* What must be known before anything is said of anybody.  -errno: then nothing is said. */
static int prepare(Userdb *db, unsigned *ret_asking) {
        int r;

        r = names_switch_read(db->place.names_switch, ret_asking);
        if (r == 0)
                r = local_refresh(&db->users, db->place.passwd, local_users_load);
        if (r == 0)
                r = local_refresh(&db->groups, db->place.group, local_groups_load);
        return r;
}

static bool name_can_be_ours(const char *name) {
        return directory_name_is_acceptable(name, strnlen(name, DIRECTORY_NAME_MAX + 1));
}

/* A record may change under our hands (directory/read.h), so what is checked and told is a copy. */
typedef struct UserCopy {
        DirectoryUserView view;
        char texts[4 * (UINT8_MAX + 1)];
} UserCopy;

typedef struct GroupCopy {
        uint32_t gid;
        char name[UINT8_MAX + 1];
} GroupCopy;

static const char *copy_text(char **at, const char *text, size_t len) {
        char *begin = *at;

        memcpy(begin, text, len);
        begin[len] = '\0';
        *at += len + 1;
        return begin;
}

/* 0, IAM_E_NOT_FOUND, or -EBADMSG for what must not be believed. */
static int find_user(const Answer *answer, const Directory *directory, UserCopy *ret) {
        const Question *question = answer->question;
        DirectoryUserView found;
        char *at = ret->texts;
        int r = IAM_E_NOT_FOUND;

        if (question->name == NULL)
                r = directory_user_by_uid(directory, (uint32_t) question->id, &found);
        else if (name_can_be_ours(question->name))
                r = directory_user_by_name(directory, question->name, &found);
        if (r != 0)
                return r;
        ret->view = found;
        ret->view.name = copy_text(&at, found.name, found.name_len);
        ret->view.gecos = copy_text(&at, found.gecos, found.gecos_len);
        ret->view.home = copy_text(&at, found.home, found.home_len);
        ret->view.shell = copy_text(&at, found.shell, found.shell_len);
        if (!directory_user_is_acceptable(&ret->view))
                return -EBADMSG;
        return local_accounts_have(&answer->db->users.accounts, ret->view.name, found.uid)
                               ? IAM_E_NOT_FOUND
                               : 0;
}

static int find_group(const Answer *answer, const Directory *directory, GroupCopy *ret) {
        const Question *question = answer->question;
        DirectoryGroupView found;
        char *at = ret->name;
        int r = IAM_E_NOT_FOUND;

        if (question->name == NULL)
                r = directory_group_by_gid(directory, (uint32_t) question->id, &found);
        else if (name_can_be_ours(question->name))
                r = directory_group_by_name(directory, question->name, &found);
        if (r != 0)
                return r;
        ret->gid = found.gid;
        (void) copy_text(&at, found.name, found.name_len);
        if (!directory_name_is_acceptable(ret->name, found.name_len))
                return -EBADMSG;
        return local_accounts_have(&answer->db->groups.accounts, ret->name, found.gid)
                               ? IAM_E_NOT_FOUND
                               : 0;
}

static void put_refusal(JsonWriter *w, const Refusal *refusal) {
        json_begin_object(w);
        json_put_str(w, "error", refusal->error);
        json_key(w, "parameters");
        json_begin_object(w);
        json_put_str(w, "parameter", refusal->parameter);
        json_end_object(w);
        varlink_end(w);
}

static void record_begin(JsonWriter *w) {
        varlink_reply_begin(w, /* continues= */ false);
        json_begin_object(w);
        json_key(w, "record");
        json_begin_object(w);
}

static void record_end(JsonWriter *w, bool incomplete) {
        json_put_str(w, "disposition", "regular");
        json_put_str(w, "service", USERDB_SERVICE);
        json_end_object(w);
        json_put_bool(w, "incomplete", incomplete);
        json_end_object(w);
        varlink_end(w);
}

static const Refusal *answer_user(const Answer *answer, const Directory *directory) {
        const Question *question = answer->question;
        JsonWriter *w = answer->w;
        UserCopy user;
        int r;

        if (question->name == NULL && question->id < 0)
                return &no_lists;
        r = find_user(answer, directory, &user);
        if (r != 0)
                return r > 0 ? &no_record : &not_available;
        if (question->id >= 0 && user.view.uid != question->id)
                return &other_record;
        record_begin(w);
        json_put_str(w, "userName", user.view.name);
        if (user.view.gecos_len > 0)
                json_put_str(w, "realName", user.view.gecos);
        json_put_int(w, "uid", user.view.uid);
        json_put_int(w, "gid", user.view.gid);
        json_put_str(w, "homeDirectory", user.view.home);
        json_put_str(w, "shell", user.view.shell);
        /* There is a password, which this interface gives to nobody. */
        record_end(w, /* incomplete= */ true);
        return NULL;
}

static const Refusal *answer_group(const Answer *answer, const Directory *directory) {
        const Question *question = answer->question;
        JsonWriter *w = answer->w;
        GroupCopy group;
        int r;

        if (question->name == NULL && question->id < 0)
                return &no_lists;
        r = find_group(answer, directory, &group);
        if (r != 0)
                return r > 0 ? &no_record : &not_available;
        if (question->id >= 0 && group.gid != question->id)
                return &other_record;
        record_begin(w);
        json_put_str(w, "groupName", group.name);
        json_put_int(w, "gid", group.gid);
        record_end(w, /* incomplete= */ false);
        return NULL;
}

/* NSS tells all memberships that there are, and what several tell is added up: told here as well,
 * each would be there twice. */
static const Refusal *answer_memberships(const Answer *answer, const Directory *directory) {
        return &no_record;
}

#define SERVICE_FIELD                                                                              \
        {                                                                                          \
                .name = "service", .type = WIRE_STRING, .offset = offsetof(Question, service),     \
                .flags = WIRE_REQUIRED, .max = ASKED_NAME_MAX                                      \
        }
#define NAME_FIELD(wire, member)                                                                   \
        {                                                                                          \
                .name = (wire), .type = WIRE_STRING, .offset = offsetof(Question, member),         \
                .max = ASKED_NAME_MAX                                                              \
        }
#define ID_FIELD(wire)                                                                             \
        {                                                                                          \
                .name = (wire), .type = WIRE_INT, .offset = offsetof(Question, id), .min = 0,      \
                .max = UINT32_MAX, .initial = -1                                                   \
        }

static const WireField user_in[] = { SERVICE_FIELD, NAME_FIELD("userName", name), ID_FIELD("uid") };
static const WireField group_in[] = { SERVICE_FIELD, NAME_FIELD("groupName", name),
                                      ID_FIELD("gid") };
static const WireField memberships_in[] = { SERVICE_FIELD, NAME_FIELD("userName", name),
                                            NAME_FIELD("groupName", group) };

static const struct {
        const char *name;
        const WireField *fields;
        size_t n_fields;
        unsigned database; /* whose line of nsswitch.conf must ask nss_iam */
        const Refusal *(*answer)(const Answer *answer, const Directory *directory);
} methods[] = {
        { "GetUserRecord", user_in, ELEMENTSOF(user_in), NAMES_PASSWD, answer_user },
        { "GetGroupRecord", group_in, ELEMENTSOF(group_in), NAMES_GROUP, answer_group },
        { "GetMemberships", memberships_in, ELEMENTSOF(memberships_in), NAMES_GROUP,
          answer_memberships },
};

static const Refusal *answer_from_snapshot(const Answer *answer, size_t method) {
        Userdb *db = answer->db;
        DirectoryLease lease = {};
        const Refusal *refusal;
        unsigned asking = 0;

        if (prepare(db, &asking) < 0)
                return &not_available;
        if ((asking & methods[method].database) == 0)
                return &no_record;
        if (directory_map_acquire(&db->map, &lease) < 0)
                return &not_available;
        /* Who is not in half a snapshot may be somebody all the same. */
        refusal = directory_is_complete(&lease.mapping->directory)
                                  ? methods[method].answer(answer, &lease.mapping->directory)
                                  : &not_available;
        directory_map_release(&db->map, &lease);
        return refusal;
}

/* -errno: hang up. */
static int
answer_call(Answer *answer, const VarlinkCall *call, Arena *arena, Question *question,
            Refusal *ret_refusal) {
        const char *where = NULL;
        size_t method = 0;
        const Refusal *refusal;
        int r;

        while (method < ELEMENTSOF(methods) && !str_eq(call->method, methods[method].name))
                method++;
        if (method == ELEMENTSOF(methods) || !str_eq(call->interface, "io.systemd.UserDatabase")) {
                *ret_refusal = (Refusal){ VARLINK_ERROR "MethodNotFound", NULL };
                return 1;
        }
        question->id = -1;
        r = wire_read(arena, &call->parameters, methods[method].fields, methods[method].n_fields,
                      question, &where);
        if (r < 0)
                return r;
        if (r > 0) {
                *ret_refusal = (Refusal){ VARLINK_ERROR "InvalidParameter", where };
                return 1;
        }
        refusal = str_eq(question->service, USERDB_SERVICE) ? answer_from_snapshot(answer, method)
                                                            : &bad_service;
        if (refusal == NULL)
                return 0;
        *ret_refusal = *refusal;
        return 1;
}

int userdb_call(Userdb *db, const char *message, size_t len, Buf *out) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(PARSE_ARENA);
        JsonWriter w = JSON_WRITER(out);
        Question question = {};
        Answer answer = { .db = db, .question = &question, .w = &w };
        Refusal refusal = {};
        VarlinkCall call;
        int r;

        r = varlink_call_read(&arena, message, len, &call);
        if (r == 0)
                r = answer_call(&answer, &call, &arena, &question, &refusal);
        if (r > 0)
                put_refusal(&w, &refusal);
        if (r >= 0 && call.oneway)
                buf_clear(out);
        return r < 0 ? r : buf_error(out);
}
