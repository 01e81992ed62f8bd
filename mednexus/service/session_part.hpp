#pragma once
/// What one member says in one round of a key session: a signed note, so that whoever carries it
/// cannot change it, and who lied can be shown. Source: docs/formats/consortium.md section 3.
/// Threads: free functions over plain data.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/crypto/signed_note.hpp"

namespace mednexus::service {

/// In their order. `ask` and `complete` say nothing that others rely on, `keys` gives the keys
/// document; the others give a part.
enum class SessionRound : std::uint8_t {
    ask,
    nonce,
    nonce_reveal,
    one,
    one_reveal,
    choice,
    two,
    two_reveal,
    test,
    test_reveal,
    keys,
    complete
};

/// "nonce.reveal".
[[nodiscard]] std::string_view name_of(SessionRound round) noexcept;
/// Errors: invalid.
[[nodiscard]] Result<SessionRound> parse_round(std::string_view name);
/// Needs: not ask.
[[nodiscard]] SessionRound round_before(SessionRound round) noexcept;

struct SessionPart {
    Hash32 consortium;     ///< digest of the document
    std::string founding;  ///< id of this attempt
    Hash32 given;          ///< digest of what the member was given in this round
    std::string member;    ///< who says it
    SessionRound round = SessionRound::nonce;
    std::vector<Hash32> said;  ///< how many: said_in()
    std::string note;          ///< set by parse_session_part
};

/// How many hashes a part of the round holds; 0 for rounds without parts.
[[nodiscard]] std::size_t said_in(SessionRound round) noexcept;

[[nodiscard]] Result<std::string> make_session_part(const SessionPart& part,
                                                    const crypto::NoteSigner& identity);
/// Errors   invalid: format; denied: not signed by `member`, or says it is somebody else's
[[nodiscard]] Result<SessionPart> parse_session_part(std::string_view note,
                                                     const crypto::NoteVerifier& member);

/// SHA-256 of the notes of a round, as the next one is given them.
[[nodiscard]] Hash32 digest_of_parts(const std::vector<std::string>& notes);

/// SHA-256("mednexus/session-nonce/v1" ‖ name ‖ 0x00 ‖ digest ‖ nonce).
[[nodiscard]] Hash32 commit_to_nonce(std::string_view member,
                                     const Hash32& consortium,
                                     const Hash32& nonce);
/// SHA-256("mednexus/session/v1" ‖ digest ‖ nonces in the order of names).
[[nodiscard]] Hash32 session_id_of(const Hash32& consortium, const std::vector<Hash32>& nonces);

/// The nonce of a member for `nonce`, `one`, `two` or `test`, which its share seed fixes.
[[nodiscard]] Hash32 session_nonce(const Secret<32>& share_seed, SessionRound round);

}  // namespace mednexus::service
