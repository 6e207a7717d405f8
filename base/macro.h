/* SPDX-License-Identifier: Apache-2.0 */
/* The few language helpers every folder may use.  No types of ours, no functions. */
#pragma once

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ELEMENTSOF(array) (sizeof(array) / sizeof((array)[0]))

/* Runs fn(&variable) when the variable leaves scope; fn accepts half-built objects. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Hands the pointer over and leaves NULL behind, so that CLEANUP frees nothing. */
#define TAKE(pointer)                                                                              \
        ({                                                                                         \
                __auto_type take_ = &(pointer);                                                    \
                typeof(*take_) taken_ = *take_;                                                    \
                *take_ = NULL;                                                                     \
                taken_;                                                                            \
        })

/*
 * The two sentinels of our enums, so that a switch needs no default and -Wswitch stays useful.
 * Written `case SENTINELS(FOO):`, which the formatter reads as the label it is.
 */
#define SENTINELS(prefix) _##prefix##_MAX : case _##prefix##_INVALID

/* For large locals on hot paths that are filled before they are read: not zeroed first. */
#define _uninitialized_ __attribute__((uninitialized))
#define _public_ __attribute__((visibility("default")))
#define _printf_(text, first) __attribute__((format(printf, text, first)))

/* Wall clock, microseconds since 1970-01-01 UTC. */
typedef int64_t Usec;
#define USEC_PER_SEC ((Usec) 1000000)
#define USEC_PER_MSEC ((Usec) 1000)
#define USEC_INFINITY INT64_MAX
