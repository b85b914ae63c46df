#include "app/hosts.h"

#include <gtest/gtest.h>

namespace caredian::app {
namespace {

TEST(HostRule, KnowsItsOwnNamesOnly) {
    Settings settings;
    settings.public_url = "https://Home.Example.org:8443";
    settings.known_hosts = {"care.example.net"};
    HostRule rule(settings);
    for (auto good : {"localhost", "LOCALHOST:8080", "127.0.0.1:8080", "192.0.2.7", "[::1]:8080",
                      "[2001:db8::1]", "pi.local", "Pi.Local:8080", "home.example.org:8443",
                      "home.example.org.", "care.example.net"})
        EXPECT_TRUE(rule.allowed(good)) << good;
    for (auto bad :
         {"", "example.org", "evil.home.example.org", "home.example.org.evil.net", ".local",
          "local", "localhost.evil.net", "127.0.0.1.evil.net", "[", "[::1", ":8080", "notlocal"})
        EXPECT_FALSE(rule.allowed(bad)) << bad;
    for (auto further : {"care.example.net", "Care.Example.net:8443", "care.example.net."})
        EXPECT_TRUE(rule.further(further)) << further;
    for (auto not_further :
         {"home.example.org", "localhost", "127.0.0.1", "pi.local", "", "x.care.example.net"})
        EXPECT_FALSE(rule.further(not_further)) << not_further;
}

} // namespace
} // namespace caredian::app
