#pragma once
/// Who holds shards, and under which rules. docs/formats/da.md section 3.
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/da/code.hpp"

namespace mednexus::da {

/// How many shards there are, how many may be lost, and who may lie. Values are those of the
/// header commitment.
enum class Profile : std::uint8_t {
    crash_only = 1  ///< (n, n - 1), every holder signs: one store may be lost, none may lie
};

inline constexpr std::uint32_t kCrashOnlyShardsMax = 16;

/// "crash-only".
[[nodiscard]] std::string_view name_of(Profile profile) noexcept;
/// Errors: invalid.
[[nodiscard]] Result<Profile> parse_profile(std::string_view name);

/// The code of a profile for n holders. Errors: invalid: a count that the profile does not have.
[[nodiscard]] Result<Code> code_of(Profile profile, std::size_t holders);
/// How many of n holders must sign.
[[nodiscard]] std::size_t quorum_of(Profile profile, std::size_t holders) noexcept;

/// Holders in the order of their shards: an epoch. Immutable.
class Roster {
public:
    /// Errors   invalid: fewer than 2 or more than 255, not sorted by name, a name or a key twice,
    ///          a key of another type than 0x01
    [[nodiscard]] static Result<Roster> make(std::vector<crypto::NoteVerifier> holders);

    [[nodiscard]] const std::vector<crypto::NoteVerifier>& holders() const noexcept {
        return holders_;
    }

    [[nodiscard]] const Hash32& hash() const noexcept { return hash_; }

    /// The shard of this key; nothing when it holds none.
    [[nodiscard]] std::optional<std::uint32_t> index_of(
        const crypto::NoteVerifier& holder) const noexcept;

private:
    explicit Roster(std::vector<crypto::NoteVerifier> holders);

    std::vector<crypto::NoteVerifier> holders_;
    Hash32 hash_;
};

}  // namespace mednexus::da
