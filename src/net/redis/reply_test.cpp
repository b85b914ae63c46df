#include "net/redis/options.h"
#include "net/redis/reply.h"

#include <gtest/gtest.h>

namespace caredian::net::redis {
namespace {

std::vector<Reply> read(std::string_view bytes, std::size_t step) {
    ReplyReader reader;
    std::vector<Reply> out;
    while (!bytes.empty()) {
        EXPECT_TRUE(reader.feed(bytes.substr(0, step)));
        bytes.remove_prefix(std::min(step, bytes.size()));
        for (Reply r; reader.next(r).value(); r = {}) out.push_back(r);
    }
    return out;
}

TEST(RedisReply, ReadsEveryKindHoweverItIsCut) {
    using namespace std::string_view_literals;
    constexpr auto all = "+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\0\r\nb\r\n$-1\r\n$0\r\n\r\n"
                         "*3\r\n*2\r\n:1\r\n$1\r\nx\r\n$-1\r\n*0\r\n*-1\r\n"sv;
    for (std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, all.size()}) {
        auto replies = read(all, step);
        ASSERT_EQ(replies.size(), 8u) << step;
        EXPECT_EQ(replies[0].kind, Reply::Kind::status);
        EXPECT_EQ(replies[0].text, "OK");
        EXPECT_TRUE(replies[1].is_error());
        EXPECT_EQ(replies[1].text, "ERR no");
        EXPECT_EQ(replies[2].integer, -42);
        EXPECT_EQ(replies[3].text, std::string("a\0\r\nb", 5));
        EXPECT_TRUE(replies[4].is_nil());
        EXPECT_EQ(replies[5].kind, Reply::Kind::text);
        const auto& list = replies[6];
        ASSERT_EQ(list.items.size(), 3u);
        ASSERT_EQ(list.items[0].items.size(), 2u);
        EXPECT_EQ(list.items[0].items[1].text, "x");
        EXPECT_TRUE(list.items[1].is_nil());
        EXPECT_EQ(list.items[2].kind, Reply::Kind::list);
        EXPECT_TRUE(replies[7].is_nil());
    }
}

TEST(RedisReply, RefusesWhatIsNoReplyOrTooLarge) {
    for (std::string_view bytes :
         {"HTTP/1.1 400\r\n", "*200001\r\n", "*2147483647\r\n", ":x\r\n", "*a\r\n", "?\r\n"}) {
        ReplyReader reader;
        Reply reply;
        ASSERT_TRUE(reader.feed(bytes));
        EXPECT_EQ(reader.next(reply).error(), Errc::protocol) << bytes;
    }
    ReplyReader reader;
    ASSERT_TRUE(reader.feed("$1000000000\r\n"));
    const std::string megabyte(1024 * 1024, 'x');
    std::size_t taken = 0;
    Reply reply;
    while (taken < 100 && reader.feed(megabyte)) {
        ++taken;
        EXPECT_FALSE(reader.next(reply).value());
    }
    EXPECT_LT(taken, 32u);
}

TEST(RedisReply, CommandsHoldAnyBytes) {
    std::string out;
    const std::string_view words[] = {"SET", std::string_view("a\0\r\n", 4), ""};
    append_command(out, words);
    using namespace std::string_view_literals;
    EXPECT_EQ(out, "*3\r\n$3\r\nSET\r\n$4\r\na\0\r\n\r\n$0\r\n\r\n"sv);
}

TEST(RedisUrl, NamesServersUserAndDatabase) {
    Options o;
    EXPECT_EQ(parse_url("redis://localhost", o), "");
    EXPECT_EQ(o.servers, (std::vector<Server>{{"localhost", 6379}}));
    EXPECT_FALSE(o.tls);
    EXPECT_EQ(parse_url("rediss://us%40er:p%3A%2Fw@[::1]:7000/3", o), "");
    EXPECT_EQ(o.servers, (std::vector<Server>{{"::1", 7000}}));
    EXPECT_TRUE(o.tls);
    EXPECT_EQ(o.username, "us@er");
    EXPECT_EQ(o.password.reveal(), "p:/w");
    EXPECT_EQ(o.database, 3u);
    Options s;
    EXPECT_EQ(parse_url("redis+sentinel://:pw@a,b:5000,[fd00::1]/home/2", s), "");
    EXPECT_EQ(s.servers, (std::vector<Server>{{"a", 26379}, {"b", 5000}, {"fd00::1", 26379}}));
    EXPECT_EQ(s.sentinel_master, "home");
    EXPECT_EQ(s.username, "");
    EXPECT_EQ(s.database, 2u);
    Options apart;
    EXPECT_EQ(parse_url("redis://ann@h", apart), "");
    EXPECT_EQ(apart.username, "ann");
    EXPECT_TRUE(apart.password.empty());
}

TEST(RedisUrl, SaysWhatIsWrongWithoutQuoting) {
    for (std::string_view url : {"",
                                 "redis:",
                                 "redis://",
                                 "http://h",
                                 "redis://h:0",
                                 "redis://h:65536",
                                 "redis://h:x",
                                 "redis://h/x",
                                 "redis://h/-1",
                                 "redis://h/1/2",
                                 "redis://a,b",
                                 "redis://@h",
                                 "redis://u:hunter22%@h",
                                 "redis://u:hunter22%0a@h",
                                 "redis://u:@h",
                                 "redis://[::1",
                                 "redis://h h",
                                 "redis://h?hunter22",
                                 "redis+sentinel://a",
                                 "redis+sentinel://a/",
                                 "redis+sentinel:///home",
                                 "redis+sentinel://a,/home",
                                 "redis+sentinel://a/home/x"}) {
        Options o;
        auto wrong = parse_url(url, o);
        EXPECT_NE(wrong, "") << url;
        EXPECT_EQ(wrong.find("hunter22"), wrong.npos) << wrong;
    }
}

} // namespace
} // namespace caredian::net::redis
