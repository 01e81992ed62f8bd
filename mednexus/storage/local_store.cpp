#include <algorithm>

#include "mednexus/codec/hex.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/storage/internal/object_tree.hpp"
#include "mednexus/storage/object_store.hpp"

namespace mednexus::storage {
namespace {

using internal::ObjectTree;

std::string name_of_object(const ObjectRoot& root) {
    return codec::to_hex_0x(root.view());
}

/// A file of a disk as a source, in blocks.
class FileSource final : public ByteSource {
public:
    FileSource(const Disk& disk, std::string path, std::uint64_t size_bytes)
        : disk_(disk), path_(std::move(path)), rest_(size_bytes) {}

    Result<std::size_t> read(std::span<std::uint8_t> out) override {
        const std::uint64_t count = std::min<std::uint64_t>(out.size(), rest_);
        MN_TRY(const Bytes block, disk_.read_range(path_, offset_, count));
        std::copy(block.begin(), block.end(), out.begin());
        offset_ += count;
        rest_ -= count;
        return block.size();
    }

private:
    const Disk& disk_;
    std::string path_;
    std::uint64_t offset_ = 0;
    std::uint64_t rest_;
};

/// An object file whose every segment is checked against a proven tree before a byte leaves.
class VerifiedFile final : public ByteRange {
public:
    VerifiedFile(const Disk& disk, std::string path, ObjectTree tree)
        : disk_(disk), path_(std::move(path)), tree_(std::move(tree)) {}

    [[nodiscard]] std::uint64_t size_bytes() const noexcept override {
        return tree_.ref.size_bytes;
    }

    [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::uint64_t count) const override {
        if (!is_within(offset, count, size_bytes())) {
            return fail(Kind::invalid, "storage.get: range outside the object");
        }
        Bytes out;
        out.reserve(static_cast<std::size_t>(count));
        while (out.size() < count) {
            const std::uint64_t position = offset + out.size();
            const std::uint64_t index = position / merkle::kSegmentSizeBytes;
            MN_TRY(const Bytes segment, read_segment(index));
            const auto from = static_cast<std::size_t>(position % merkle::kSegmentSizeBytes);
            const std::size_t wanted =
                std::min(segment.size() - from, static_cast<std::size_t>(count) - out.size());
            append(out, BytesView(segment).subspan(from, wanted));
        }
        return out;
    }

private:
    [[nodiscard]] Result<Bytes> read_segment(std::uint64_t index) const {
        const std::uint64_t begin = index * merkle::kSegmentSizeBytes;
        const std::uint64_t count = std::min(merkle::kSegmentSizeBytes, size_bytes() - begin);
        MN_TRY(Bytes segment, disk_.read_range(path_, begin, count));
        MN_TRY(
            const Hash32 found,
            merkle::zero_g_segment_root(internal::zero_g_hasher(), size_bytes(), index, segment));
        if (found != tree_.leaves[static_cast<std::size_t>(index)]) {
            return fail(Kind::corrupt,
                        "storage.get: object " + name_of_object(tree_.ref.root) + ": segment " +
                            std::to_string(index) + " is damaged");
        }
        return segment;
    }

    const Disk& disk_;
    std::string path_;
    ObjectTree tree_;
};

class LocalStore final : public ObjectStore {
public:
    LocalStore(Disk& disk, std::string folder)
        : disk_(disk), folder_(std::move(folder)), prefix_(folder_.empty() ? "" : folder_ + '/') {}

    Result<ObjectRef> put(ByteSource& content, std::optional<ObjectRef> expected) override {
        MN_TRY(const std::unique_ptr<DurableFile> file, disk_.create());
        MN_TRY(const ObjectTree tree, internal::hash_source(content, [&](BytesView block) {
                   return file->append(block);
               }));
        if (expected && tree.ref != *expected) {
            return fail(Kind::corrupt,
                        "storage.put: the bytes are not object " + name_of_object(expected->root));
        }
        MN_DO(check_no_other(tree.ref));
        MN_DO(file->commit_as(object_path(tree.ref.root)));
        if (internal::has_tree_file(tree.leaves)) {
            // After the object: a crash in between leaves an object that is whole, only slower.
            MN_DO(disk_.write(tree_path(tree.ref.root), internal::encode_leaves(tree.leaves)));
        }
        return tree.ref;
    }

    [[nodiscard]] Result<std::unique_ptr<ByteRange>> open(const ObjectRef& ref) const override {
        MN_TRY(const ObjectRef found, stat(ref.root));
        if (found.size_bytes != ref.size_bytes) {
            return fail(Kind::corrupt,
                        "storage.get: object " + name_of_object(ref.root) + " has " +
                            std::to_string(found.size_bytes) + " bytes, not " +
                            std::to_string(ref.size_bytes));
        }
        MN_TRY(ObjectTree tree, prove(ref));
        return std::make_unique<VerifiedFile>(disk_, object_path(ref.root), std::move(tree));
    }

