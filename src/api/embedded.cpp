#include "api/embedded.h"

#include <utility>

namespace caredian::api {

std::string_view content_type_of(std::string_view path) {
    static constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
        {".webmanifest", "application/manifest+json"},
    };
    for (const auto& [ending, type] : types)
        if (path.ends_with(ending)) return type;
    return "application/octet-stream";
}

net::http::Asset asset_of(const EmbeddedFile& file, bool immutable) {
    net::http::Asset asset;
    asset.content_type = content_type_of(file.path);
    asset.identity = file.identity;
    if (file.gzip.size() < file.identity.size()) asset.gzip = file.gzip;
    asset.etag = file.etag;
    asset.immutable = immutable;
    return asset;
}

const EmbeddedFile* find_file(std::span<const EmbeddedFile> files, std::string_view path) {
    for (const EmbeddedFile& file : files)
        if (file.path == path) return &file;
    return nullptr;
}

} // namespace caredian::api
