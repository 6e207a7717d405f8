/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metric.h"

#include "tests/support/test.h"

TEST(a_figure_is_a_line_under_a_head_that_says_what_it_is) {
        CLEANUP(buf_done) Buf out = BUF_INIT(4096);

        metric_one(&out, "iamd_users", "gauge", "Users there are.", UINT64_MAX);
        metric_put(&out, "iamd_users", METRIC_LABELS({ "realm", "demo" }, { "kind", "person" }), 2);
        metric_put_time(&out, "iamd_up_seconds", METRIC_NO_LABELS, 1500000);
        metric_put_time(&out, "iamd_up_seconds", METRIC_NO_LABELS, -1);
        ASSERT_OK(buf_error(&out));
        ASSERT_STREQ(out.bytes, "# HELP iamd_users Users there are.\n"
                                "# TYPE iamd_users gauge\n"
                                "iamd_users 18446744073709551615\n"
                                "iamd_users{realm=\"demo\",kind=\"person\"} 2\n"
                                "iamd_up_seconds 1.500000\n"
                                "iamd_up_seconds 0.000000\n");
}

TEST(no_value_of_a_label_ends_it_early) {
        CLEANUP(buf_done) Buf out = BUF_INIT(4096);

        metric_put(&out, "x", METRIC_LABELS({ "route", "a\"b\\c\nd" }), 1);
        ASSERT_STREQ(out.bytes, "x{route=\"a\\\"b\\\\c\\nd\"} 1\n");
}

TEST(each_bucket_counts_all_that_took_no_longer) {
        CLEANUP(buf_done) Buf out = BUF_INIT(4096);
        MetricTimes times = {};

        metric_times_add(&times, 500); /* a bound belongs to its bucket */
        metric_times_add(&times, 501);
        metric_times_add(&times, 60 * USEC_PER_SEC);
        metric_times_add(&times, -1); /* a clock that went back */
        metric_put_times(&out, "t", METRIC_LABELS({ "a", "b" }), &times);
        ASSERT_TRUE(strstr(out.bytes, "t_bucket{a=\"b\",le=\"0.0005\"} 2\n") != NULL);
        ASSERT_TRUE(strstr(out.bytes, "t_bucket{a=\"b\",le=\"0.001\"} 3\n") != NULL);
        ASSERT_TRUE(strstr(out.bytes, "t_bucket{a=\"b\",le=\"10\"} 3\n") != NULL);
        ASSERT_TRUE(strstr(out.bytes, "t_bucket{a=\"b\",le=\"+Inf\"} 4\n") != NULL);
        ASSERT_TRUE(strstr(out.bytes, "t_sum{a=\"b\"} 60.001001\n") != NULL);
        ASSERT_TRUE(strstr(out.bytes, "t_count{a=\"b\"} 4\n") != NULL);
}
