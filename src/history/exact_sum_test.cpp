#include "base/random.h"
#include "history/exact_sum.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace caredian::history {
namespace {

ExactSum sum_of(const std::vector<double>& values) {
    ExactSum sum;
    for (double v : values) sum.add(v);
    return sum;
}

TEST(ExactSum, DecimalsAddUpAsDecimals) {
    struct Case {
        std::vector<double> values;
        double sum;
        bool exact;
    };
    const double third = 1.0 / 3;
    const Case cases[] = {
        {{}, 0.0, true},
        {{0.1, 0.2}, 0.3, true},
        {{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 1.0, true},
        {{21.37, -21.37}, 0.0, true},
        {{-0.0}, 0.0, true},
        {{1e15, 1}, 1e15 + 1, true},
        {{21.3700008392334, 21.3700008392334}, 42.7400016784668, true},
        {{1e-15}, 1e-15, true},
        {{third}, third, false},
        {{1e300}, 1e300, false},
        {{0.5, third, -third}, 0.5, false},
        {{1e-20}, 1e-20, false},
    };
    for (const auto& c : cases) {
        auto sum = sum_of(c.values);
        EXPECT_EQ(sum.value(), c.sum) << c.sum;
        EXPECT_EQ(sum.exact(), c.exact) << c.sum;
    }
    EXPECT_TRUE(std::isnan(sum_of({std::numeric_limits<double>::quiet_NaN()}).value()));
    EXPECT_TRUE(std::isinf(sum_of({std::numeric_limits<double>::infinity(), 1}).value()));
}

TEST(ExactSum, IntegersStayIntegersWhileTheyFit) {
    ExactSum sum;
    sum.add(std::int64_t{INT64_MAX});
    EXPECT_EQ(sum.integer(), INT64_MAX);
    sum.add(std::int64_t{1});
    EXPECT_EQ(sum.integer(), std::nullopt);
    EXPECT_TRUE(sum.exact());
    EXPECT_EQ(sum.value(), 9223372036854775808.0);
    sum.add(std::int64_t{-1});
    EXPECT_EQ(sum.integer(), INT64_MAX);
}

TEST(ExactSum, UnitsComeBack) {
    auto sum = sum_of({21.37, 0.5});
    EXPECT_EQ(sum.power(), 2U);
    EXPECT_EQ(sum.units(2), 2187);
    EXPECT_EQ(sum.units(4), 218'700);
    EXPECT_EQ(sum.units(1), std::nullopt);
    ExactSum again;
    again.add_scaled(218'700, 4);
    EXPECT_EQ(again.value(), sum.value());
    EXPECT_EQ(sum_of({1e15}).units(15), std::nullopt) << "does not fit";
}

// Whatever the order, and however it is split.
TEST(ExactSum, IsTheSameInEveryOrderAndGrouping) {
    SeededRandom random(3);
    for (int round = 0; round < 300; ++round) {
        std::vector<double> values;
        for (int i = 0; i < 200; ++i) {
            double scale = std::pow(10.0, static_cast<double>(random.next_u64() % 9));
            values.push_back(std::round((random.next_unit() - 0.5) * 1e6) / scale);
        }
        double expected = sum_of(values).value();
        ASSERT_TRUE(sum_of(values).exact());
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[random.next_u64() % i]);
        ExactSum whole;
        ExactSum part;
        for (double v : values) {
            part.add(v);
            if (random.next_u64() % 10 > 0) continue;
            whole.merge(part);
            part = ExactSum();
        }
        whole.merge(part);
        ASSERT_EQ(whole.value(), expected);
    }
}

} // namespace
} // namespace caredian::history
