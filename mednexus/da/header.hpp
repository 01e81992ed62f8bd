#pragma once
/// What a publisher signs about one batch of its log. docs/formats/da.md section 4.
/// Threads: free functions over plain data.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/da/code.hpp"
#include "mednexus/da/roster.hpp"

namespace mednexus::da {

inline constexpr std::size_t kHeaderSizeBytesMax = 16U << 10U;
inline constexpr std::uint64_t kLogSizeMax = (1ULL << 53U) - 1;

/// Entries from .. to - 1 of one log, with its roots at both ends.
struct Batch {
    std::string origin;  ///< name of the log key
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    Hash32 before;  ///< root at `from`
    Hash32 root;    ///< root at `to`
    friend bool operator==(const Batch&, const Batch&) = default;
};

struct Header {
    Batch batch;
    Profile profile = Profile::crash_only;
    Code code;
    std::uint64_t length = 0;    ///< of the blob, bytes
    UnixTime keep_until;         ///< what holders promise
    Hash32 roster;               ///< its hash
    std::vector<Hash32> shards;  ///< one hash for each, in order

    [[nodiscard]] std::uint64_t width() const noexcept { return width_of(length, code.k); }

    friend bool operator==(const Header&, const Header&) = default;
};

/// R: one hash over every parameter.
[[nodiscard]] Hash32 commitment_of(const Header& header);

struct HeaderTerms {
    Batch batch;
    Profile profile = Profile::crash_only;
    UnixTime keep_until;
};

/// The header of a blob for these holders. Errors: invalid: a bound of docs/formats/da.md.
[[nodiscard]] Result<Header> make_header(const HeaderTerms& terms,
                                         const Roster& roster,
                                         BytesView blob);

/// The signed note. Needs: a header from make_header; signer.name is its origin. Errors: invalid.
[[nodiscard]] Result<std::string> sign_header(const Header& header,
                                              const crypto::NoteSigner& publisher);

/// Reads a header note without looking at its signature: for one's own files.
/// Errors   invalid: not a note with one signature, not canonical, a bound, parameters that
/// disagree
[[nodiscard]] Result<Header> parse_header(std::string_view note);

/// A header whose signature was checked.
struct SignedHeader {
    Header header;
    Hash32 commitment;
    std::string note;
};

/// Errors   invalid: as parse_header; denied: another origin than the key's, or not signed by it
[[nodiscard]] Result<SignedHeader> open_header(std::string_view note,
                                               const crypto::NoteVerifier& publisher);

/// The blob is the one of the header: encodes it anew and compares every hash. Returns its shards.
/// Errors   invalid: another length, or the shard whose hash is another
[[nodiscard]] Result<std::vector<Bytes>> encode_for(const Header& header, BytesView blob);

}  // namespace mednexus::da
