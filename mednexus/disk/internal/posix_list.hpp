#pragma once
#include <string>
#include <vector>

#include "mednexus/disk/internal/posix_io.hpp"

namespace mednexus::disk::internal {

/// Names directly under `folder` ("" is the root), sorted; folders end in '/'. What is neither a
/// file nor a folder is left out. A missing folder is empty. Errors: io.
[[nodiscard]] Result<std::vector<std::string>> list_folder(const Descriptor& root,
                                                           const std::string& folder);

}  // namespace mednexus::disk::internal
