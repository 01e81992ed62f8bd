#include <array>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/merkle/merkle.hpp"

namespace mednexus::merkle {
namespace {

constexpr Hasher kRfc6962{crypto::rfc6962_leaf, crypto::rfc6962_node};

// The leaves and roots that the RFC 6962 implementations test with (certificate-transparency,
// transparency-dev/merkle), recomputed with golang.org/x/mod/sumdb/tlog.
constexpr std::array<std::string_view, 8> kLeaves{"",
                                                  "00",
                                                  "10",
                                                  "2021",
                                                  "3031",
                                                  "40414243",
                                                  "5051525354555657",
                                                  "606162636465666768696a6b6c6d6e6f"};
constexpr std::array<std::string_view, 8> kRoots{
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(Merkle, MatchesThePublishedRootsOfRfc6962Trees) {
    std::vector<Hash32> leaves;
    for (std::size_t i = 0; i < kLeaves.size(); ++i) {
        leaves.push_back(kRfc6962.leaf(*codec::parse_hex(kLeaves[i])));
        EXPECT_EQ(codec::to_hex(root_of(kRfc6962, leaves).view()), kRoots[i]) << i + 1;
    }
}

}  // namespace
}  // namespace mednexus::merkle
