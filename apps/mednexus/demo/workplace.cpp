#include "apps/mednexus/demo/workplace.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

namespace mednexus::demo {
namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 2> kOutcome{"match.mnx", "trust.policy"};
constexpr std::array<const char*, 6> kFolders{
    "inputs", "homes", "passphrases", "logs", "cards", "agreement"};

Result<std::string> make_temporary() {
    const char* base = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): one thread
    std::string name = std::string(base != nullptr && *base != '\0' ? base : "/tmp");
    name += "/mednexus-demo-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        return fail(Kind::io, "demo: cannot make a folder like " + name);
    }
    return name;
}

Result<std::string> make_named(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder, error)) {
        return fail(Kind::io, "demo: cannot make folder " + folder);
    }
    if (!fs::is_empty(folder, error) || error) {
        return fail(Kind::conflict, "demo: folder " + folder + " is not empty");
    }
    fs::permissions(folder, fs::perms::owner_all, error);
    return folder;
}

}  // namespace

Result<Workplace> Workplace::make(const std::string& folder) {
    MN_TRY(const std::string made, folder.empty() ? make_temporary() : make_named(folder));
    std::error_code error;
    const Workplace workplace(fs::canonical(made, error).string());
    for (const char* name : kFolders) {
        fs::create_directory(workplace.path(name), error);
        fs::permissions(workplace.path(name), fs::perms::owner_all, error);
        if (error) {
            return fail(Kind::io, "demo: cannot make folder " + workplace.path(name));
        }
    }
    return workplace;
}

std::string Workplace::path(std::string_view relative) const {
    return folder_ + "/" + std::string(relative);
}

Result<void> Workplace::write(std::string_view relative, BytesView bytes) const {
    const std::string target = path(relative);
    std::error_code error;
    fs::create_directories(fs::path(target).parent_path(), error);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open's mode
    const int file = ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    std::size_t done = 0;
    while (file >= 0 && done < bytes.size()) {
        const ssize_t count = ::write(file, bytes.data() + done, bytes.size() - done);
        if (count <= 0) {
            break;
        }
        done += static_cast<std::size_t>(count);
    }
    if (file < 0 || ::close(file) != 0 || done != bytes.size()) {
        return fail(Kind::io, "demo: cannot write " + target);
    }
    return {};
}

Result<std::string> Workplace::read(std::string_view relative) const {
    std::ifstream in(path(relative), std::ios::binary);
    if (!in) {
        return fail(Kind::not_found, "demo: no file " + path(relative));
    }
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (in.bad()) {
        return fail(Kind::io, "demo: cannot read " + path(relative));
    }
    return text;
}

Result<void> Workplace::rename(std::string_view from, std::string_view to) const {
    std::error_code error;
    fs::rename(path(from), path(to), error);
    if (error) {
        return fail(Kind::io, "demo: cannot rename " + path(from));
    }
    return {};
}

bool Workplace::exists(std::string_view relative) const {
    std::error_code error;
    return fs::exists(path(relative), error);
}

void Workplace::remove_all_but_outcome() const {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
        const std::string name = entry.path().filename().string();
        if (name != kOutcome[0] && name != kOutcome[1]) {
            fs::remove_all(entry.path(), error);
        }
    }
    if (fs::is_empty(folder_, error)) {
        fs::remove(folder_, error);
    }
}

}  // namespace mednexus::demo
