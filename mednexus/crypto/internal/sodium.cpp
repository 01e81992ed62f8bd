#include "mednexus/crypto/internal/sodium.hpp"

#include <sodium.h>

#include "mednexus/core/check.hpp"

namespace mednexus::crypto::internal {

void need_sodium() {
    static const int state = sodium_init();  // 0: done now, 1: was done before
    MN_CHECK(state >= 0);
}

}  // namespace mednexus::crypto::internal
