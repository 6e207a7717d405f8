/* SPDX-License-Identifier: Apache-2.0 */
/* Publishes a built snapshot into a directory by the rules of directory/layout.h, for tests. */
#pragma once

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/build.h"

static inline int publish_file(int dir, const char *name, const void *bytes, size_t len) {
        char temporary[64];
        ssize_t n;
        int fd;

        snprintf(temporary, sizeof(temporary), ".%s.new", name);
        fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fd < 0)
                return -errno;
        n = write(fd, bytes, len);
        (void) fchmod(fd, 0644);
        close(fd);
        if (n != (ssize_t) len || renameat(dir, temporary, dir, name) < 0)
                return -EIO;
        return 0;
}

/* The mapped word; creates the file when there is none. */
static inline _Atomic uint64_t *publish_word(int dir) {
        char page[GENERATION_FILE_SIZE] = GENERATION_MAGIC;
        void *mapped;
        int fd = openat(dir, GENERATION_FILE, O_RDWR | O_CLOEXEC);

        if (fd < 0) {
                if (publish_file(dir, GENERATION_FILE, page, sizeof(page)) < 0)
                        return NULL;
                fd = openat(dir, GENERATION_FILE, O_RDWR | O_CLOEXEC);
        }
        if (fd < 0)
                return NULL;
        mapped = mmap(NULL, GENERATION_FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        if (mapped == MAP_FAILED)
                return NULL;
        return (_Atomic uint64_t *) (void *) ((char *) mapped + GENERATION_WORD_OFFSET);
}

/* Any bytes, also hostile ones, as the next generation. */
static inline int publish_bytes(const char *path, const void *bytes, size_t len) {
        int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        _Atomic uint64_t *word;
        int r;

        if (dir < 0)
                return -errno;
        word = publish_word(dir);
        r = word == NULL ? -EIO : publish_file(dir, DIRECTORY_FILE, bytes, len);
        close(dir);
        if (word != NULL) {
                atomic_fetch_add_explicit(word, 1, memory_order_release);
                munmap((void *) ((uintptr_t) word - GENERATION_WORD_OFFSET), GENERATION_FILE_SIZE);
        }
        return r;
}
