#include "mednexus/da/roster.hpp"

#include <algorithm>
#include <set>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::da {

namespace {

constexpr std::string_view kDomain = "MNX-DA-1/roster\n";

Hash32 hash_of(const std::vector<crypto::NoteVerifier>& holders) {
    crypto::Sha256 hash;
    hash.update(bytes_of(kDomain));
    for (const crypto::NoteVerifier& holder : holders) {
        hash.update(bytes_of(crypto::write_vkey(holder) + "\n"));
    }
    return hash.finish();
}

}  // namespace

std::string_view name_of(Profile profile) noexcept {
    switch (profile) {
        case Profile::crash_only:
            return "crash-only";
    }
    return "";
}

Result<Profile> parse_profile(std::string_view name) {
    if (name == name_of(Profile::crash_only)) {
        return Profile::crash_only;
    }
    return fail(Kind::invalid, "da: a profile that does not exist");
}

Result<Code> code_of(Profile profile, std::size_t holders) {
    if (holders < 2 || holders > kCrashOnlyShardsMax) {
        return fail(Kind::invalid,
                    "da: profile " + std::string(name_of(profile)) + " has 2 to 16 holders, not " +
                        std::to_string(holders));
    }
    const auto n = static_cast<std::uint32_t>(holders);
    return Code{.n = n, .k = n - 1};
}

std::size_t quorum_of(Profile /*profile*/, std::size_t holders) noexcept {
    return holders;  // f = 0
}

Roster::Roster(std::vector<crypto::NoteVerifier> holders)
    : holders_(std::move(holders)), hash_(hash_of(holders_)) {}

Result<Roster> Roster::make(std::vector<crypto::NoteVerifier> holders) {
    if (holders.size() < 2 || holders.size() > kShardsMax) {
        return fail(Kind::invalid, "da.roster: 2 to 255 holders are needed");
    }
    std::set<crypto::Ed25519PublicKey> keys;
    for (const crypto::NoteVerifier& holder : holders) {
        if (holder.type != crypto::NoteKeyType::ed25519) {
            return fail(Kind::invalid, "da.roster: " + holder.name + ": another type of key");
        }
        if (!keys.insert(holder.key).second) {
            return fail(Kind::invalid, "da.roster: " + holder.name + ": a key twice");
        }
    }
    const auto is_out_of_order = [](const auto& a, const auto& b) { return a.name >= b.name; };
    if (std::adjacent_find(holders.begin(), holders.end(), is_out_of_order) != holders.end()) {
        return fail(Kind::invalid, "da.roster: not sorted by name, or a name twice");
    }
    return Roster(std::move(holders));
}

std::optional<std::uint32_t> Roster::index_of(const crypto::NoteVerifier& holder) const noexcept {
    const auto found = std::find(holders_.begin(), holders_.end(), holder);
    if (found == holders_.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(found - holders_.begin());
}

}  // namespace mednexus::da
