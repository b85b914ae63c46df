#include "gateways/type_pins.h"
#include "store/both_databases.h"

namespace caredian::gateways {
namespace {

using readings::FieldType;

class TypePinsTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(store::migrate(*database_, "gateways", migrations()));
    }
};
CAREDIAN_ON_BOTH_DATABASES(TypePinsTest);

TEST_P(TypePinsTest, TheFirstTypeHoldsForAll) {
    TypePins a(*database_), b(*database_);
    EXPECT_EQ(a.pin("z2m", "lamp", "state", FieldType::text), FieldType::text);
    EXPECT_EQ(b.pin("z2m", "lamp", "state", FieldType::number), FieldType::text);
    EXPECT_EQ(b.pin("z2m", "lamp", "state", FieldType::number), FieldType::text);
    EXPECT_EQ(b.pin("z2m", "plug", "state", FieldType::number), FieldType::number);
    EXPECT_EQ(a.pin("z2m", "plug", "state", FieldType::text), FieldType::number);
}

TEST_P(TypePinsTest, PartsOfANameDoNotRunTogether) {
    TypePins a(*database_);
    EXPECT_EQ(a.pin("m", "ab", "c", FieldType::text), FieldType::text);
    EXPECT_EQ(a.pin("m", "a", "bc", FieldType::number), FieldType::number);
    const std::string longer(300, 'x');
    EXPECT_EQ(a.pin(longer, longer, longer + "1", FieldType::text), FieldType::text);
    EXPECT_EQ(a.pin(longer, longer, longer + "2", FieldType::number), FieldType::number);
}

TEST_P(TypePinsTest, WhatOthersPinnedIsFollowed) {
    TypePins a(*database_), b(*database_);
    ASSERT_TRUE(a.pin("m", "d", "one", FieldType::text));
    ASSERT_TRUE(b.follow());
    EXPECT_EQ(b.size(), 1u);
    ASSERT_TRUE(a.pin("m", "d", "two", FieldType::integer));
    ASSERT_TRUE(b.follow());
    EXPECT_EQ(b.size(), 2u);
    TypePins later(*database_);
    ASSERT_TRUE(later.follow());
    EXPECT_EQ(later.size(), 2u);
    EXPECT_EQ(later.pin("m", "d", "two", FieldType::text), FieldType::integer);
}

TEST_P(TypePinsTest, MoreThanTheLimitAreNotPinned) {
    TypePins a(*database_, 2);
    EXPECT_TRUE(a.pin("m", "d", "one", FieldType::text));
    EXPECT_TRUE(a.pin("m", "d", "two", FieldType::text));
    EXPECT_FALSE(a.pin("m", "d", "three", FieldType::text));
    EXPECT_TRUE(a.pin("m", "d", "one", FieldType::number));
}

// A database that may be away: everything else is passed on.
class Away final : public store::Database {
public:
    explicit Away(store::Database& to) : to_(to) {}
    bool away = false;
    int asked = 0;
    result<store::Rows> query(std::string_view sql, store::Parameters p) override {
        ++asked;
        if (away) return store::DatabaseErrc::away;
        return to_.query(sql, p);
    }
    result<std::uint64_t> execute(std::string_view sql, store::Parameters p) override {
        ++asked;
        if (away) return store::DatabaseErrc::away;
        return to_.execute(sql, p);
    }
    result<void> transaction(const Work& work) override { return to_.transaction(work); }
    result<void> exclusive(const Work& work) override { return to_.exclusive(work); }
    store::Dialect dialect() const override { return to_.dialect(); }

private:
    store::Database& to_;
};

TEST_P(TypePinsTest, WhileTheDatabaseIsAwayKnownFieldsGoOnAndNobodyWaitsTwice) {
    Away database(*database_);
    TypePins a(database);
    ASSERT_EQ(a.pin("m", "d", "known", FieldType::text), FieldType::text);
    database.away = true;
    database.asked = 0;
    EXPECT_EQ(a.pin("m", "d", "known", FieldType::number), FieldType::text);
    EXPECT_EQ(database.asked, 0);
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(a.pin("m", "d", "new", FieldType::number));
    EXPECT_EQ(database.asked, 1);
    EXPECT_FALSE(a.follow());
    database.away = false;
    EXPECT_FALSE(a.pin("m", "d", "new", FieldType::number)) << "follow() finds out";
    ASSERT_TRUE(a.follow());
    EXPECT_EQ(a.pin("m", "d", "new", FieldType::number), FieldType::number);
}

} // namespace
} // namespace caredian::gateways
