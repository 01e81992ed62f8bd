#include "mednexus/crypto/system_random.hpp"

#include <array>
#include <set>

#include <gtest/gtest.h>

#include "mednexus/core/ids.hpp"

namespace mednexus::crypto {
namespace {

TEST(SystemRandom, NeverRepeatsAnId) {
    SystemRandom random;
    std::set<CaseId> seen;
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(seen.insert(random_id<CaseId>(random)).second);
    }
}

TEST(SystemRandom, FillsEveryByte) {
    SystemRandom random;
    std::array<std::uint8_t, 64> ever{};
    for (int i = 0; i < 64; ++i) {
        std::array<std::uint8_t, 64> bytes{};
        random.fill(bytes);
        for (std::size_t k = 0; k < ever.size(); ++k) {
            ever[k] |= bytes[k];
        }
    }
    for (const std::uint8_t byte : ever) {
        EXPECT_NE(byte, 0);
    }
    random.fill({});
}

}  // namespace
}  // namespace mednexus::crypto
