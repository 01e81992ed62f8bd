/// The form of the part `availability`.
#include <algorithm>

#include "mednexus/codec/base64.hpp"
#include "mednexus/da/certificate.hpp"
#include "mednexus/merkle/merkle.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/internal/availability_fields.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

namespace {

json::Value json_of(const CertifiedBatch& batch) {
    json::Object leaf;
    leaf.set("entry", codec::to_base64(batch.leaf.entry));
    leaf.set("index", batch.leaf.index);
    leaf.set("proof", hashes_of(batch.leaf.proof));
    json::Object out;
    out.set("certificate", batch.certificate);
    out.set("consistency", hashes_of(batch.consistency));
    out.set("header", batch.header);
    out.set("institution", batch.institution);
    out.set("leaf", std::move(leaf));
    return json::Value(std::move(out));
}

Result<LogLeaf> read_leaf(const json::Value& value) {
    json::Reader reader(value, "availability.leaf");
    LogLeaf out;
    MN_TRY(const std::string entry, reader.string("entry"));
    MN_TRY(out.entry, codec::parse_base64(entry));
    MN_TRY(out.index, read_count(reader, "index", da::kLogSizeMax));
    MN_TRY(out.proof, read_hashes(reader, "proof", merkle::kProofLengthMax));
    MN_DO(reader.finish());
    MN_TRY([[maybe_unused]] const Event event, parse_event(out.entry));
    return out;
}

Result<CertifiedBatch> read_batch(const json::Value& value) {
    json::Reader reader(value, "availability");
    CertifiedBatch out;
    MN_TRY(out.certificate, reader.string("certificate"));
    MN_TRY(out.consistency, read_hashes(reader, "consistency", 2 * merkle::kProofLengthMax));
    MN_TRY(out.header, reader.string("header"));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(const json::Value* leaf, reader.object("leaf"));
    MN_DO(reader.finish());
    MN_TRY([[maybe_unused]] const da::Header header, da::parse_header(out.header));
    MN_TRY([[maybe_unused]] const Hash32 commitment, da::parse_certificate(out.certificate));
    MN_TRY(out.leaf, read_leaf(*leaf));
    return out;
}

/// By institution, then by first entry; so no batch twice.
bool comes_before(const CertifiedBatch& a, const CertifiedBatch& b) {
    const auto from = [](const CertifiedBatch& one) {
        return da::parse_header(one.header).value_or(da::Header{}).batch.from;
    };
    return a.institution != b.institution ? a.institution < b.institution : from(a) < from(b);
}

}  // namespace

json::Value to_json(const BundleAvailability& availability) {
    json::Array batches;
    for (const CertifiedBatch& one : availability.batches) {
        batches.push_back(json_of(one));
    }
    return json::Value(std::move(batches));
}

Result<BundleAvailability> parse_availability(const json::Value& value) {
    const json::Array* const list = value.as_array();
    if (list == nullptr || list->empty() || list->size() > kCertifiedBatchesMax) {
        return fail(Kind::invalid, "availability: not an array of 1 to 1024 batches");
    }
    BundleAvailability out;
    for (const json::Value& one : *list) {
        MN_TRY(CertifiedBatch batch, read_batch(one));
        if (!out.batches.empty() && !comes_before(out.batches.back(), batch)) {
            return fail(Kind::invalid, "availability: not sorted, or a batch twice");
        }
        out.batches.push_back(std::move(batch));
    }
    return out;
}

}  // namespace mednexus::service::internal
