#pragma once
/// Sealed objects: content encrypted for its readers and kept under the root of its ciphertext.
/// This header is what service needs; crypt4gh.hpp and object_store.hpp have the parts.
#include "mednexus/storage/crypt4gh.hpp"
#include "mednexus/storage/object_store.hpp"

namespace mednexus::storage {

/// What to keep in the database: without the header nobody reads the object again.
struct Deposit {
    Header header;
    ObjectRef object;
};

/// Seals and stores in one pass, one segment in memory at a time. Durable when it returns.
/// Errors   as Sealer::make and ObjectStore::put
[[nodiscard]] Result<Deposit> deposit(ObjectStore& store,
                                      ByteSource& plain,
                                      Recipients recipients,
                                      Random& random);

/// The whole plaintext of a deposit. Errors: as ObjectStore::open and Opener; invalid when the
/// plaintext is larger than size_bytes_max.
[[nodiscard]] Result<Sensitive<Bytes>> withdraw(const ObjectStore& store,
                                                const Deposit& deposit,
                                                const crypto::X25519SecretKey& secret,
                                                std::uint64_t size_bytes_max);

}  // namespace mednexus::storage
