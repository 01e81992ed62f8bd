#pragma once
/// What a computing node keeps in memory: evaluation keys and lifted batches, read once and used by
/// many jobs, within the bounds of ComputeLimits. Threads: safe; no lock is held while anything is
/// read.
#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "mednexus/compute/encrypted_score.hpp"
#include "mednexus/service/documents_index.hpp"
#include "mednexus/service/internal/blob_store.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::service::internal {

class ComputeDesk {
public:
    ComputeDesk(std::shared_ptr<const compute::Ring> ring, ComputeLimits limits)
        : ring_(std::move(ring)), limits_(limits) {}

    /// One of the jobs that may run at once; given back when it goes.
    class Place {
    public:
        explicit Place(ComputeDesk& desk) noexcept : desk_(&desk) {}

        Place(Place&& other) noexcept : desk_(other.desk_) { other.desk_ = nullptr; }

        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        Place& operator=(Place&&) = delete;

    private:
        ComputeDesk* desk_;
    };

    /// Errors   busy: as many jobs as may be are under way
    [[nodiscard]] Result<Place> take_place();

    /// Errors   not_found: the blob is gone; invalid: form, ring; io
    [[nodiscard]] Result<std::shared_ptr<const compute::EvaluationKeys>> keys(
        const BlobStore& blobs, const Hash32& evaluation_keys);

    /// A lifted batch, in memory until others need its room.
    /// Errors   busy: the bound is reached by batches that jobs are using; not_found: a blob is
    ///          gone; corrupt; invalid: form, ring; io
    [[nodiscard]] Result<std::shared_ptr<const compute::LiftedBatch>> batch(
        const BlobStore& blobs, const PartHashes& lifted);

    /// Everything that no job is using: after an epoch has ended.
    void clear();

    [[nodiscard]] const compute::Ring& ring() const noexcept { return *ring_; }

private:
    template <typename T>
    struct Held {
        Hash32 name;
        std::shared_ptr<const T> value;
    };

    /// Bytes of one lifted batch in memory.
    [[nodiscard]] std::size_t batch_bytes() const noexcept;
    /// Under mutex_: takes batches away that nobody uses, the oldest first, until one more fits.
    [[nodiscard]] bool make_room();

    std::shared_ptr<const compute::Ring> ring_;
    ComputeLimits limits_;
    std::mutex mutex_;  ///< guards all below
    std::uint32_t jobs_ = 0;
    std::list<Held<compute::LiftedBatch>> batches_;  ///< newest use first
    std::size_t loading_ = 0;                        ///< batches being read
    std::list<Held<compute::EvaluationKeys>> keys_;  ///< at most kEpochsMax
};

/// The five parts of a batch. Errors   not_found, corrupt, io
[[nodiscard]] Result<compute::BatchParts> read_parts(const BlobStore& blobs,
                                                     const PartHashes& hashes);
[[nodiscard]] PartHashes hashes_of_parts(const compute::BatchParts& parts);

}  // namespace mednexus::service::internal
