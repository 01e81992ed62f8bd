#include "mednexus/crypto/key_wrap.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/aead.hpp"

namespace mednexus::crypto {

namespace {

constexpr std::string_view kMagic = "mnx-wrap";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kSaltSizeBytes = 16;
static_assert(kWrapHeaderSizeBytes == kMagic.size() + sizeof kVersion + 2 * sizeof(std::uint32_t) +
                                          kSaltSizeBytes + AeadNonce::kSizeBytes);

struct Header {
    Argon2idCost cost;
    std::array<std::uint8_t, kSaltSizeBytes> salt{};
    AeadNonce nonce;
};

Bytes write_header(const Header& header) {
    Bytes out = to_bytes(kMagic);
    codec::append_be(out, kVersion);
    codec::append_be(out, header.cost.memory_kib);
    codec::append_be(out, header.cost.passes);
    append(out, header.salt);
    append(out, header.nonce.view());
    MN_CHECK(out.size() == kWrapHeaderSizeBytes);
    return out;
}

bool is_within(Argon2idCost cost, Argon2idCost max) noexcept {
    return cost.memory_kib >= 8 && cost.memory_kib <= max.memory_kib && cost.passes >= 1 &&
           cost.passes <= max.passes;
}

Failure corrupt(std::string_view rule) {
    return fail(Kind::corrupt, "key_wrap: " + std::string(rule));
}

/// Needs: at least kWrapHeaderSizeBytes, so that no read below can fail.
Result<Header> parse_header(BytesView raw, Argon2idCost cost_max) {
    codec::Cursor cursor(raw);
    MN_TRY(const BytesView magic, cursor.take(kMagic.size()));
    MN_TRY(const std::uint16_t version, cursor.u16_be());
    MN_TRY(const std::uint32_t memory_kib, cursor.u32_be());
    MN_TRY(const std::uint32_t passes, cursor.u32_be());
    MN_TRY(const BytesView salt, cursor.take(kSaltSizeBytes));
    MN_TRY(const BytesView nonce_bytes, cursor.take(AeadNonce::kSizeBytes));
    MN_TRY(const AeadNonce nonce, AeadNonce::from(nonce_bytes));
    if (text_of(magic) != kMagic) {
        return corrupt("not a wrapped secret");
    }
    if (version != kVersion) {
        return corrupt("unknown version " + std::to_string(version));
    }
    Header out{.cost = {.memory_kib = memory_kib, .passes = passes}, .salt = {}, .nonce = nonce};
    if (!is_within(out.cost, cost_max)) {
        return corrupt("cost outside its bounds");
    }
    std::copy(salt.begin(), salt.end(), out.salt.begin());
    return out;
}

}  // namespace

Result<Bytes> wrap_with_passphrase(const SecretBytes& passphrase,
                                   BytesView plain,
                                   Argon2idCost cost,
                                   Random& random) {
    if (!is_within(cost, kWrapCostMax)) {
        return fail(Kind::invalid, "key_wrap: cost outside its bounds");
    }
    if (plain.size() > kWrappedSizeBytesMax - kWrapHeaderSizeBytes - kAeadTagSizeBytes) {
        return fail(Kind::invalid, "key_wrap: " + std::to_string(plain.size()) + " bytes");
    }
    Header header{.cost = cost, .salt = {}, .nonce = {}};
    random.fill(header.salt);
    random.fill(header.nonce.mutable_array());
    MN_TRY(const AeadKey key, argon2id(passphrase, header.salt, cost));
    Bytes out = write_header(header);
    append(out, aead_seal(key, header.nonce, out, plain));
    return out;
}

Result<SecretBytes> unwrap_with_passphrase(const SecretBytes& passphrase,
                                           BytesView wrapped,
                                           Argon2idCost cost_max) {
    if (wrapped.size() > kWrappedSizeBytesMax) {
        return corrupt("longer than allowed");
    }
    if (wrapped.size() < kWrapHeaderSizeBytes + kAeadTagSizeBytes) {
        return corrupt("truncated");
    }
    const BytesView raw_header = wrapped.first(kWrapHeaderSizeBytes);
    MN_TRY(const Header header, parse_header(raw_header, cost_max));
    MN_TRY(const AeadKey key, argon2id(passphrase, header.salt, header.cost));
    auto plain = aead_open(key, header.nonce, raw_header, wrapped.subspan(kWrapHeaderSizeBytes));
    if (!plain) {
        return fail(Kind::denied, "key_wrap: wrong passphrase, or the bytes were changed");
    }
    return SecretBytes(*std::move(plain));
}

}  // namespace mednexus::crypto
