// For tests of rooms above: an empty database in a folder of its own.
#pragma once

#include "store/database.h"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace caredian::store {

class TestFolder {
public:
    TestFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "caredianXXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    std::string file(std::string_view name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

class TestDatabase {
public:
    // Empty: a file of its own.
    explicit TestDatabase(std::string url = {})
        : url_(url.empty() ? "sqlite:" + folder_.file("a.db") : std::move(url)) {
        reopen();
    }
    Database& operator*() { return *database_; }
    Database* operator->() { return database_.get(); }
    // As after a restart of the program.
    void reopen() {
        database_.reset();
        database_ = open_database(url_).value();
    }
    const TestFolder& folder() const { return folder_; }

private:
    TestFolder folder_;
    std::string url_;
    std::unique_ptr<Database> database_;
};

} // namespace caredian::store
