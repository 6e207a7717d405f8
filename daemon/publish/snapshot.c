/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/publish/snapshot.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PUBLIC_MODE 0644

static _Atomic uint64_t *page_word(void *page) {
        return (_Atomic uint64_t *) (void *) ((char *) page + GENERATION_WORD_OFFSET);
}

uint64_t snapshot_word(const SnapshotPlace *place) {
        return atomic_load_explicit(page_word(place->page), memory_order_acquire);
}

static void word_store(void *page, uint64_t value) {
        atomic_store_explicit(page_word(page), value, memory_order_release);
}

static bool file_is_ours(const struct stat *info) {
        return S_ISREG(info->st_mode) && info->st_uid == geteuid() && (info->st_mode & 022) == 0;
}

/* generation.v1 as it lies there, mapped, whatever it holds; IAM_E_NOT_FOUND when it cannot be
 * readers' page. */
static int page_map(int folder, void **ret, struct stat *ret_info) {
        CLEANUP(fd_closep) int fd = -1;
        void *page;

        fd = openat(folder, GENERATION_FILE, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
                return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno
                                                                             : IAM_E_NOT_FOUND;
        if (fstat(fd, ret_info) < 0)
                return -errno;
        if (!file_is_ours(ret_info) || ret_info->st_size != GENERATION_FILE_SIZE)
                return IAM_E_NOT_FOUND;
        page = mmap(NULL, GENERATION_FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (page == MAP_FAILED)
                return -errno;
        *ret = page;
        return 0;
}

static bool page_is_good(const void *page) {
        return memcmp(page, GENERATION_MAGIC, GENERATION_WORD_OFFSET) == 0 &&
               atomic_load_explicit(page_word((void *) (uintptr_t) page), memory_order_acquire) !=
                               GENERATION_MOVED;
}

static void page_unmap(void *page) {
        if (page != NULL)
                (void) munmap(page, GENERATION_FILE_SIZE);
}

static int page_create(int folder, uint64_t word) {
        uint8_t bytes[GENERATION_FILE_SIZE] = GENERATION_MAGIC;

        /* In the machine's own order: it is a word in memory, read by this machine only. */
        memcpy(bytes + GENERATION_WORD_OFFSET, &word, sizeof(word));
        return file_replace(folder, GENERATION_FILE, PUBLIC_MODE, bytes, sizeof(bytes), NULL);
}

/* What readers hold mapped must send them to the new file, after that one is in place. */
static void page_retire(void *page) {
        if (page == NULL)
                return;
        word_store(page, GENERATION_MOVED);
        page_unmap(page);
}

static uint64_t page_last_word(const void *page) {
        return page != NULL && page_is_good(page)
                               ? atomic_load_explicit(
                                                 page_word((void *) (uintptr_t) page),
                                                 memory_order_acquire)
                               : 0;
}

static uint64_t header_generation(const SnapshotPlace *place) {
        SnapshotFile file = {};
        uint64_t generation;

        if (snapshot_open(place, &file) != 0)
                return 0;
        generation = file.directory.generation;
        snapshot_close(&file);
        return generation < GENERATION_MOVED - 1 ? generation : 0;
}

static uint64_t greater(uint64_t a, uint64_t b) {
        return a > b ? a : b;
}

/* Puts a new generation.v1 in the place of found (a file that is no good, or NULL) and of the one
 * that was mapped until now. */
static int page_replace(SnapshotPlace *place, void *found) {
        uint64_t last = greater(page_last_word(place->page), header_generation(place));
        bool is_first = place->page == NULL && found == NULL && last == 0;
        struct stat info = {};
        void *page = NULL;
        int r;

        r = page_create(place->folder, is_first ? 0 : last + 1);
        if (r < 0)
                return r;
        page_retire(found);
        page_retire(TAKE(place->page));
        r = page_map(place->folder, &page, &info);
        if (r != 0)
                return r < 0 ? r : -EIO;
        place->page = page;
        place->device = info.st_dev;
        place->inode = info.st_ino;
        return 0;
}

static int page_open(SnapshotPlace *place) {
        struct stat info = {};
        void *page = NULL;
        int r;

        r = page_map(place->folder, &page, &info);
        if (r < 0)
                return r;
        if (page != NULL && place->page != NULL && place->device == info.st_dev &&
            place->inode == info.st_ino && page_is_good(page)) {
                page_unmap(page);
                return 0;
        }
        /* Also when somebody else's good file lies there: our readers still look at ours. */
        if (page == NULL || place->page != NULL || !page_is_good(page))
                return page_replace(place, page);
        place->page = page;
        place->device = info.st_dev;
        place->inode = info.st_ino;
        return 0;
}

int snapshot_place_open(SnapshotPlace *place, const char *path) {
        uint64_t generation;
        int r;

        if (place->folder < 0) {
                r = folder_open(path, /* is_file= */ false, &place->folder);
                if (r < 0)
                        return r;
        }
        r = page_open(place);
        if (r < 0)
                return r;
        /* A crash between rename and store. */
        generation = header_generation(place);
        if (generation > snapshot_word(place))
                word_store(place->page, generation);
        return 0;
}

void snapshot_place_done(SnapshotPlace *place) {
        page_unmap(TAKE(place->page));
        fd_closep(&place->folder);
        place->folder = -1;
}

int snapshot_open(const SnapshotPlace *place, SnapshotFile *ret) {
        CLEANUP(fd_closep) int fd = -1;
        SnapshotFile file = {};
        struct stat info;
        void *bytes;

        fd = openat(place->folder, DIRECTORY_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &info) < 0 || !file_is_ours(&info) || info.st_size <= 0 ||
            (uint64_t) info.st_size > DIRECTORY_FILE_MAX)
                return IAM_E_NOT_FOUND;
        file.len = (size_t) info.st_size;
        bytes = mmap(NULL, file.len, PROT_READ, MAP_SHARED, fd, 0);
        if (bytes == MAP_FAILED)
                return -errno;
        file.bytes = bytes;
        if (directory_open(file.bytes, file.len, &file.directory) != 0) {
                snapshot_close(&file);
                return IAM_E_NOT_FOUND;
        }
        *ret = file;
        return 0;
}

void snapshot_close(SnapshotFile *file) {
        if (file->bytes != NULL)
                (void) munmap((void *) (uintptr_t) file->bytes, file->len);
        *file = (SnapshotFile){};
}

int snapshot_publish(SnapshotPlace *place, const void *bytes, size_t len) {
        uint64_t next = snapshot_word(place) + 1;
        bool is_renamed = false;
        int r = file_replace(place->folder, DIRECTORY_FILE, PUBLIC_MODE, bytes, len, &is_renamed);

        /* Readers shall see what is there, even when the last sync failed. */
        if (is_renamed)
                word_store(place->page, next);
        return r;
}
