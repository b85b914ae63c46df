// A response from its first byte to the end of its body, read from an Upstream.
#pragma once

#include "net/http/chunk.h"
#include "net/http/client.h"
#include "net/http/head.h"
#include "net/http/upstream.h"

#include <memory>
#include <string>

namespace caredian::net::http {

using UpstreamPtr = std::shared_ptr<Upstream>;

// Where a connection goes that can carry another request.
class UpstreamPool {
public:
    virtual void give_back(UpstreamPtr up) = 0;

protected:
    ~UpstreamPool() = default; // not through this type
};

class Inbound final : public InboundResponse {
public:
    // `head`: the request was HEAD, so no body follows whatever the framing says.
    Inbound(UpstreamPtr up, bool head) : up_(std::move(up)), head_request_(head) {}
    ~Inbound() override;

    unsigned status() const override { return head_.status; }
    std::span<const HeaderView> headers() const override { return head_.fields.all(); }
    std::optional<std::uint64_t> content_length() const override;
    std::string_view at_hand() override;
    awaitable<result<std::string_view>> read_some() override;

    // Reads the head from what is buffered; interim responses (1xx) are passed over. True: it is
    // there; else `error` is set or more is needed. Errors: bad_message, header_too_large.
    bool parse(error_code& error, std::size_t limit);
    // Gets the connection at the end, when it can carry another request.
    void reuse_by(std::shared_ptr<UpstreamPool> pool) { pool_ = std::move(pool); }
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
    ResponseHead head_; // settled: its end-to-end fields
    ChunkDecoder decoder_;
    error_code failed_;
    std::shared_ptr<UpstreamPool> pool_;
};

} // namespace caredian::net::http
