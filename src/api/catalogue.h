// GET /api/v1/catalogue: which fields the home's devices have, with units, classes, how many
// devices and when they were seen last. Access: "signed-in"; of the devices that the caller may
// see.
//
//   format=json|markdown|csv   lang=en|ko (of Markdown)
#pragma once

#include "api/visible.h"
#include "devices/catalogue.h"
#include "devices/registry.h"
#include "net/http/router.h"

namespace caredian::api {

// All outlive the router.
void add_catalogue_routes(net::http::Router& router, const devices::Registry& registry,
                          const Clock& clock, const Seeing& seeing = {});

enum class CatalogueFormat { json, markdown, csv };
std::optional<CatalogueFormat> parse_catalogue_format(std::string_view text); // "": json
std::string catalogue_text(const devices::Catalogue& catalogue, CatalogueFormat format,
                           WallTime made, bool korean);

} // namespace caredian::api
