#pragma once
/// What one holder keeps for others, and the only place where it signs for it.
/// docs/formats/da.md sections 5 and 6. Threads: safe; two batches of one log at once: the second
/// gets `busy`.
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/da/certificate.hpp"
#include "mednexus/da/header.hpp"
#include "mednexus/disk/disk.hpp"

namespace mednexus::da {

inline constexpr std::size_t kCompanionSizeBytesMax = 64U << 10U;
inline constexpr std::size_t kBatchesHeldMax = 65536;  ///< of one log

/// A batch as a publisher hands it over.
struct Offer {
    const SignedHeader& header;
    const Roster& roster;
    BytesView blob;              ///< all of it: in this profile holders encode anew
    std::string_view companion;  ///< kept beside the header as it is, e.g. a signed checkpoint
};

/// What is known of a batch without its shard.
struct HeldBatch {
    std::string header;  ///< the publisher's note
    std::string companion;
};

class ShardStore {
public:
    /// Keeps under `folder` of the disk, which must outlive the store.
    ShardStore(Disk& disk, std::string folder) : disk_(&disk), folder_(std::move(folder)) {}

    /// Encodes the blob anew, holds every hash against the header, puts the holder's shard on disk
    /// and then signs. The same header again: the same attestation, and the shard is written anew
    /// when it was damaged. Signs for one header of overlapping batches of a roster only, also when
    /// power is lost in between: the header is durable before anything is signed.
    ///
    /// Errors   invalid: the blob is not the header's; denied: the key is not of the roster, or the
    ///          roster not the header's; conflict: "publisher fault: …": another header for this
    ///          range, or roots that do not continue the batches held; busy; io; corrupt: what is
    ///          held cannot be read; unavailable: kBatchesHeldMax
    [[nodiscard]] Result<std::string> accept(const Offer& offer, const crypto::NoteSigner& holder);

    /// At most `count` batches of a log, in order of their ranges, without the first `skip`. Who
    /// goes on from what it got may see one twice (a crash's leftovers count), and misses none.
    /// Errors: io, corrupt.
    [[nodiscard]] Result<std::vector<HeldBatch>> list(std::string_view origin,
                                                      std::size_t skip,
                                                      std::size_t count) const;

    /// The shard of this header. Errors: not_found; corrupt: it does not have its hash; io.
    [[nodiscard]] Result<Shard> shard(const Header& header) const;

private:
    class Turn;

    [[nodiscard]] std::string folder_of(std::string_view origin) const;
    [[nodiscard]] std::string folder_of(const Header& header) const;
    [[nodiscard]] Result<void> check_against_held(const SignedHeader& offered) const;
    [[nodiscard]] Result<void> write(const Offer& offer, const Bytes& shard);

    Disk* disk_;
    std::string folder_;
    std::mutex mutex_;
    std::set<std::string> under_way_;  ///< origins that a thread accepts for; under mutex_
};

}  // namespace mednexus::da
