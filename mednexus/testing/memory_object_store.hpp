#pragma once
#include <map>
#include <mutex>

#include "mednexus/core/check.hpp"
#include "mednexus/storage/object_store.hpp"

namespace mednexus::testing {

/// Objects in memory, gone at the end. Link mednexus::storage beside mednexus::testing.
/// Threads: safe.
class MemoryObjectStore final : public storage::ObjectStore {
public:
    [[nodiscard]] Result<storage::ObjectRef> put(
        storage::ByteSource& content, std::optional<storage::ObjectRef> expected) override {
        MN_TRY(Bytes bytes, read_all(content));
        MN_TRY(const storage::ObjectRef ref, ref_of(bytes));
        if (expected && ref != *expected) {
            return fail(Kind::corrupt, "storage.put: the bytes are not the expected object");
        }
        const std::scoped_lock lock(mutex_);
        Bytes& place = objects_[ref.root];
        const bool is_other =
            !place.empty() && place.size() != ref.size_bytes && is_whole(ref, place);
        if (is_other) {
            return fail(Kind::conflict, "storage.put: an object of another size is there");
        }
        place = std::move(bytes);
        return ref;
    }

    [[nodiscard]] Result<std::unique_ptr<storage::ByteRange>> open(
        const storage::ObjectRef& ref) const override {
        const std::scoped_lock lock(mutex_);
        const auto found = objects_.find(ref.root);
        if (found == objects_.end()) {
            return fail(Kind::not_found, "storage: no such object");
        }
        if (found->second.size() != ref.size_bytes || !is_whole(ref, found->second)) {
            return fail(Kind::corrupt, "storage.get: the object is damaged");
        }
        return std::make_unique<Copy>(found->second);
    }

    [[nodiscard]] Result<storage::ObjectRef> stat(const ObjectRoot& root) const override {
        const std::scoped_lock lock(mutex_);
        const auto found = objects_.find(root);
        if (found == objects_.end()) {
            return fail(Kind::not_found, "storage: no such object");
        }
        return storage::ObjectRef{.root = root, .size_bytes = found->second.size()};
    }

    [[nodiscard]] Result<std::vector<ObjectRoot>> list(std::optional<ObjectRoot> after,
                                                       std::size_t count_max) const override {
        const std::scoped_lock lock(mutex_);
        std::vector<ObjectRoot> out;
        auto next = after ? objects_.upper_bound(*after) : objects_.begin();
        for (; next != objects_.end() && out.size() < count_max; ++next) {
            out.push_back(next->first);
        }
        return out;
    }

    [[nodiscard]] Result<void> remove(const ObjectRoot& root) override {
        const std::scoped_lock lock(mutex_);
        objects_.erase(root);
        return {};
    }

    /// Inverts one bit of a kept object. Needs: the object is there.
    void flip_bit(const ObjectRoot& root, std::uint64_t bit_index) {
        const std::scoped_lock lock(mutex_);
        Bytes& bytes = objects_.at(root);
        MN_CHECK(bit_index / 8 < bytes.size());
        std::uint8_t& byte = bytes[bit_index / 8];
        byte = static_cast<std::uint8_t>(byte ^ (1U << (bit_index % 8)));
    }

private:
    class Copy final : public storage::ByteRange {
    public:
        explicit Copy(Bytes bytes) : bytes_(std::move(bytes)) {}

        [[nodiscard]] std::uint64_t size_bytes() const noexcept override { return bytes_.size(); }

        [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::uint64_t count) const override {
            return storage::MemoryRange(bytes_).read(offset, count);
        }

    private:
        Bytes bytes_;
    };

    [[nodiscard]] static Result<Bytes> read_all(storage::ByteSource& source) {
        Bytes out;
        Bytes block(65536);
        for (;;) {
            MN_TRY(const std::size_t count, storage::read_full(source, block));
            if (count == 0) {
                return out;
            }
            append(out, BytesView(block).first(count));
        }
    }

    [[nodiscard]] static Result<storage::ObjectRef> ref_of(BytesView bytes) {
        storage::MemorySource source(bytes);
        return storage::root_of(source);
    }

    [[nodiscard]] static bool is_whole(const storage::ObjectRef& ref, BytesView bytes) {
        const auto found = ref_of(bytes);
        return found && found->root == ref.root;
    }

    mutable std::mutex mutex_;
    std::map<ObjectRoot, Bytes> objects_;
};

}  // namespace mednexus::testing
