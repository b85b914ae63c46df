// What every backend of store::Database must do. A backend's test gives a Factory that opens the
// same empty database each time it is called within one test:
//   INSTANTIATE_TEST_SUITE_P(Sqlite, DatabaseConformance, ::testing::Values(&make_fixture));
// Bodies: database_conformance_test.cpp.
#pragma once

#include "store/database.h"

#include <gtest/gtest.h>
#include <memory>

namespace caredian::store {

// One database for one test; emptied when it goes.
class DatabaseFixture {
public:
    virtual ~DatabaseFixture() = default;
    virtual std::unique_ptr<Database> open() = 0; // another handle on the same data
};

struct DatabaseBackend {
    const char* name;
    std::unique_ptr<DatabaseFixture> (*make)();
    bool (*available)();
};

class DatabaseConformance : public ::testing::TestWithParam<DatabaseBackend> {
protected:
    void SetUp() override {
        if (!GetParam().available()) GTEST_SKIP() << "the server is not installed";
        fixture_ = GetParam().make();
        db_ = fixture_->open();
    }
    std::unique_ptr<DatabaseFixture> fixture_;
    std::unique_ptr<Database> db_;
};

} // namespace caredian::store