    [[nodiscard]] Result<ObjectRef> stat(const ObjectRoot& root) const override {
        const auto size = disk_.size_of(object_path(root));
        if (!size) {
            return size.error().kind == Kind::not_found
                       ? fail(Kind::not_found, "storage: no object " + name_of_object(root))
                       : tl::unexpected(size.error());
        }
        return ObjectRef{.root = root, .size_bytes = *size};
    }

    [[nodiscard]] Result<std::vector<ObjectRoot>> list(std::optional<ObjectRoot> after,
                                                       std::size_t count_max) const override {
        const std::string first_shard = after ? shard_of(*after) : std::string();
        std::vector<ObjectRoot> out;
        MN_TRY(const std::vector<std::string> shards, disk_.list(folder_));
        for (const std::string& shard : shards) {
            if (shard < first_shard || !shard.ends_with('/') || out.size() >= count_max) {
                continue;
            }
            MN_DO(list_shard(shard, after, out));
        }
        out.resize(std::min(out.size(), count_max));
        return out;
    }

    Result<void> remove(const ObjectRoot& root) override {
        // The tree first: a tree without its object would be there for ever.
        MN_DO(disk_.remove(tree_path(root)));
        return disk_.remove(object_path(root));
    }

private:
    [[nodiscard]] static std::string shard_of(const ObjectRoot& root) {
        return codec::to_hex(root.view().first(1)) + '/';
    }

    [[nodiscard]] std::string object_path(const ObjectRoot& root) const {
        return prefix_ + shard_of(root) + codec::to_hex(root.view());
    }

    [[nodiscard]] std::string tree_path(const ObjectRoot& root) const {
        return object_path(root) + ".tree";
    }

    /// The tree of the object, proven: from its tree file or, where that is missing or damaged,
    /// from the object itself. Errors: corrupt: the object is damaged; io.
    [[nodiscard]] Result<ObjectTree> prove(const ObjectRef& ref) const {
        if (ref.size_bytes > merkle::kSegmentSizeBytes) {
            auto tree = read_tree(ref);
            if (tree || tree.error().kind == Kind::io) {
                return tree;
            }
        }
        return prove_from_object(ref);
    }

    [[nodiscard]] Result<ObjectTree> prove_from_object(const ObjectRef& ref) const {
        FileSource file(disk_, object_path(ref.root), ref.size_bytes);
        auto tree = internal::hash_source(file, [](BytesView) { return Result<void>{}; });
        const bool is_damaged = tree ? tree->ref != ref : tree.error().kind == Kind::invalid;
        if (is_damaged) {
            return fail(Kind::corrupt,
                        "storage.get: object " + name_of_object(ref.root) + " is damaged");
        }
        return tree;
    }

    [[nodiscard]] Result<ObjectTree> read_tree(const ObjectRef& ref) const {
        MN_TRY(const merkle::FlowShape shape, merkle::flow_shape(ref.size_bytes));
        const std::uint64_t size_bytes = shape.tree_segments * Hash32::kSizeBytes;
        MN_TRY(const Bytes raw, disk_.read(tree_path(ref.root), size_bytes));
        return internal::parse_leaves(ref, raw);
    }

    /// Refuses to replace a whole object by its namesake of another size; what is damaged may go.
    [[nodiscard]] Result<void> check_no_other(const ObjectRef& ref) const {
        const auto there = stat(ref.root);
        if (!there) {
            return there.error().kind == Kind::not_found ? Result<void>{}
                                                         : tl::unexpected(there.error());
        }
        if (there->size_bytes == ref.size_bytes) {
            return {};
        }
        const auto proven = prove_from_object(*there);  // a tree file knows no size
        if (proven) {
            return fail(Kind::conflict,
                        "storage.put: object " + name_of_object(ref.root) + " is there with " +
                            std::to_string(there->size_bytes) + " bytes");
        }
        return proven.error().kind == Kind::corrupt ? Result<void>{}
                                                    : tl::unexpected(proven.error());
    }

    [[nodiscard]] Result<void> list_shard(const std::string& shard,
                                          const std::optional<ObjectRoot>& after,
                                          std::vector<ObjectRoot>& out) const {
        MN_TRY(const std::vector<std::string> names,
               disk_.list(prefix_ + shard.substr(0, shard.size() - 1)));
        for (const std::string& name : names) {
            const auto root = codec::parse_hex_as<ObjectRoot>(name);
            const bool is_object =
                root && shard + name == shard_of(*root) + codec::to_hex(root->view());
            if (is_object && (!after || *root > *after)) {
                out.push_back(*root);
            }
        }
        return {};
    }

    Disk& disk_;
    std::string folder_;
    std::string prefix_;  ///< of the paths below folder_
};

}  // namespace

std::unique_ptr<ObjectStore> make_local_store(Disk& disk, std::string folder) {
    return std::make_unique<LocalStore>(disk, std::move(folder));
}

}  // namespace mednexus::storage
