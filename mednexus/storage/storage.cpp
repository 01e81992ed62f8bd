#include "mednexus/storage/storage.hpp"

namespace mednexus::storage {

Result<Deposit> deposit(ObjectStore& store,
                        ByteSource& plain,
                        Recipients recipients,
                        Random& random) {
    MN_TRY(Sealer sealer, Sealer::make(plain, recipients, random));
    MN_TRY(const ObjectRef object, store.put(sealer, std::nullopt));
    return Deposit{.header = sealer.header(), .object = object};
}

Result<Sensitive<Bytes>> withdraw(const ObjectStore& store,
                                  const Deposit& deposit,
                                  const crypto::X25519SecretKey& secret,
                                  std::uint64_t size_bytes_max) {
    MN_TRY(const std::unique_ptr<ByteRange> object, store.open(deposit.object));
    MN_TRY(const Opener opener, Opener::make(deposit.header, secret, *object));
    if (opener.size_bytes() > size_bytes_max) {
        return fail(Kind::invalid,
                    "storage.withdraw: plaintext of " + std::to_string(opener.size_bytes()) +
                        " bytes, at most " + std::to_string(size_bytes_max));
    }
    return opener.read(0, opener.size_bytes());
}

}  // namespace mednexus::storage
