#include "mednexus/storage/object_store.hpp"

#include "mednexus/storage/internal/object_tree.hpp"

namespace mednexus::storage {

Result<ObjectRef> put_bytes(ObjectStore& store,
                            BytesView content,
                            std::optional<ObjectRef> expected) {
    MemorySource source(content);
    return store.put(source, expected);
}

Result<Bytes> get_bytes(const ObjectStore& store,
                        const ObjectRef& ref,
                        std::uint64_t size_bytes_max) {
    if (ref.size_bytes > size_bytes_max) {
        return fail(Kind::invalid,
                    "storage.get: object of " + std::to_string(ref.size_bytes) +
                        " bytes, at most " + std::to_string(size_bytes_max));
    }
    MN_TRY(const std::unique_ptr<ByteRange> object, store.open(ref));
    return object->read(0, ref.size_bytes);
}

Result<ObjectRef> root_of(ByteSource& content) {
    MN_TRY(const internal::ObjectTree tree,
           internal::hash_source(content, [](BytesView) { return Result<void>{}; }));
    return tree.ref;
}

}  // namespace mednexus::storage
