#include "net/address.h"

#include <gtest/gtest.h>

namespace caredian::net {
namespace {

NetworkSet networks(std::initializer_list<const char*> texts) {
    std::vector<Network> made;
    for (auto text : texts) made.push_back(parse_network(text).value());
    return NetworkSet(std::move(made));
}

TEST(Address, ReadsBothFormsAndPrintsTheShortest) {
    EXPECT_EQ(parse_address("192.0.2.1")->to_string(), "192.0.2.1");
    EXPECT_EQ(parse_address("2001:DB8:0:0::1")->to_string(), "2001:db8::1");
    EXPECT_EQ(parse_address("::ffff:192.0.2.1"), parse_address("192.0.2.1"));
    EXPECT_TRUE(parse_address("127.8.8.8")->is_loopback());
    EXPECT_TRUE(parse_address("::1")->is_loopback());
    EXPECT_FALSE(parse_address("::2")->is_loopback());
}

TEST(Address, RefusesEverythingElse) {
    for (auto text : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4x", " 1.2.3.4", "[::1]",
                      "fe80::1%eth0", "::1:", "1.2.3.4:80", "localhost"})
        EXPECT_FALSE(parse_address(text)) << text;
    EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0", 8)));
}

TEST(Network, HoldsWhatItsPrefixSays) {
    auto ten = *parse_network("10.0.0.0/8");
    EXPECT_TRUE(ten.contains(*parse_address("10.255.0.1")));
    EXPECT_TRUE(ten.contains(*parse_address("::ffff:10.1.1.1")));
    EXPECT_FALSE(ten.contains(*parse_address("11.0.0.0")));
    auto odd = *parse_network("192.0.2.128/25");
    EXPECT_TRUE(odd.contains(*parse_address("192.0.2.200")));
    EXPECT_FALSE(odd.contains(*parse_address("192.0.2.127")));
    EXPECT_TRUE(parse_network("::1")->contains(*parse_address("::1")));
    EXPECT_TRUE(parse_network("0.0.0.0/0")->contains(*parse_address("8.8.8.8")));
    EXPECT_FALSE(parse_network("0.0.0.0/0")->contains(*parse_address("2001:db8::1")));
    EXPECT_TRUE(parse_network("::/0")->contains(*parse_address("8.8.8.8")));
}

TEST(Network, RefusesHostBitsAndBadPrefixes) {
    for (auto text : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/ 8",
                      "fd00::1/8", "::/129", "x/8", "/8", ""})
        EXPECT_FALSE(parse_network(text)) << text;
}

struct ForwardedCase {
    const char* peer;
    const char* header;
    const char* client;
};

TEST(TrueClient, WalksFromTheRightPastTrustedProxies) {
    auto trusted = networks({"10.0.0.0/8", "127.0.0.1", "::1"});
    for (const auto& c : {
             ForwardedCase{"192.0.2.9", "203.0.113.1", "192.0.2.9"}, // peer is not trusted
             {"10.0.0.1", "", "10.0.0.1"},
             {"10.0.0.1", "203.0.113.1", "203.0.113.1"},
             {"10.0.0.1", "198.51.100.7, 203.0.113.1", "203.0.113.1"}, // the left one may be forged
             {"10.0.0.1", "203.0.113.1, 10.9.9.9", "203.0.113.1"},
             {"10.0.0.1", "10.1.1.1,10.2.2.2", "10.1.1.1"},
             {"10.0.0.1", "203.0.113.1, nonsense", "10.0.0.1"},
             {"10.0.0.1", "nonsense, 10.2.2.2", "10.2.2.2"},
             {"10.0.0.1", "203.0.113.1:4711", "203.0.113.1"},
             {"10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"},
             {"10.0.0.1", "2001:db8::5", "2001:db8::5"},
             {"10.0.0.1", "203.0.113.1:x", "10.0.0.1"},
             {"10.0.0.1", ", ,", "10.0.0.1"},
         })
        EXPECT_EQ(true_client(*parse_address(c.peer), c.header, trusted).to_string(), c.client)
            << c.peer << " <- " << c.header;
}

} // namespace
} // namespace caredian::net
