// chain::verify_receipt under a root that fits: index (1 byte), then receipt and nodes, each after
// its length (2 bytes, big-endian). The hashes below the first node are the input's own affair.
#include <cstdint>

#include "mednexus/chain/receipt_proof.hpp"
#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace {

using namespace mednexus;

Result<Bytes> take_counted(codec::Cursor& cursor) {
    MN_TRY(const std::uint16_t size, cursor.u16_be());
    MN_TRY(const BytesView bytes, cursor.take(size));
    return to_bytes(bytes);
}

Result<chain::ReceiptProof> read_proof(BytesView raw) {
    codec::Cursor cursor(raw);
    chain::ReceiptProof out;
    MN_TRY(out.transaction_index, cursor.u8());
    MN_TRY(out.receipt, take_counted(cursor));
    while (cursor.remaining() > 0) {
        MN_TRY(Bytes node, take_counted(cursor));
        out.nodes.push_back(std::move(node));
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto proof = read_proof({data, size});
    if (!proof || proof->nodes.empty()) {
        return 0;
    }
    const Hash32 root = crypto::keccak256(proof->nodes.front());
    if (chain::verify_receipt(*proof, root)) {
        MN_CHECK(!chain::verify_receipt(*proof, Hash32()));
        chain::ReceiptProof other = *proof;
        other.transaction_index ^= 0x80;
        MN_CHECK(!chain::verify_receipt(other, root));
    }
    return 0;
}
