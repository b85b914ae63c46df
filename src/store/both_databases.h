// For suites of rooms above that must hold on SQLite and on MariaDB: an empty database for each
// test, on one server for the test program.
//   class ApiKeysTest : public store::OnBothDatabases {…};
//   CAREDIAN_ON_BOTH_DATABASES(ApiKeysTest);
#pragma once

#include "store/test_database.h"
#include "store/test_mariadb.h"

#include <gtest/gtest.h>
#include <string>

namespace caredian::store {

enum class DatabaseKind { sqlite, mariadb };

class OnBothDatabases : public ::testing::TestWithParam<DatabaseKind> {
protected:
    OnBothDatabases() : database_(url()) {}
    void SetUp() override {
        if (GetParam() == DatabaseKind::mariadb && !TestMariadb::available())
            GTEST_SKIP() << "mariadb-server is not installed";
    }
    TestDatabase database_;

private:
    // Empty: a file. Members are made before SetUp can skip.
    static std::string url() {
        if (GetParam() == DatabaseKind::sqlite || !TestMariadb::available()) return {};
        static TestMariadb server;
        static int count = 0;
        const std::string name = "caredian_" + std::to_string(++count);
        server.sql("CREATE DATABASE " + name);
        return server.url(name);
    }
};

} // namespace caredian::store

#define CAREDIAN_ON_BOTH_DATABASES(suite)                                                          \
    INSTANTIATE_TEST_SUITE_P(On, suite,                                                            \
                             ::testing::Values(::caredian::store::DatabaseKind::sqlite,            \
                                               ::caredian::store::DatabaseKind::mariadb),          \
                             [](const auto& kind) {                                                \
                                 bool file =                                                       \
                                     kind.param == ::caredian::store::DatabaseKind::sqlite;        \
                                 return std::string(file ? "sqlite" : "mariadb");                  \
                             })
