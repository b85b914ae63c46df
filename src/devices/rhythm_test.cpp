#include "devices/rhythm.h"

#include <gtest/gtest.h>

namespace caredian::devices {
namespace {

using std::chrono::seconds;

WallTime at(double s) {
    return from_ns(static_cast<std::int64_t>((1'700'000'000 + s) * 1e9));
}

TEST(Rhythm, LearnsTheMedian) {
    Rhythm r;
    for (double t : {0.0, 60.0, 120.0, 120.2}) r.hear(at(t));
    EXPECT_EQ(r.interval(), std::nullopt); // two gaps: the third message came with the second
    EXPECT_EQ(r.patience(), seconds(86'400));
    for (double t : {180.0, 240.0, 900.0, 960.0}) r.hear(at(t));
    EXPECT_EQ(r.interval(), seconds(60));
    EXPECT_EQ(r.patience(), seconds(3 * 60 + 660)); // it has been silent for 660 s before
}

TEST(Rhythm, IsClampedAtBothEnds) {
    Rhythm quick, slow;
    for (int i = 0; i < 9; ++i) quick.hear(at(2 * i));
    EXPECT_EQ(quick.interval(), seconds(10));
    EXPECT_EQ(quick.patience(), seconds(120));
    for (int i = 0; i < 9; ++i) slow.hear(at(200'000.0 * i));
    EXPECT_EQ(slow.interval(), seconds(86'400));
}

TEST(Rhythm, AFailureTeachesLittleAndFades) {
    Rhythm r;
    double t = 0;
    for (int i = 0; i < 20; ++i) r.hear(at(t += 60));
    r.hear(at(t += 5 * 86'400)); // it was dead for five days
    EXPECT_LT(r.patience(), seconds(3600));
    auto after = r.patience();
    for (int i = 0; i < 6000; ++i) r.hear(at(t += 60));
    EXPECT_LT(r.patience(), after);
}

TEST(Rhythm, ClocksFrom1970And2099TeachNothing) {
    Rhythm r;
    for (int i = 0; i < 5; ++i) r.hear(at(60 * i));
    auto usual = r.patience();
    r.hear(from_ns(1'000'000'000));             // 1970
    r.hear(from_ns(4'070'908'800'000'000'000)); // 2099
    r.hear(at(400));
    EXPECT_EQ(r.patience(), usual);
    EXPECT_EQ(r.interval(), seconds(60));
}

TEST(Rhythm, APauseIsNotTheDevices) {
    Rhythm r;
    for (int i = 0; i < 5; ++i) r.hear(at(60 * i));
    auto usual = r.patience();
    r.pause();
    r.hear(at(90'000));
    EXPECT_EQ(r.patience(), usual);
}

} // namespace
} // namespace caredian::devices
