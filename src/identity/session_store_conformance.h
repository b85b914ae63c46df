// What every backend of SessionStore must do; bodies in session_store_conformance_test.cpp.
#pragma once

#include "identity/session_store.h"

#include <gtest/gtest.h>
#include <memory>

namespace caredian::identity {

// An empty store; open() gives another handle on the same data, as another process would have.
class SessionStoreFixture {
public:
    virtual ~SessionStoreFixture() = default;
    virtual std::unique_ptr<SessionStore> open() = 0;
};

struct SessionStoreBackend {
    const char* name;
    std::unique_ptr<SessionStoreFixture> (*make)();
    bool (*available)();
};

class SessionStoreConformance : public ::testing::TestWithParam<SessionStoreBackend> {
protected:
    void SetUp() override {
        if (!GetParam().available()) GTEST_SKIP() << "the server is not installed";
        fixture_ = GetParam().make();
        store_ = fixture_->open();
    }
    std::unique_ptr<SessionStoreFixture> fixture_;
    std::unique_ptr<SessionStore> store_;
};

} // namespace caredian::identity
