/// The form of the part `anchors`.
#include "mednexus/codec/base64.hpp"
#include "mednexus/service/internal/anchor_fields.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::uint64_t kNumberMax = (1ULL << 53U) - 1;
constexpr std::size_t kNodeSizeBytesMax = chain::kReceiptSizeBytesMax + 64;

json::Value base64_list(const std::vector<Bytes>& items) {
    json::Array out;
    for (const Bytes& item : items) {
        out.emplace_back(codec::to_base64(item));
    }
    return json::Value(std::move(out));
}

json::Value to_json(const AnchorReceipt& receipt) {
    json::Object out;
    out.set("header", receipt.header);
    out.set("institution", receipt.institution);
    out.set("nodes", base64_list(receipt.proof.nodes));
    out.set("receipt", codec::to_base64(receipt.proof.receipt));
    out.set("transaction", receipt.proof.transaction_index);
    return json::Value(std::move(out));
}

Failure out_of_bounds(const json::Reader& reader, std::string_view key) {
    return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": out of bounds");
}

Result<Bytes> read_bytes(const std::string& text, std::size_t size_bytes_max) {
    MN_TRY(Bytes out, codec::parse_base64(text));
    if (out.empty() || out.size() > size_bytes_max) {
        return fail(Kind::invalid,
                    "anchors: not 1 to " + std::to_string(size_bytes_max) + " bytes");
    }
    return out;
}

Result<std::vector<Bytes>> read_bytes_list(json::Reader& reader,
                                           std::string_view key,
                                           std::size_t count_max,
                                           std::size_t size_bytes_max) {
    MN_TRY(const std::vector<std::string> texts, reader.strings(key));
    if (texts.empty() || texts.size() > count_max) {
        return out_of_bounds(reader, key);
    }
    std::vector<Bytes> out;
    for (const std::string& text : texts) {
        MN_TRY(Bytes item, read_bytes(text, size_bytes_max));
        out.push_back(std::move(item));
    }
    return out;
}

Result<AnchorReceipt> read_receipt(const json::Value& value, std::size_t header_count) {
    json::Reader reader(value, "anchors.receipts");
    AnchorReceipt out;
    MN_TRY(out.header, read_count(reader, "header", header_count - 1));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.proof.nodes,
           read_bytes_list(reader, "nodes", chain::kProofNodesMax, kNodeSizeBytesMax));
    MN_TRY(const std::string receipt, reader.string("receipt"));
    MN_TRY(out.proof.receipt, read_bytes(receipt, chain::kReceiptSizeBytesMax));
    MN_TRY(out.proof.transaction_index, read_count(reader, "transaction", kNumberMax));
    MN_DO(reader.finish());
    return out;
}

}  // namespace

json::Value to_json(const BundleAnchors& anchors) {
    json::Array receipts;
    for (const AnchorReceipt& receipt : anchors.receipts) {
        receipts.push_back(to_json(receipt));
    }
    json::Object out;
    out.set("chain_id", anchors.chain_id);
    out.set("contract", codec::to_hex_0x(anchors.contract.view()));
    out.set("headers", base64_list(anchors.headers));
    out.set("receipts", std::move(receipts));
    return json::Value(std::move(out));
}

Result<BundleAnchors> parse_anchors(const json::Value& value) {
    json::Reader reader(value, "anchors");
    BundleAnchors out;
    MN_TRY(out.chain_id, read_count(reader, "chain_id", kNumberMax));
    MN_TRY(const std::string contract, reader.string("contract"));
    MN_TRY(out.headers,
           read_bytes_list(reader, "headers", kAnchorHeadersMax, chain::kHeaderSizeBytesMax));
    MN_TRY(const json::Array* receipts, reader.array("receipts"));
    MN_DO(reader.finish());
    if (out.chain_id == 0) {
        return out_of_bounds(reader, "chain_id");
    }
    if (receipts->empty() || receipts->size() > kInstitutionsMax) {
        return out_of_bounds(reader, "receipts");
    }
    MN_TRY(out.contract, crypto::parse_evm_address(contract));
    for (const json::Value& one : *receipts) {
        MN_TRY(AnchorReceipt receipt, read_receipt(one, out.headers.size()));
        out.receipts.push_back(std::move(receipt));
    }
    return out;
}

}  // namespace mednexus::service::internal
