/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets this machine ask iamd who people are, and undoes it.  Root's own files are read and written
 * here, without the daemon; what is asked of a person goes through the ports.
 */
#pragma once

#include "base/secret.h"

typedef struct HostPorts {
        /* One line that is not shown.  -errno: there is no answer. */
        int (*ask)(void *context, const char *question, Secret *ret);
        /* -ENXIO: there is no terminal; -ECANCELED: anything but yes. */
        int (*confirm)(void *context, const char *question);
        void *context;
} HostPorts;

typedef struct HostWish {
        const char *prove; /* a user of the realm who logs in before it counts; NULL: nobody */
        bool yes; /* do not ask */
        bool dry_run; /* only show */
        bool json;
} HostWish;

/* 0: done.  A reason or -errno after a message on standard error; then nothing was changed. */
int host_enable(const HostWish *wish, const HostPorts *ports);
int host_disable(const HostWish *wish, const HostPorts *ports);
