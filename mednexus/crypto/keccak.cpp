// Crypto++ for Keccak-256 alone: OpenSSL 3.0 has only SHA-3's other padding.
#include <algorithm>
#include <array>

#include <cryptopp/keccak.h>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {

Hash32 keccak256(BytesView data) {
    CryptoPP::Keccak_256 state;  // its state is an array inside the object: no allocation
    state.Update(data.data(), data.size());
    Hash32 out;
    state.TruncatedFinal(out.mutable_array().data(), Hash32::kSizeBytes);
    return out;
}

Hash32 zero_g_leaf(BytesView data) {
    return keccak256(data);
}

Hash32 zero_g_node(const Hash32& left, const Hash32& right) {
    std::array<std::uint8_t, 2 * Hash32::kSizeBytes> both{};
    std::copy_n(left.array().begin(), Hash32::kSizeBytes, both.begin());
    std::copy_n(right.array().begin(), Hash32::kSizeBytes, both.begin() + Hash32::kSizeBytes);
    return keccak256(both);
}

}  // namespace mednexus::crypto
