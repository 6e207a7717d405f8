/* SPDX-License-Identifier: Apache-2.0 */
/* All figures of the daemon in one text (base/metric.h).  Runs in the store lane. */
#pragma once

#include "daemon/app/app.h"

int app_metrics(App *app, Arena *arena, Buf *out);
