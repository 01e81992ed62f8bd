#pragma once
/// What an institution keeps to itself, read from its home as its owner could: with the passphrase,
/// by docs/formats/home.md. Its daemon may run meanwhile. Threads: free functions.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::integration {

struct HomeSecrets {
    std::string name;                       ///< in front of what findings say
    Secret<32> home_key;                    ///< what the fields are sealed under
    std::map<std::string, Bytes> own_keys;  ///< of the key store, and the passphrase
    std::map<std::string, Bytes> seeds;     ///< share, data, patients
    std::map<std::string, std::vector<std::int8_t>> cases;  ///< vectors
};

/// A failed test for what is not as it must be.
[[nodiscard]] HomeSecrets secrets_of(const std::string& home, const std::string& passphrase_file);

/// What a requester drew for the match that is under way.
struct AskedSecrets {
    std::vector<std::int8_t> vector;
    Bytes query_seed;
    Bytes opening_seed;
    Bytes salt;
};

/// Whether a match is under way that has kept this step.
[[nodiscard]] bool is_kept(const std::string& home, const std::string& step);

/// Nothing: no match is under way, or not so far.
[[nodiscard]] std::optional<AskedSecrets> asked_now(const std::string& home,
                                                    const Secret<32>& home_key);

}  // namespace mednexus::integration
