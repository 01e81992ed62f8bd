#include "mednexus/disk/path.hpp"

#include <algorithm>

namespace mednexus::disk {
namespace {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

Result<void> check_part(std::string_view part) {
    if (part.empty()) {
        return fail(Kind::invalid, "disk.path: empty part, or '/' at an end");
    }
    if (part == "." || part == "..") {
        return fail(Kind::invalid, "disk.path: '.' and '..' are refused");
    }
    if (part.size() > kPartSizeBytesMax) {
        return fail(Kind::invalid, "disk.path: a part is longer than 255 bytes");
    }
    if (std::any_of(part.begin(), part.end(), is_control)) {
        return fail(Kind::invalid, "disk.path: control character");
    }
    return {};
}

}  // namespace

Result<void> check_path(std::string_view path) {
    if (path.size() > kPathSizeBytesMax) {
        return fail(Kind::invalid, "disk.path: longer than 1024 bytes");
    }
    if (path.substr(0, path.find('/')) == kTemporaryFolder) {
        return fail(Kind::invalid, "disk.path: '.tmp' is reserved");
    }
    for (std::string_view rest = path;;) {
        const std::size_t slash = rest.find('/');
        MN_DO(check_part(rest.substr(0, slash)));
        if (slash == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(slash + 1);
    }
}

Result<void> check_folder(std::string_view folder) {
    return folder.empty() ? Result<void>{} : check_path(folder);
}

}  // namespace mednexus::disk
