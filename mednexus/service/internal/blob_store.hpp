#pragma once
/// Bytes that institutions fetch from each other by their SHA-256: keys, batches, sums, shares.
/// Each has one audience or more; nobody else learns whether it is here. Source:
/// docs/formats/consortium.md section 2. Threads: safe; work on one blob waits for other work on
/// the same blob, and no lock is held over disk or database.
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/service/database.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::service::internal {

/// Who may fetch a blob.
struct Audience {
    std::string name;                  ///< ours, e.g. "consortium/0x…": what drop_audience takes
    std::vector<std::string> readers;  ///< institutions; the first kept audience of a name counts
    std::optional<UnixTime> until = {};  ///< after it the audience and its blobs go by themselves
};

/// "consortium/0x…": members and computing node of one epoch.
[[nodiscard]] std::string consortium_audience_name(const Hash32& digest);

class BlobStore {
public:
    /// Both must outlive the store. Removes what a crash left without an audience.
    /// Errors   io, busy
    [[nodiscard]] static Result<std::unique_ptr<BlobStore>> open(Disk& disk, Database& database);

    BlobStore(Disk& disk, Database& database) noexcept : disk_(&disk), database_(&database) {}

    /// Durable when it returns its name. The same bytes again, or for another audience, are kept
    /// once. Errors   invalid: more than kBlobSizeBytesMax; io, busy
    [[nodiscard]] Result<Hash32> keep(BytesView bytes, const Audience& audience);

    /// One more audience for a blob that is here. Errors   not_found, io, busy
    [[nodiscard]] Result<void> show(const Hash32& hash, const Audience& audience);

    /// Errors   not_found; corrupt: the file is not what its name says; io
    [[nodiscard]] Result<Bytes> get(const Hash32& hash) const;

    [[nodiscard]] Result<bool> has(const Hash32& hash) const;

    /// Errors   denied: not of its audience, or not here; corrupt, io
    [[nodiscard]] Result<Bytes> get_for(std::string_view reader,
                                        const Hash32& hash,
                                        UnixTime now) const;

    /// One audience of one blob; a blob without any is removed. Nothing there: nothing to do.
    [[nodiscard]] Result<void> drop(const Hash32& hash, std::string_view audience);

    /// The audience, and every blob that has no other.
    [[nodiscard]] Result<void> drop_audience(std::string_view name);

    /// drop_audience for those whose time is over.
    [[nodiscard]] Result<void> drop_ended(UnixTime now);

private:
    class Claim;

    [[nodiscard]] Result<std::vector<Hash32>> hashes_of(std::string_view audience) const;
    [[nodiscard]] Result<void> remove_unless_named(const Hash32& hash);
    [[nodiscard]] Result<void> remove_strays();

    Disk* disk_;
    Database* database_;
    mutable std::mutex mutex_;
    mutable std::condition_variable freed_;
    mutable std::set<Hash32> claimed_;  ///< being written or removed; guarded by mutex_
};

}  // namespace mednexus::service::internal
