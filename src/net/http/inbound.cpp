#include "net/http/inbound.h"

#include "base/encoding.h"

#include <algorithm>
#include <utility>

namespace caredian::net::http {

Inbound::~Inbound() {
    up_->consume(taken_);
    if (pool_ && done_ && reusable_ && up_->buffered().empty()) pool_->give_back(std::move(up_));
}

std::optional<std::uint64_t> Inbound::content_length() const {
    if (!head_.framing.has_length) return {};
    return head_.framing.length;
}

std::string_view Inbound::at_hand() {
    auto piece = take();
    return piece ? *piece : std::string_view{};
}

awaitable<result<std::string_view>> Inbound::read_some() {
    for (;;) {
        if (failed_) co_return failed_;
        auto piece = take();
        if (!piece) failed_ = piece.error();
        if (!piece || !piece->empty() || done_) co_return piece;
        error_code error;
        if (!up_->fill_now(error)) error = co_await up_->fill(std::chrono::milliseconds(0));
        if (error == Errc::end_of_stream && until_close_) {
            done_ = true;
            co_return std::string_view{};
        }
        if (error) failed_ = error == Errc::end_of_stream ? Errc::closed : error;
    }
}

bool Inbound::parse(error_code& error, std::size_t limit) {
    for (int interim = 0; interim < 10; ++interim) {
        auto bytes = up_->buffered();
        auto scan = scan_head(bytes, looked_);
        looked_ = scan.looked;
        if (scan.bare_lf) error = Errc::bad_message;
        if (!scan.complete && bytes.size() >= limit) error = Errc::header_too_large;
        if (error || !scan.complete) return false;
        bytes_.assign(bytes.substr(0, scan.end));
        auto parsed = parse_response_head(bytes_, head_);
        if (parsed.state != HeadResult::done || parsed.size != scan.end || (head_.status == 101)) {
            error = Errc::bad_message;
            return false;
        }
        up_->consume(scan.end);
        looked_ = 0;
        if (head_.status >= 200) {
            settle();
            return true;
        }
    }
    error = Errc::bad_message;
    return false;
}

void Inbound::settle() {
    head_.fields.drop_if([&](const HeaderView& field) {
        return is_hop_by_hop(field.name) || iequals_ascii(field.name, "content-length") ||
               has_token(head_.connection, field.name);
    });
    bool none = head_request_ || head_.status == 204 || head_.status == 304;
    until_close_ = !none && !head_.framing.chunked && !head_.framing.has_length;
    left_ = head_.framing.length;
    done_ = none || (head_.framing.has_length && left_ == 0);
    reusable_ = reusable_ && head_.keep_alive && !until_close_;
}

result<std::string_view> Inbound::take() {
    up_->consume(std::exchange(taken_, 0));
    if (done_) return std::string_view{};
    auto bytes = up_->buffered();
    if (!head_.framing.chunked) {
        if (!until_close_)
            bytes = bytes.substr(
                0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
        left_ -= until_close_ ? 0 : bytes.size();
        done_ = !until_close_ && left_ == 0;
        taken_ = bytes.size();
        return bytes;
    }
    auto step = decoder_.step(bytes);
    taken_ = step.consumed;
    if (step.state == ChunkDecoder::State::bad) return Errc::bad_message;
    if (step.state == ChunkDecoder::State::data) return step.data;
    done_ = step.state == ChunkDecoder::State::end;
    up_->consume(std::exchange(taken_, 0));
    return std::string_view{};
}

} // namespace caredian::net::http
