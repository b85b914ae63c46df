// A row of a resource's route table, from its parts; and an answer that every resource has.
#pragma once

#include "net/http/router.h"

#include <string>

namespace caredian::api {

// Give it `handler`, here or later, or `quick`. `body_limit` in bytes; 0: it takes no body.
net::http::Route make_route(std::string path, net::http::Method method, std::string access,
                            std::string summary, std::size_t body_limit = 0,
                            net::http::Handler handler = {});

// 503: the pool's queue is full (net/offload.h).
net::http::Response too_busy();

// `answer` becomes `with`; the headers that it has already stay.
void replace_answer(net::http::Response& answer, net::http::Response with);

} // namespace caredian::api
