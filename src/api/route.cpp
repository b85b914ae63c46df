#include "api/route.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace caredian::api {

net::http::Route make_route(std::string path, net::http::Method method, std::string access,
                            std::string summary, std::size_t body_limit,
                            net::http::Handler handler) {
    net::http::Route route;
    route.path = std::move(path);
    route.methods = {method};
    route.access = std::move(access);
    route.summary = std::move(summary);
    route.body_limit = body_limit;
    route.handler = std::move(handler);
    return route;
}

net::http::Response too_busy() {
    return net::http::Response::problem(503, "too much to do: try again");
}

void replace_answer(net::http::Response& answer, net::http::Response with) {
    std::ranges::move(answer.headers, std::back_inserter(with.headers));
    answer = std::move(with);
}

} // namespace caredian::api
