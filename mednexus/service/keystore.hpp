#pragma once
/// Where an institution's private keys rest. The file implementation seals all of them together
/// under a passphrase; a hardware token can stand behind the same port. See docs/formats/home.md.
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/clock.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/crypto/x25519.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::service {

using NamedKeys = std::map<std::string, SecretBytes, std::less<>>;

class KeyStore {
public:
    virtual ~KeyStore() = default;
    /// Errors: not_found.
    [[nodiscard]] virtual Result<SecretBytes> get(std::string_view name) const = 0;
    /// Adds all or none; durable when it returns. Errors: conflict: a name holds another key; io.
    [[nodiscard]] virtual Result<void> put(const NamedKeys& keys) = 0;
    [[nodiscard]] virtual std::vector<std::string> names() const = 0;
};

inline constexpr std::string_view kKeyStorePath = "keys/keystore.mnk";

struct FileKeyStoreOptions {
    SecretBytes passphrase;
    crypto::Argon2idCost cost{};  ///< of a new file; an old one says its own
};

/// All keys in one sealed file of `disk`, which must outlive the store. Threads: not safe.
/// A missing file is an empty store, made by the first put.
/// Errors   denied: wrong passphrase; corrupt; io
[[nodiscard]] Result<std::unique_ptr<KeyStore>> open_file_keystore(Disk& disk,
                                                                   FileKeyStoreOptions options,
                                                                   Random& random);

/// The keys of one institution, as its processes use them.
struct Keys {
    crypto::NoteSigner log;       ///< "<name>/log"
    crypto::NoteSigner identity;  ///< "<name>"
    crypto::X25519SecretKey sealing;
    Secret<32> account;  ///< secp256k1: signs the institution's transactions
    TlsIdentity tls;
    Secret<32> home;  ///< root of everything that this home seals for itself
};

/// Errors   internal: the TLS library refused
[[nodiscard]] Result<Keys> make_keys(std::string_view name, UnixTime now, Random& random);
[[nodiscard]] Result<void> save_keys(KeyStore& store, const Keys& keys);
/// Errors   corrupt: a key is missing or has the wrong length
[[nodiscard]] Result<Keys> load_keys(const KeyStore& store, std::string_view name);

}  // namespace mednexus::service
