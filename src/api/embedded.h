// Files that are part of the binary: the console and the API's document.
// Their tables are made at build time by cmake/Embed.cmake.
#pragma once

#include "net/http/message.h"

#include <span>
#include <string_view>

namespace caredian::api {

// All views have static storage.
struct EmbeddedFile {
    std::string_view path;     // as served: "/assets/index-Bk3x9aQ2.js"
    std::string_view identity; // the bytes
    std::string_view gzip;     // the same, gzip -9
    std::string_view etag;     // with quotes, from the SHA-256 of the bytes
};

std::span<const EmbeddedFile> console_files();  // web/dist; empty when it was not built
std::span<const EmbeddedFile> document_files(); // docs/openapi.json, src/api/docs.css

// By the name's ending; "application/octet-stream" for what is not known.
std::string_view content_type_of(std::string_view path);

// The gzip form is left out where it would not be smaller (pictures, fonts).
net::http::Asset asset_of(const EmbeddedFile& file, bool immutable);

// The file of that path, or nullptr.
const EmbeddedFile* find_file(std::span<const EmbeddedFile> files, std::string_view path);

} // namespace caredian::api
