#include "mednexus/service/keystore.hpp"

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/key_wrap.hpp"
#include "mednexus/crypto/secp256k1.hpp"
#include "mednexus/crypto/tls_identity.hpp"

namespace mednexus::service {

namespace {

constexpr int kTlsYears = 10;

/// The keys as one canonical JSON object of base64 texts; wiped by whoever holds it.
SecretBytes write_keys(const NamedKeys& keys) {
    json::Object out;
    for (const auto& [name, key] : keys) {
        out.set(name, codec::to_base64(key.reveal()));
    }
    std::string text = json::write_canonical(out);
    SecretBytes sealed(to_bytes(std::string_view(text)));
    wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    return sealed;
}

Result<NamedKeys> parse_keys(const SecretBytes& raw) {
    const auto wrong = [] { return fail(Kind::corrupt, "keystore: its content is no key list"); };
    const auto value = json::parse(text_of(raw.reveal()));
    if (!value || value->as_object() == nullptr) {
        return wrong();
    }
    NamedKeys out;
    for (const auto& [name, member] : value->as_object()->members()) {
        if (member.as_string() == nullptr) {
            return wrong();
        }
        auto key = codec::parse_base64(*member.as_string());
        if (!key) {
            return wrong();
        }
        out.emplace(name, SecretBytes(std::move(*key)));
    }
    return out;
}

class FileKeyStore final : public KeyStore {
public:
    FileKeyStore(Disk& disk, FileKeyStoreOptions options, Random& random, NamedKeys keys)
        : disk_(disk), options_(std::move(options)), random_(random), keys_(std::move(keys)) {}

    Result<SecretBytes> get(std::string_view name) const override {
        const auto at = keys_.find(name);
        if (at == keys_.end()) {
            return fail(Kind::not_found, "keystore: no key " + std::string(name));
        }
        return at->second.clone();
    }

    Result<void> put(const NamedKeys& keys) override {
        NamedKeys joined;
        for (const auto& [name, key] : keys_) {
            joined.emplace(name, key.clone());
        }
        for (const auto& [name, key] : keys) {
            const auto [at, is_new] = joined.try_emplace(name, key.clone());
            if (!is_new && !crypto::equal_in_constant_time(at->second.reveal(), key.reveal())) {
                return fail(Kind::conflict, "keystore: " + name + " holds another key");
            }
        }
        MN_DO(write(joined));
        keys_ = std::move(joined);
        return {};
    }

    std::vector<std::string> names() const override {
        std::vector<std::string> out;
        for (const auto& [name, key] : keys_) {
            out.push_back(name);
        }
        return out;
    }

private:
    Result<void> write(const NamedKeys& keys) {
        const SecretBytes plain = write_keys(keys);
        MN_TRY(const Bytes wrapped,
               crypto::wrap_with_passphrase(
                   options_.passphrase, plain.reveal(), options_.cost, random_));
        return disk_.write(std::string(kKeyStorePath), wrapped);
    }

    Disk& disk_;
    FileKeyStoreOptions options_;
    Random& random_;
    NamedKeys keys_;
};

/// A home was made with all of its keys, so one that is not there was lost.
Result<SecretBytes> need_key(const KeyStore& store, std::string_view name) {
    auto key = store.get(name);
    if (!key && key.error().kind == Kind::not_found) {
        return fail(Kind::corrupt, key.error().what);
    }
    return key;
}

Result<Secret<32>> load_secret(const KeyStore& store, std::string_view name) {
    MN_TRY(const SecretBytes raw, need_key(store, name));
    auto secret = Secret<32>::from(raw.reveal());
    if (!secret) {
        return fail(Kind::corrupt, "keystore: " + std::string(name) + " has the wrong length");
    }
    return secret;
}

SecretBytes bytes_of_secret(const Secret<32>& secret) {
    return SecretBytes(to_bytes(BytesView(secret.reveal())));
}

}  // namespace

Result<std::unique_ptr<KeyStore>> open_file_keystore(Disk& disk,
                                                     FileKeyStoreOptions options,
                                                     Random& random) {
    NamedKeys keys;
    const auto wrapped = disk.read(std::string(kKeyStorePath), crypto::kWrappedSizeBytesMax);
    if (!wrapped && wrapped.error().kind != Kind::not_found) {
        return fail_in("keystore", wrapped.error());
    }
    if (wrapped) {
        auto plain = crypto::unwrap_with_passphrase(options.passphrase, *wrapped);
        if (!plain) {
            return fail_in("keystore", plain.error());
        }
        MN_TRY(keys, parse_keys(*plain));
    }
    return std::unique_ptr<KeyStore>(
        std::make_unique<FileKeyStore>(disk, std::move(options), random, std::move(keys)));
}

Result<Keys> make_keys(std::string_view name, UnixTime now, Random& random) {
    const std::string owner(name);
    MN_TRY(crypto::TlsKeyPair tls, crypto::make_tls_identity(name, now, kTlsYears));
    Keys keys{.log = {owner + "/log", crypto::make_ed25519_seed(random)},
              .identity = {owner, crypto::make_ed25519_seed(random)},
              .sealing = crypto::make_x25519_secret(random),
              .account = crypto::make_secp256k1_key(random),
              .tls = {std::move(tls.private_key_pkcs8_der), std::move(tls.certificate_der)},
              .home = {}};
    random.fill(keys.home.mutable_reveal());
    return keys;
}

Result<void> save_keys(KeyStore& store, const Keys& keys) {
    NamedKeys named;
    named.emplace("log", bytes_of_secret(keys.log.seed));
    named.emplace("identity", bytes_of_secret(keys.identity.seed));
    named.emplace("sealing", bytes_of_secret(keys.sealing));
    named.emplace("account", bytes_of_secret(keys.account));
    named.emplace("home", bytes_of_secret(keys.home));
    named.emplace("tls", keys.tls.private_key.clone());
    named.emplace("tls-certificate", SecretBytes(keys.tls.certificate));
    return store.put(named);
}

Result<Keys> load_keys(const KeyStore& store, std::string_view name) {
    const std::string owner(name);
    Keys keys;
    keys.log.name = owner + "/log";
    keys.identity.name = owner;
    MN_TRY(keys.log.seed, load_secret(store, "log"));
    MN_TRY(keys.identity.seed, load_secret(store, "identity"));
    MN_TRY(keys.sealing, load_secret(store, "sealing"));
    MN_TRY(keys.account, load_secret(store, "account"));
    MN_TRY(keys.home, load_secret(store, "home"));
    MN_TRY(keys.tls.private_key, need_key(store, "tls"));
    MN_TRY(const SecretBytes certificate, need_key(store, "tls-certificate"));
    keys.tls.certificate = to_bytes(certificate.reveal());
    return keys;
}

}  // namespace mednexus::service
