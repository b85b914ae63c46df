#include "net/redis/reply.h"

#include <hiredis/hiredis.h>
#include <hiredis/read.h>

namespace caredian::net::redis {

const char* room_name(Errc) {
    return "redis";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::away:
        return "Redis cannot be reached";
    case Errc::timeout:
        return "Redis did not answer in time";
    case Errc::full:
        return "too many commands wait for Redis";
    case Errc::refused:
        return "Redis refused a command";
    case Errc::protocol:
        return "what answers is not Redis, or answers too much";
    case Errc::url:
        return "not a URL of Redis";
    }
    return "unknown";
}

namespace {

Reply::Kind kind_of(int type) {
    switch (type) {
    case REDIS_REPLY_STATUS:
        return Reply::Kind::status;
    case REDIS_REPLY_ERROR:
        return Reply::Kind::error;
    default:
        return Reply::Kind::text;
    }
}

// Where the reader's task goes: into its place in the parent, or a new root.
Reply* place(const redisReadTask* task) {
    if (!task->parent) return new Reply; // the reader holds it as a void*, freed below
    auto* parent = static_cast<Reply*>(task->parent->obj);
    return &parent->items[static_cast<std::size_t>(task->idx)];
}

void* make_string(const redisReadTask* task, char* text, size_t size) {
    Reply* out = place(task);
    out->kind = kind_of(task->type);
    out->text.assign(text, size);
    return out;
}

void* make_list(const redisReadTask* task, int count) {
    // The count is the peer's word: nothing is set aside for more than we take.
    if (count < 0 || static_cast<std::size_t>(count) > ReplyReader::max_items) return nullptr;
    Reply* out = place(task);
    out->kind = Reply::Kind::list;
    out->items.resize(static_cast<std::size_t>(count));
    return out;
}

void* make_integer(const redisReadTask* task, long long value) {
    Reply* out = place(task);
    out->kind = Reply::Kind::integer;
    out->integer = value;
    return out;
}

void* make_nil(const redisReadTask* task) {
    return place(task);
}

void free_reply(void* reply) {
    delete static_cast<Reply*>(reply);
}

redisReplyObjectFunctions functions{make_string, make_list, make_integer, make_nil, free_reply};

} // namespace

void append_command(std::string& out, Words words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    texts.reserve(words.size());
    sizes.reserve(words.size());
    for (auto word : words) {
        texts.push_back(word.data() ? word.data() : "");
        sizes.push_back(word.size());
    }
    char* made = nullptr;
    int size =
        redisFormatCommandArgv(&made, static_cast<int>(words.size()), texts.data(), sizes.data());
    if (size < 0) throw std::bad_alloc();
    out.append(made, static_cast<std::size_t>(size));
    redisFreeCommand(made);
}

void ReplyReader::Free::operator()(redisReader* r) const {
    redisReaderFree(r);
}

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(&functions)) {
    if (!reader_) throw std::bad_alloc();
}

ReplyReader::~ReplyReader() = default;

result<void> ReplyReader::feed(std::string_view bytes) {
    unread_ += bytes.size();
    if (unread_ > max_bytes) return Errc::protocol;
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
        return Errc::protocol;
    return {};
}

result<bool> ReplyReader::next(Reply& out) {
    void* got = nullptr;
    if (redisReaderGetReply(reader_.get(), &got) != REDIS_OK)
        return {boost::system::in_place_error, make_error_code(Errc::protocol)};
    if (!got) return false;
    std::unique_ptr<Reply> reply(static_cast<Reply*>(got));
    out = std::move(*reply);
    unread_ = reader_->len - reader_->pos;
    return true;
}

} // namespace caredian::net::redis
