#pragma once
/// Seals single database fields: ChaCha20-Poly1305 with a random nonce in front, bound to
/// "table/row/column". Source: docs/formats/home.md, "Sealed fields". Threads: safe when the
/// Random is.
#include <string>
#include <string_view>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/crypto/aead.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::service::internal {

/// Where a field stands.
struct FieldPlace {
    std::string_view table;
    std::string_view row;
    std::string_view column;
};

class FieldSeal {
public:
    FieldSeal(const Secret<32>& home_key, Random& random)
        : key_(crypto::derive_key(home_key, "mednexus/database/v1")),
          mac_key_(crypto::derive_key(home_key, "mednexus/dedupe/v1")),
          random_(&random) {}

    /// Returns nonce ‖ ciphertext ‖ tag.
    [[nodiscard]] Bytes seal(const FieldPlace& place, BytesView plain) const {
        const auto nonce = random_id<crypto::AeadNonce>(*random_);
        Bytes out = to_bytes(nonce.view());
        append(out, crypto::aead_seal(key_, nonce, bytes_of(aad_of(place)), plain));
        return out;
    }

    /// Errors: corrupt, also for a field that was moved to another row.
    [[nodiscard]] Result<Bytes> open(const FieldPlace& place, BytesView sealed) const {
        constexpr std::size_t kNonce = crypto::AeadNonce::kSizeBytes;
        if (sealed.size() < kNonce) {
            return fail(Kind::corrupt, "database: a sealed field is too short");
        }
        MN_TRY(const auto nonce, crypto::AeadNonce::from(sealed.first(kNonce)));
        auto plain =
            crypto::aead_open(key_, nonce, bytes_of(aad_of(place)), sealed.subspan(kNonce));
        if (!plain) {
            return fail_in("database: " + std::string(place.table), plain.error());
        }
        return plain;
    }

    /// A name for content that says nothing without the home key: to find what was seen before.
    [[nodiscard]] Hash32 mac(BytesView content) const {
        return crypto::hmac_sha256(mac_key_.reveal(), content);
    }

private:
    static std::string aad_of(const FieldPlace& place) {
        std::string out(place.table);
        out.append("/").append(place.row).append("/").append(place.column);
        return out;
    }

    crypto::AeadKey key_;
    Secret<32> mac_key_;
    Random* random_;
};

}  // namespace mednexus::service::internal
