#pragma once
/// A range of a log that can be held against a signed root by itself, and a log directory made from
/// such ranges. Source: docs/formats/da.md section 1, docs/formats/log.md.
/// Threads: free functions over plain data; a DirectoryWriter belongs to one thread.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/ledger/checkpoint.hpp"

namespace mednexus::ledger {

inline constexpr std::size_t kRangeSizeBytesMax = 4U << 20U;
inline constexpr std::size_t kRangeEntriesMax = 65536;

/// Entries from .. to() - 1, and the roots of the complete subtrees of the leaves before them,
/// largest first.
struct LogRange {
    std::uint64_t from = 0;
    std::vector<Hash32> before;
    std::vector<Bytes> entries;

    [[nodiscard]] std::uint64_t to() const noexcept { return from + entries.size(); }

    friend bool operator==(const LogRange&, const LogRange&) = default;
};

/// Needs: entries of 1..65535 bytes; one hash of `before` for each one bit of `from`.
[[nodiscard]] Bytes write_range(const LogRange& range);

/// Errors   invalid: not from < to, a bound, another count of hashes than `from` has, an empty
///          entry, not exactly to - from of them
[[nodiscard]] Result<LogRange> parse_range(BytesView raw, std::uint64_t from, std::uint64_t to);

struct RangeRoots {
    Hash32 before;  ///< of the log at `from`
    Hash32 root;    ///< of the log at to()
};

/// Needs: one hash of `before` for each one bit of `from`. Cost: two node hashes per entry.
[[nodiscard]] RangeRoots roots_of(const LogRange& range);

/// Writes a log directory from its entries; the checkpoint comes last.
class DirectoryWriter {
public:
    /// Into `folder` of the disk, which must outlive it; empty: its root. A checkpoint that stands
    /// there goes first: what is written over it is not its log any more. Errors: io.
    [[nodiscard]] static Result<DirectoryWriter> begin(Disk& disk, std::string folder);
    DirectoryWriter(DirectoryWriter&&) noexcept;
    DirectoryWriter& operator=(DirectoryWriter&&) = delete;
    DirectoryWriter(const DirectoryWriter&) = delete;
    DirectoryWriter& operator=(const DirectoryWriter&) = delete;
    ~DirectoryWriter();

    [[nodiscard]] std::uint64_t size() const noexcept;
    [[nodiscard]] Hash32 root() const;

    /// Errors   invalid: it does not begin where the last one ended; io
    [[nodiscard]] Result<void> add(const LogRange& range);

    /// Tiles, log.vkey and this checkpoint. Call once, last.
    /// Errors   as open_checkpoint; invalid: of another size or root than what was added; io
    [[nodiscard]] Result<Checkpoint> finish(const std::string& checkpoint_note,
                                            const crypto::NoteVerifier& log);

private:
    class Impl;
    explicit DirectoryWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mednexus::ledger
