#include "mednexus/core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace mednexus::internal {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "mednexus: broken invariant: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace mednexus::internal
