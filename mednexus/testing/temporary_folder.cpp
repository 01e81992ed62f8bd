#include "mednexus/testing/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "mednexus/core/check.hpp"

namespace mednexus::testing {

TemporaryFolder::TemporaryFolder()
    : path_((std::filesystem::temp_directory_path() / "mednexus-test-XXXXXX").string()) {
    MN_CHECK(::mkdtemp(path_.data()) != nullptr);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace mednexus::testing
