#pragma once
/// An institution's append-only log: entries, RFC 6962 tree in C2SP tiles, signed checkpoint.
/// docs/formats/log.md.
///
/// Threads: every member may be called by many threads at once. Concurrent appends share one
/// commit: the first caller in becomes the leader and writes for all that queued behind it. No lock
/// is held over disk. One process holds a log; the caller's lock file sees to that.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/ledger/range.hpp"
#include "mednexus/ledger/tiles.hpp"
#include "mednexus/ledger/tlog_proof.hpp"

namespace mednexus::ledger {

struct LogOptions {
    std::string folder = "log";  ///< inside the disk; empty: its root
    std::size_t queue_entries_max = 4096;
    std::uint64_t entries_max = 1ULL << 26U;  ///< about 130 bytes of memory each
};

struct Appended {
    std::uint64_t index = 0;
    bool existed = false;  ///< these very bytes were in the log before; nothing was written
};

class Log {
public:
    /// Opens the log, or begins an empty one where neither checkpoint nor tiles are. `signer.name`
    /// is the origin. Checks that the checkpoint is ours and that the tiles reproduce its root;
    /// whatever lies beyond the checkpoint is a crash's leftover and is ignored.
    /// Errors   corrupt: tiles without checkpoint, another key or origin, a tile missing or wrong;
    ///          io. `disk` must outlive the log.
    [[nodiscard]] static Result<std::unique_ptr<Log>> open(Disk& disk,
                                                           crypto::NoteSigner signer,
                                                           LogOptions options = {});
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Returns when the entry is in the tree under a signed checkpoint and both survive power loss.
    /// The same bytes again return the first index.
    ///
    /// Lengths  entry: 1..65535 bytes
    /// Errors   invalid: length; busy: queue full, try again; io: not acknowledged (it may still
    ///          appear: append the same bytes again); unavailable: entries_max reached
    /// Cost     one signature and at least 3 durable writes per commit of up to 256 entries
    [[nodiscard]] Result<Appended> append(BytesView entry);

    [[nodiscard]] std::uint64_t size() const;
    /// The signed checkpoint of the last commit, as it stands in the file.
    [[nodiscard]] std::string checkpoint_note() const;
    [[nodiscard]] Checkpoint checkpoint() const;
    [[nodiscard]] crypto::NoteVerifier verifier() const;

    /// Errors   not_found: index >= size(); corrupt: the bundle does not match the tree; io
    [[nodiscard]] Result<Bytes> entry(std::uint64_t index) const;

    /// Index of an entry with these bytes. Errors: not_found.
    [[nodiscard]] Result<std::uint64_t> find(BytesView entry) const;

    /// Siblings of leaf `index` in the tree of the first `tree_size` entries, leaf side first.
    /// Errors   invalid unless index < tree_size <= size()
    [[nodiscard]] Result<std::vector<Hash32>> inclusion_proof(std::uint64_t index,
                                                              std::uint64_t tree_size) const;

    /// Errors   invalid unless 0 < old_size <= new_size <= size()
    [[nodiscard]] Result<std::vector<Hash32>> consistency_proof(std::uint64_t old_size,
                                                                std::uint64_t new_size) const;

    /// Root of the first `tree_size` entries. Errors: invalid unless tree_size <= size().
    [[nodiscard]] Result<Hash32> root_at(std::uint64_t tree_size) const;

    /// Entries from `from` to `to`, or as many of them as a range holds, but at least one.
    /// Errors   invalid unless from < to <= size(); corrupt, io: as entry()
    [[nodiscard]] Result<LogRange> range(std::uint64_t from, std::uint64_t to) const;

    /// The receipt of one entry under the present checkpoint, with the entry as `extra`.
    /// Errors   not_found, corrupt, io
    [[nodiscard]] Result<TlogProof> prove(std::uint64_t index) const;

    /// A published file: "checkpoint", "log.vkey" or a tile that the present checkpoint covers.
    /// Errors   not_found: anything else, whatever the path holds; io
    [[nodiscard]] Result<Bytes> file(std::string_view path) const;

    /// Writes checkpoint, log.vkey and the tiles of the present size to the root of `target`,
    /// which must hold no `checkpoint`. The checkpoint comes last. Errors: conflict, io, corrupt.
    [[nodiscard]] Result<Checkpoint> export_to(Disk& target) const;

private:
    class Impl;
    explicit Log(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mednexus::ledger
