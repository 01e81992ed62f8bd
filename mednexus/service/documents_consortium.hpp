#pragma once
/// What the members of a consortium sign: the consortium itself, one document for each epoch, and
/// the keys that its key session made. Source: docs/formats/consortium.md section 1.
/// Threads: free functions over plain data.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/service/policy.hpp"

namespace mednexus::service {

inline constexpr std::size_t kMembersMin = 2;
inline constexpr std::size_t kMembersMax = 16;
inline constexpr std::uint32_t kOpeningsMax = 128;  ///< of one case in one epoch
inline constexpr std::uint32_t kEpochMax = (1U << 31U) - 1;

/// An institution by its card name and the digest of its card.
struct CardRef {
    std::string name;
    Hash32 card;
    friend bool operator==(const CardRef&, const CardRef&) = default;
};

struct Consortium {
    std::string id;
    std::uint32_t epoch = 1;
    CardRef compute;               ///< the computing node; no member
    std::vector<CardRef> members;  ///< sorted by name
    std::uint32_t openings_max = 16;
    Hash32 profile;  ///< id of the vector profile
    Hash32 ring;     ///< id of the engine's ring
    Period period;
    Hash32 digest;     ///< set by parse_consortium
    std::string note;  ///< set by parse_consortium

    [[nodiscard]] bool has_member(std::string_view name) const noexcept;
    /// Members and computing node: who may see what belongs to the consortium.
    [[nodiscard]] bool has_in_audience(std::string_view name) const noexcept;
    /// In the order of the members.
    [[nodiscard]] std::vector<std::string> member_names() const;
};

/// The text that the members sign. Sorts the members. Errors: invalid.
[[nodiscard]] Result<std::string> write_consortium_text(Consortium consortium);
/// Reads without looking at signatures. Errors: invalid.
[[nodiscard]] Result<Consortium> parse_consortium(std::string_view note);
/// The same note with `signer`'s line added, or as it was if that line stands there already.
/// Errors   invalid: format; denied: the signer is no member
[[nodiscard]] Result<std::string> sign_consortium(std::string_view note,
                                                  const crypto::NoteSigner& signer);

/// What a key session made. docs/formats/consortium.md, "keys".
struct SessionKeys {
    CardRef compute;
    Hash32 consortium;  ///< digest of the document
    std::uint32_t epoch = 1;
    Hash32 evaluation_keys;  ///< blob
    Hash32 public_key;       ///< blob
    Hash32 session;
    Hash32 digest;     ///< set by parse_keys
    std::string note;  ///< set by parse_keys
};

/// The text that every member of the consortium signs. Errors: invalid.
[[nodiscard]] Result<std::string> write_keys_text(const SessionKeys& keys);
/// Reads without looking at signatures. Errors: invalid.
[[nodiscard]] Result<SessionKeys> parse_keys(std::string_view note);

/// Whose signature under a consortium or keys note holds, of `known`. A false signature of a known
/// key: nobody.
[[nodiscard]] std::vector<std::string> signers_of_note(std::string_view note,
                                                       std::span<const crypto::NoteVerifier> known);

/// Keys of this consortium and epoch, under the signatures of all of its members.
/// Shape    members: one key for each member, in any order
/// Errors   invalid: of another consortium, epoch or computing node; denied: a member did not sign,
///          by name, or a signature is false
[[nodiscard]] Result<void> check_keys(const SessionKeys& keys,
                                      const Consortium& consortium,
                                      std::span<const crypto::NoteVerifier> members);

}  // namespace mednexus::service
