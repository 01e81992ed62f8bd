// The hands of the foreign tests: crypt4gh_tool seal|open|add|rewrap IN OUT KEY…, keys in hex. A
// tool of the tests and never installed: real secrets do not travel in arguments.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/storage/crypt4gh.hpp"

namespace mednexus::storage {
namespace {

struct Job {
    std::string verb;
    Bytes content;
    std::vector<Bytes> keys;
};

Result<crypto::X25519SecretKey> secret_of(const Job& job) {
    return crypto::X25519SecretKey::from(job.keys.front());
}

Result<std::vector<crypto::X25519PublicKey>> publics_of(const Job& job, std::size_t skipped) {
    std::vector<crypto::X25519PublicKey> out;
    for (std::size_t i = skipped; i < job.keys.size(); ++i) {
        MN_TRY(const auto key, crypto::X25519PublicKey::from(job.keys[i]));
        out.push_back(key);
    }
    return out;
}

Bytes join(const Header& header, BytesView body) {
    Bytes out = encode_header(header);
    append(out, body);
    return out;
}

Result<Bytes> run_seal(const Job& job, Random& random) {
    MN_TRY(const auto readers, publics_of(job, 0));
    MN_TRY(const Sealed sealed, seal(job.content, readers, random));
    return join(sealed.header, sealed.body);
}

Result<Bytes> run_open(const Job& job) {
    MN_TRY(const Container file, parse_container(job.content));
    MN_TRY(const auto secret, secret_of(job));
    MN_TRY(const Sensitive<Bytes> plain, open(file.header, file.body, secret));
    return plain.reveal();
}

Result<Bytes> run_share(const Job& job, Random& random) {
    MN_TRY(const Container file, parse_container(job.content));
    MN_TRY(const auto secret, secret_of(job));
    MN_TRY(const auto readers, publics_of(job, 1));
    if (job.verb == "rewrap") {
        MN_TRY(const Header header, rewrap_for(file.header, secret, readers, random));
        return join(header, file.body);
    }
    MN_TRY(const Header header, add_recipient(file.header, secret, readers.front(), random));
    return join(header, file.body);
}

Result<Bytes> run(const Job& job) {
    crypto::SystemRandom random;
    if (job.verb == "seal") {
        return run_seal(job, random);
    }
    return job.verb == "open" ? run_open(job) : run_share(job, random);
}

Result<std::vector<Bytes>> keys_of(std::span<char*> arguments) {
    std::vector<Bytes> out;
    for (const char* argument : arguments) {
        MN_TRY(Bytes key, codec::parse_hex(argument));
        out.push_back(std::move(key));
    }
    return out;
}

int run_main(std::span<char*> arguments) {
    if (arguments.size() < 5) {
        std::cerr << "usage: crypt4gh_tool seal|open|add|rewrap IN OUT KEY...\n";
        return kExitUsage;
    }
    std::ifstream in(arguments[2], std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    auto keys = keys_of(arguments.subspan(4));
    const auto out = keys ? run({arguments[1], to_bytes(content), *std::move(keys)})
                          : Result<Bytes>(tl::unexpected(keys.error()));
    if (!out) {
        std::cerr << out.error().what << '\n';
        return exit_code_of(out.error().kind);
    }
    std::ofstream(arguments[3], std::ios::binary) << text_of(*out);
    return 0;
}

}  // namespace
}  // namespace mednexus::storage

int main(int argc, char** argv) {
    return mednexus::storage::run_main(std::span(argv, static_cast<std::size_t>(argc)));
}
