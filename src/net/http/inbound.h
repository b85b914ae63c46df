// A response from its first byte to the end of its body, read from an Upstream.
#pragma once

#include "net/http/chunk.h"
#include "net/http/client.h"
#include "net/http/head.h"
#include "net/http/upstream.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace caredian::net::http {

using UpstreamPtr = std::shared_ptr<Upstream>;

class Inbound final : public InboundResponse {
public:
    // `head`: the request was HEAD, so no body follows whatever the framing says.
    Inbound(UpstreamPtr up, bool head) : up_(std::move(up)), head_request_(head) {}
    ~Inbound() override;

    unsigned status() const override { return head_.status; }
    std::span<const HeaderView> headers() const override { return fields_; }
    std::optional<std::uint64_t> content_length() const override;
    std::string_view at_hand() override;
    awaitable<result<std::string_view>> read_some() override;

    // Reads the head from what is buffered; interim responses (1xx) are passed over. True: it is
    // there; else `error` is set or more is needed. Errors: bad_message, header_too_large.
    bool parse(error_code& error, std::size_t limit);
    // Called at the end with the connection, when it can carry another request.
    void on_reuse(std::function<void(UpstreamPtr)> give_back) { give_back_ = std::move(give_back); }
    void never_reuse() { reusable_ = false; }

private:
    void settle();
    // The next piece of what is buffered. A piece stays in the buffer until the next call.
    result<std::string_view> take();

    UpstreamPtr up_;
    bool head_request_;
    bool done_ = false;
    bool reusable_ = true;
    bool until_close_ = false;
    std::size_t looked_ = 0;
    std::size_t taken_ = 0; // of the buffer, shown to the caller
    std::uint64_t left_ = 0;
    std::string bytes_; // of the head
    ResponseHead head_;
    std::vector<HeaderView> fields_;
    ChunkDecoder decoder_;
    error_code failed_;
    std::function<void(UpstreamPtr)> give_back_;
};

} // namespace caredian::net::http
