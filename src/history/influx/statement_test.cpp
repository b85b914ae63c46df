#include "history/influx/statement.h"

#include <gtest/gtest.h>

namespace caredian::history::influx {
namespace {

TEST(Statement, WhatMayBeAsked) {
    for (const char* good :
         {"SELECT * FROM climate",
          "select mean(temperature) from \"climate\" where time > now() - 1h "
          "group by time(5m), device fill(none);",
          "SELECT temperature FROM climate WHERE device = 'a.b' AND time > "
          "'2026-01-01T00:00:00.000Z'",
          "SELECT x FROM /^cli.*/ LIMIT 5", "  \n SELECT 1.5 * t FROM m ;\n",
          "SELECT * FROM (SELECT mean(t) FROM m GROUP BY device)", "SHOW MEASUREMENTS",
          "show tag values from climate with key = \"device\"", "SHOW FIELD KEYS FROM \"m\"",
          "SHOW SERIES LIMIT 3", "SHOW TAG KEYS"})
        EXPECT_EQ(wrong_statement(good), "") << good;
}

// The original passed on whatever came.
TEST(Statement, WhatMayNot) {
    for (const char* bad : {"",
                            " ; ",
                            "DROP DATABASE caredian",
                            "DELETE FROM m",
                            "CREATE USER x WITH PASSWORD 'y'",
                            "SELECT * FROM m; DROP MEASUREMENT m",
                            "SELECT * INTO n FROM m",
                            "SELECT * iNtO \"n\" FROM m",
                            "SELECT x FROM /\"/ WHERE a = '' INTO n",
                            "SELECT x*1.0INTO n FROM m",
                            "SELECT x+.5into n FROM m",
                            "SELECT x AS \"y\"INTO\"n\" FROM m",
                            "SHOW SERIES ON\"other\"",
                            "SELECT * FROM m WHERE s = ';DROP MEASUREMENT m'",
                            "SELECT /* */ * FROM m",
                            "SELECT * FROM m -- ; DROP",
                            "SELECT * FROM \"other\".\"autogen\".\"m\"",
                            "SELECT * FROM other..m",
                            "SELECT * FROM \"other\".x\"autogen\".\"m\"",
                            "SELECT * FROM other.\"r\\\"p\".m",
                            "SELECT * FROM _internal . monitor . \"write\"",
                            "SELECT * FROM \"a\\\"b\"..m",
                            "SHOW DATABASES",
                            "SHOW USERS",
                            "SHOW GRANTS FOR a",
                            "SHOW QUERIES",
                            "SHOW SHARDS",
                            "SHOW TAG VALUES ON other FROM m WITH KEY = k",
                            "SHOW MEASUREMENTS ON \"other\"",
                            "SELECTED",
                            "SELECT",
                            "EXPLAIN SELECT * FROM m",
                            "SHOW SERIESX",
                            "SELECT * FROM m\xff"})
        EXPECT_NE(wrong_statement(bad), "") << bad;
    EXPECT_NE(wrong_statement("SELECT " + std::string(9000, 'x')), "");
}

} // namespace
} // namespace caredian::history::influx
