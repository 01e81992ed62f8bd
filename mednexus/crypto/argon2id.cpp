#include <sodium.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/internal/sodium.hpp"

namespace mednexus::crypto {

namespace {

constexpr std::uint32_t kMemoryKibMin = 8;
constexpr std::uint32_t kMemoryKibMax = 4194304;
constexpr std::uint32_t kPassesMin = 1;
constexpr std::uint32_t kPassesMax = 64;
static_assert(crypto_pwhash_argon2id_MEMLIMIT_MIN == kMemoryKibMin * 1024);
static_assert(crypto_pwhash_argon2id_OPSLIMIT_MIN == kPassesMin);
static_assert(crypto_pwhash_argon2id_SALTBYTES == 16);

bool is_allowed(Argon2idCost cost) noexcept {
    return cost.memory_kib >= kMemoryKibMin && cost.memory_kib <= kMemoryKibMax &&
           cost.passes >= kPassesMin && cost.passes <= kPassesMax;
}

}  // namespace

Result<Secret<32>> argon2id(const SecretBytes& passphrase, BytesView salt, Argon2idCost cost) {
    internal::need_sodium();
    if (!is_allowed(cost)) {
        return fail(Kind::invalid, "argon2id: cost outside its bounds");
    }
    if (salt.size() != crypto_pwhash_argon2id_SALTBYTES) {
        return fail(Kind::invalid,
                    "argon2id: the salt has " + std::to_string(salt.size()) + " bytes, not 16");
    }
    if (passphrase.size_bytes() > crypto_pwhash_argon2id_PASSWD_MAX) {
        return fail(Kind::invalid, "argon2id: the passphrase is too long");
    }
    const std::string_view characters = text_of(passphrase.reveal());
    Secret<32> out;
    const int status = crypto_pwhash_argon2id(
        out.mutable_reveal().data(),
        out.reveal().size(),
        characters.empty() ? "" : characters.data(),  // libsodium wants no null
        characters.size(),
        salt.data(),
        cost.passes,
        std::size_t{cost.memory_kib} * 1024,
        crypto_pwhash_argon2id_ALG_ARGON2ID13);
    if (status != 0) {
        return fail(Kind::busy, "argon2id: not enough memory");
    }
    return out;
}

}  // namespace mednexus::crypto
