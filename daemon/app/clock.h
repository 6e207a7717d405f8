/* SPDX-License-Identifier: Apache-2.0 */
/* Where the clock's mark is kept over restarts (core/clock_mark.h). */
#pragma once

#include "daemon/app/app.h"

int app_clock_load(const StorePort *store, Usec *ret); /* 0 in *ret: never stored */
int app_clock_store(App *app);
