#pragma once
/// The rule for paths that every Disk applies, so that the fake refuses what the real one refuses.
#include <string_view>

#include "mednexus/core/result.hpp"

namespace mednexus::disk {

inline constexpr std::size_t kPathSizeBytesMax = 1024;
inline constexpr std::size_t kPartSizeBytesMax = 255;

/// The folder under the root that holds files being written. No path of a caller may begin with it.
inline constexpr std::string_view kTemporaryFolder = ".tmp";

/// A file's path: parts of 1..255 bytes joined by single '/', none "." or "..", no control
/// character, first part not ".tmp".
///
/// Errors   invalid, naming the rule and never the path
[[nodiscard]] Result<void> check_path(std::string_view path);

/// The same for a folder, where the empty path is the root itself.
[[nodiscard]] Result<void> check_folder(std::string_view folder);

}  // namespace mednexus::disk
