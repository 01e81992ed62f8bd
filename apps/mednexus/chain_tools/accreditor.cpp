#include "apps/mednexus/chain_tools/accreditor.hpp"

#include <filesystem>

#include "apps/mednexus/files.hpp"
#include "mednexus/crypto/key_wrap.hpp"
#include "mednexus/crypto/secp256k1.hpp"

namespace mednexus::chain_tools {

bool has_accreditor(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

Result<Secret<32>> make_accreditor(const std::string& path,
                                   const SecretBytes& passphrase,
                                   Random& random,
                                   crypto::Argon2idCost cost) {
    Secret<32> key;
    do {
        random.fill(key.mutable_reveal());
    } while (!crypto::is_valid_scalar(key));
    MN_TRY(const Bytes wrapped,
           crypto::wrap_with_passphrase(passphrase, key.reveal(), cost, random));
    MN_DO(cli::write_output(path, wrapped, cli::Existing::refuse));
    return key;
}

Result<Secret<32>> open_accreditor(const std::string& path, const SecretBytes& passphrase) {
    MN_TRY(const Bytes wrapped, cli::read_input(path, crypto::kWrappedSizeBytesMax));
    const auto plain = crypto::unwrap_with_passphrase(passphrase, wrapped);
    if (!plain) {
        return fail_in(path, plain.error());
    }
    auto key = Secret<32>::from(plain->reveal());
    if (!key || !crypto::is_valid_scalar(*key)) {
        return fail(Kind::corrupt, path + ": holds no account's key");
    }
    return key;
}

}  // namespace mednexus::chain_tools
