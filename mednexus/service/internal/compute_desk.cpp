#include "mednexus/service/internal/compute_desk.hpp"

#include <algorithm>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::size_t kEpochsMax = 2;  // evaluation keys in memory: the present one, and the next

Hash32 name_of_parts(const PartHashes& parts) {
    Bytes all;
    for (const Hash32& part : parts) {
        append(all, part.view());
    }
    return crypto::sha256(all);
}

/// Moves the one of this name to the front. Null when there is none.
template <typename List>
auto find_used(List& list, const Hash32& name) -> decltype(list.front().value) {
    const auto at =
        std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
    if (at == list.end()) {
        return nullptr;
    }
    list.splice(list.begin(), list, at);
    return list.front().value;
}

}  // namespace

ComputeDesk::Place::~Place() {
    if (desk_ != nullptr) {
        const std::scoped_lock lock(desk_->mutex_);
        --desk_->jobs_;
    }
}

Result<ComputeDesk::Place> ComputeDesk::take_place() {
    const std::scoped_lock lock(mutex_);
    if (jobs_ >= limits_.jobs_max) {
        return fail(Kind::busy, "compute: as many jobs as may be are under way, try again");
    }
    ++jobs_;
    return Place(*this);
}

Result<std::shared_ptr<const compute::EvaluationKeys>> ComputeDesk::keys(
    const BlobStore& blobs, const Hash32& evaluation_keys) {
    {
        const std::scoped_lock lock(mutex_);
        if (auto held = find_used(keys_, evaluation_keys)) {
            return held;
        }
    }
    MN_TRY(const Bytes raw, blobs.get(evaluation_keys));
    MN_TRY(compute::EvaluationKeys parsed, compute::EvaluationKeys::parse(*ring_, raw));
    auto made = std::make_shared<const compute::EvaluationKeys>(std::move(parsed));
    const std::scoped_lock lock(mutex_);
    keys_.push_front({evaluation_keys, made});
    if (keys_.size() > kEpochsMax) {
        keys_.pop_back();
    }
    return made;
}

Result<std::shared_ptr<const compute::LiftedBatch>> ComputeDesk::batch(const BlobStore& blobs,
                                                                       const PartHashes& lifted) {
    const Hash32 name = name_of_parts(lifted);
    {
        const std::scoped_lock lock(mutex_);
        if (auto held = find_used(batches_, name)) {
            return held;
        }
        if (!make_room()) {
            return fail(Kind::busy, "compute: no memory for one more batch, try again");
        }
        ++loading_;
    }
    const auto load = [&]() -> Result<compute::LiftedBatch> {
        MN_TRY(const compute::BatchParts parts, read_parts(blobs, lifted));
        return compute::LiftedBatch::parse(*ring_, parts);
    };
    auto parsed = load();
    const std::scoped_lock lock(mutex_);
    --loading_;
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    auto made = std::make_shared<const compute::LiftedBatch>(std::move(*parsed));
    batches_.push_front({name, made});
    return made;
}

void ComputeDesk::clear() {
    const std::scoped_lock lock(mutex_);
    batches_.remove_if([](const auto& one) { return one.value.use_count() == 1; });
    keys_.remove_if([](const auto& one) { return one.value.use_count() == 1; });
}

std::size_t ComputeDesk::batch_bytes() const noexcept {
    return std::size_t{compute::kScorePrimes} * ring_->options().dimensions * 2 *
           ring_->options().degree * sizeof(std::uint32_t);
}

bool ComputeDesk::make_room() {
    const auto fits = [&] {
        return (batches_.size() + loading_ + 1) * batch_bytes() <= limits_.lifted_bytes_max;
    };
    for (auto at = batches_.end(); !fits() && at != batches_.begin();) {
        --at;
        if (at->value.use_count() == 1) {
            at = batches_.erase(at);
        }
    }
    return fits();
}

Result<compute::BatchParts> read_parts(const BlobStore& blobs, const PartHashes& hashes) {
    compute::BatchParts out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        MN_TRY(out.at(i), blobs.get(hashes.at(i)));
    }
    return out;
}

PartHashes hashes_of_parts(const compute::BatchParts& parts) {
    PartHashes out;
    std::transform(parts.begin(), parts.end(), out.begin(), [](const Bytes& one) {
        return crypto::sha256(one);
    });
    return out;
}

}  // namespace mednexus::service::internal
