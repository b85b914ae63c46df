// Routes as a table: one row = path, method, who may, handler.
#pragma once

#include "net/http/message.h"

#include <any>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::net::http {

// What a handler is called with. `principal` is whatever the gate put there (identity's business).
struct Context {
    const Request& request;
    // Values of the pattern's {names}, percent-decoded, in order; for a trailing "*" the raw rest.
    std::vector<std::string> parameters;
    std::any* principal = nullptr; // filled by Gate
};

// A handler that does not wait (no coroutine frame: for the hot path) or one that does.
using QuickHandler = std::function<Response(Context&)>;
using Handler = std::function<awaitable<Response>(Context&)>;

struct Route {
    std::string path;            // "/api/v1/devices/{id}", "/ha/api/*", "/auth/verify"
    std::vector<Method> methods; // HEAD is served by GET's handler; empty = every method
    std::string access;          // who may call it: read by the gate ("public", "optional",
                                 // "signed-in", "admin": access/decision.h)
    QuickHandler quick;          // exactly one of the two is set
    Handler handler;
    std::size_t body_limit = 64 * 1024; // bytes; 0 = no body accepted. 413 beyond
    // false: the server reads the whole body first (request.body_text; slow, broken and too large
    // ones never reach the handler). true: the handler reads request.body, piece by piece.
    bool stream_body = false;
    std::string summary; // for /openapi.json
    // The handler is cut short (its waits throw operation_aborted) when the client leaves before
    // the answer: for handlers that only pass on, never for those that change something.
    bool cancel_when_client_leaves = false;
    std::size_t number = 0; // its place in Router::routes(); given by Router::add
};

// Decides before a handler runs: identity and access stand behind it (wired by app).
// Returns nothing to let the request pass, else the answer. Must not block.
// A gate that has to wait (a session that is not cached) is asked a second time through `slow`.
// Headers that a gate leaves in `answer` when it lets a request pass, or waits, come with the
// handler's response; the second time they are in `answer` again.
class Gate {
public:
    enum class Verdict { pass, answer, wait };
    virtual ~Gate() = default;
    virtual Verdict check(const Request& request, const Route& route, std::any& principal,
                          Response& answer) = 0;
    virtual awaitable<Verdict> check_slowly(const Request& request, const Route& route,
                                            std::any& principal, Response& answer) = 0;
    // Under which key a stream that is sent to this principal can be ended (its session, say): the
    // live_key of responses that name none. Empty: none.
    virtual std::string live_key(const std::any& principal) const {
        static_cast<void>(principal);
        return {};
    }
};

// Finds a row. Built once, then read by all workers. Where several patterns fit, literal segments
// win over names, and names over a trailing "*" (which takes at least one segment, maybe empty).
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    // Throws std::logic_error on a pattern that is there already and on a row without a handler.
    void add(Route route);
    struct Match {
        const Route* route = nullptr; // nullptr: see allow
        std::vector<std::string> parameters;
        std::string allow; // not empty: 405 with this Allow; empty: 404
    };
    // Exact paths are found without allocating. `path` is raw; segments are decoded after the
    // split.
    Match match(Method method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

private:
    struct Index;
    std::vector<Route> routes_;
    std::unique_ptr<Index> index_;
};

} // namespace caredian::net::http
