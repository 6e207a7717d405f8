/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/app/clock.h"

#include <inttypes.h>

#include "base/reason.h"
#include "daemon/app/call.h"

#define MARK_ARENA ((size_t) 4096)

typedef struct Mark {
        const StorePort *store;
        Usec time;
} Mark;

static int mark_put(const StorePort *store, Txn *txn, Usec time) {
        CLEANUP(buf_done) Buf text = BUF_INIT(32);

        buf_printf(&text, "%" PRId64, time);
        return buf_error(&text) < 0 ? buf_error(&text)
                                    : store->meta->put(txn, META_CLOCK, text.bytes);
}

static int mark_load(Txn *txn, void *context) {
        CLEANUP(arena_done) Arena arena = ARENA_INIT(MARK_ARENA);
        Mark *mark = context;
        const char *text;
        uint64_t time;
        int r = mark->store->meta->get(txn, META_CLOCK, &arena, &text);

        mark->time = 0;
        if (r == 0 && str_to_u64(text, &time) == 0 && time <= INT64_MAX)
                mark->time = (Usec) time;
        return r < 0 ? r : 0;
}

int app_clock_load(const StorePort *store, Usec *ret) {
        Mark mark = { .store = store };
        int r = store->read(store->self, mark_load, &mark);

        if (r == 0)
                *ret = mark.time;
        return r;
}

static int mark_store(Txn *txn, void *context) {
        const Mark *mark = context;

        return mark_put(mark->store, txn, mark->time);
}

int app_clock_store(App *app) {
        Mark mark = { .store = &app->store, .time = app->clock.now(app->clock.self) };

        return app->store.txn(app->store.self, mark_store, &mark);
}

/* Before the transaction, because it is no effect that one could undo; what is stored follows. */
int app_clock_accept_prepare(AppCall *call) {
        Usec *accepted = arena_new(call->arena, Usec);

        if (accepted == NULL)
                return -ENOMEM;
        *accepted = call->app->clock.accept(call->app->clock.self);
        call->prepared = accepted;
        return 0;
}

int app_clock_accept(AppCall *call, Txn *txn) {
        const Usec *accepted = call->prepared;

        return mark_put(&call->app->store, txn, *accepted);
}
