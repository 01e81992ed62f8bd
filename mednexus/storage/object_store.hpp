#pragma once
/// Immutable objects named by the 0G Storage root of their bytes. See docs/formats/object-store.md.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mednexus/core/ids.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/storage/stream.hpp"

namespace mednexus::storage {

/// Which bytes are meant. The root alone does not say how many zero bytes end the object
/// (0G pads), so whoever keeps a root keeps the size beside it.
struct ObjectRef {
    ObjectRoot root;
    std::uint64_t size_bytes = 0;
    friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
};

/// The port to where objects are kept. Threads: safe.
/// Every byte that comes out was checked against the root that was asked for.
class ObjectStore {
public:
    virtual ~ObjectStore() = default;

    /// Keeps the bytes durably under their root and returns it; the same bytes again are no error
    /// and repair what was damaged. With `expected`, bytes of another root or size are refused and
    /// nothing is kept. Memory: bounded whatever the size.
    /// Errors   invalid: empty; corrupt: not what was expected; conflict: another object of the
    /// same
    ///          root but another number of trailing zero bytes is there; the source's own; io
    [[nodiscard]] virtual Result<ObjectRef> put(ByteSource& content,
                                                std::optional<ObjectRef> expected) = 0;

    /// The object, for reading any part of it; reads of the range say `corrupt` for damaged bytes.
    /// Errors   not_found; corrupt: the object has another size, or is damaged; io
    [[nodiscard]] virtual Result<std::unique_ptr<ByteRange>> open(const ObjectRef& ref) const = 0;

    /// What is kept under the root: its size is as found, not as proven. Errors: not_found; io
    [[nodiscard]] virtual Result<ObjectRef> stat(const ObjectRoot& root) const = 0;

    /// Roots after `after` in ascending order, at most `count_max`; nullopt starts at the first.
    /// Errors   io
    [[nodiscard]] virtual Result<std::vector<ObjectRoot>> list(std::optional<ObjectRoot> after,
                                                               std::size_t count_max) const = 0;

    /// Durable when it returns; a missing object is not an error. Errors: io
    [[nodiscard]] virtual Result<void> remove(const ObjectRoot& root) = 0;
};

/// put() of bytes in memory.
[[nodiscard]] Result<ObjectRef> put_bytes(ObjectStore& store,
                                          BytesView content,
                                          std::optional<ObjectRef> expected = std::nullopt);

/// The whole object, verified. Errors: as open; invalid when larger than size_bytes_max.
[[nodiscard]] Result<Bytes> get_bytes(const ObjectStore& store,
                                      const ObjectRef& ref,
                                      std::uint64_t size_bytes_max);

/// The root that put() would give the content. Errors: invalid when empty; the source's own
[[nodiscard]] Result<ObjectRef> root_of(ByteSource& content);

/// Objects as files under `folder` of a disk (empty: its root), which must outlive the store.
[[nodiscard]] std::unique_ptr<ObjectStore> make_local_store(Disk& disk,
                                                            std::string folder = "objects");

}  // namespace mednexus::storage
