#include "mednexus/chain/internal/eip712.hpp"

#include "mednexus/codec/abi.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain::internal {

Hash32 domain_separator(const Eip712Domain& domain) {
    constexpr std::string_view kType =
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
    return crypto::keccak256(abi::Writer()
                                 .word(crypto::keccak256(bytes_of(kType)))
                                 .word(crypto::keccak256(bytes_of(domain.name)))
                                 .word(crypto::keccak256(bytes_of(domain.version)))
                                 .integer(domain.chain_id)
                                 .address(domain.contract)
                                 .encode());
}

Hash32 typed_digest(const Hash32& separator, const Hash32& struct_hash) {
    Bytes out{0x19, 0x01};
    append(out, separator.view());
    append(out, struct_hash.view());
    return crypto::keccak256(out);
}

}  // namespace mednexus::chain::internal
