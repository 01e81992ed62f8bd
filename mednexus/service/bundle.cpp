#include "mednexus/service/bundle.hpp"

#include <algorithm>

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/note.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/merkle/merkle.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/internal/anchor_fields.hpp"
#include "mednexus/service/internal/availability_fields.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

json::Value json_of(const LogLeaf& leaf) {
    json::Object out;
    out.set("entry", codec::to_base64(leaf.entry));
    out.set("index", leaf.index);
    out.set("proof", hashes_of(leaf.proof));
    return out;
}

json::Value json_of(const LogEvidence& evidence) {
    json::Array leaves;
    for (const LogLeaf& leaf : evidence.leaves) {
        leaves.push_back(json_of(leaf));
    }
    json::Object out;
    out.set("checkpoint", evidence.checkpoint);
    out.set("institution", evidence.institution);
    out.set("leaves", std::move(leaves));
    return out;
}

json::Value json_of(const BundleParts& parts) {
    json::Array answers;
    json::Array evidence;
    for (const Answer& answer : parts.answers) {
        answers.push_back(to_json(answer));
    }
    for (const LogEvidence& one : parts.evidence) {
        evidence.push_back(json_of(one));
    }
    json::Object out;
    if (parts.anchors) {
        out.set("anchors", to_json(*parts.anchors));
    }
    out.set("answers", std::move(answers));
    if (parts.availability) {
        out.set("availability", to_json(*parts.availability));
    }
    out.set("cards", texts_of(parts.cards));
    out.set("consortium", parts.consortium);
    out.set("evidence", std::move(evidence));
    out.set("indexes", texts_of(parts.indexes));
    out.set("keys", parts.keys);
    out.set("outputs", parts.outputs);
    out.set("request", parts.request);
    out.set("result", to_json(parts.result));
    return out;
}

std::string text_of_bundle(const Bundle& bundle) {
    json::Object out;
    out.set("format", kBundleFormat);
    out.set("manifest", bundle.manifest);
    out.set("parts", json_of(bundle.parts));
    return json::write_canonical(out);
}

Result<Hash32> digest_of_note(std::string_view note) {
    MN_TRY(const codec::Note parsed, codec::parse_note(note));
    return crypto::sha256(bytes_of(parsed.text));
}

Result<std::vector<Hash32>> digests_of_notes(const std::vector<std::string>& notes) {
    std::vector<Hash32> out;
    for (const std::string& note : notes) {
        MN_TRY(const Hash32 digest, digest_of_note(note));
        out.push_back(digest);
    }
    return out;
}

template <typename T, typename ToJson>
json::Value digests_of(const std::vector<T>& items, ToJson to_json_of) {
    json::Array out;
    for (const T& item : items) {
        out.emplace_back(hex(digest_of(json::Value(to_json_of(item)))));
    }
    return out;
}

Result<const json::Array*> read_bounded(json::Reader& reader,
                                        std::string_view key,
                                        std::size_t count_max) {
    MN_TRY(const json::Array* list, reader.array(key));
    if (list->empty() || list->size() > count_max) {
        return fail(Kind::invalid,
                    reader.path() + "." + std::string(key) + ": not 1 to " +
                        std::to_string(count_max) + " items");
    }
    return list;
}

Result<LogLeaf> read_leaf(const json::Value& value) {
    constexpr std::uint64_t kIndexMax = (1ULL << 53U) - 1;
    json::Reader reader(value, "evidence.leaves");
    LogLeaf out;
    MN_TRY(const std::string entry, reader.string("entry"));
    MN_TRY(out.entry, codec::parse_base64(entry));
    MN_TRY(out.index, read_count(reader, "index", kIndexMax));
    MN_TRY(out.proof, read_hashes(reader, "proof", merkle::kProofLengthMax));
    MN_DO(reader.finish());
    return out;
}

Result<LogEvidence> read_evidence(const json::Value& value) {
    json::Reader reader(value, "evidence");
    LogEvidence out;
    MN_TRY(out.checkpoint, reader.string("checkpoint"));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(const json::Array* leaves, read_bounded(reader, "leaves", kLeavesMax));
    MN_DO(reader.finish());
    for (const json::Value& leaf : *leaves) {
        MN_TRY(LogLeaf read, read_leaf(leaf));
        out.leaves.push_back(std::move(read));
    }
    return out;
}

Result<BundleParts> read_parts(const json::Value& value) {
    json::Reader reader(value, "parts");
    BundleParts out;
    MN_TRY(out.cards, reader.strings("cards"));
    MN_TRY(out.consortium, reader.string("consortium"));
    MN_TRY(out.keys, reader.string("keys"));
    MN_TRY(out.indexes, reader.strings("indexes"));
    MN_TRY(out.outputs, reader.string("outputs"));
    MN_TRY(out.request, reader.string("request"));
    MN_TRY(out.answers, read_array(reader, "answers", kInstitutionsMax, &parse_answer));
    MN_TRY(const json::Value* result, reader.object("result"));
    MN_TRY(const json::Array* evidence, read_bounded(reader, "evidence", kInstitutionsMax));
    const json::Value* const anchors = reader.optional("anchors");
    const json::Value* const availability = reader.optional("availability");
    MN_DO(reader.finish());
    if (out.cards.empty() || out.cards.size() > kInstitutionsMax || out.indexes.empty() ||
        out.indexes.size() > kMembersMax) {
        return fail(Kind::invalid, "parts: not 1 to 256 cards, or not 1 to 16 indexes");
    }
    MN_TRY(out.result, parse_result_package(*result));
    for (const json::Value& one : *evidence) {
        MN_TRY(LogEvidence read, read_evidence(one));
        out.evidence.push_back(std::move(read));
    }
    if (anchors != nullptr) {
        MN_TRY(out.anchors, parse_anchors(*anchors));
    }
    if (availability != nullptr) {
        MN_TRY(out.availability, parse_availability(*availability));
    }
    return out;
}

template <typename T>
bool is_sorted_by_institution(const std::vector<T>& items) {
    return std::adjacent_find(items.begin(), items.end(), [](const T& a, const T& b) {
               return a.institution >= b.institution;
           }) == items.end();
}

}  // namespace

Result<std::string> manifest_text(const BundleParts& parts) {
    MN_TRY(const std::vector<Hash32> cards, digests_of_notes(parts.cards));
    MN_TRY(const Hash32 consortium, digest_of_note(parts.consortium));
    MN_TRY(const std::vector<Hash32> indexes, digests_of_notes(parts.indexes));
    MN_TRY(const Hash32 keys, digest_of_note(parts.keys));
    MN_TRY(const Hash32 outputs, digest_of_note(parts.outputs));
    MN_TRY(const Hash32 request, digest_of_note(parts.request));
    json::Object out;
    if (parts.anchors) {
        out.set("anchors", hex(digest_of(json::Value(to_json(*parts.anchors)))));
    }
    out.set("answers", digests_of(parts.answers, [](const Answer& one) { return to_json(one); }));
    if (parts.availability) {
        out.set("availability", hex(digest_of(to_json(*parts.availability))));
    }
    out.set("cards", hashes_of(cards));
    out.set("consortium", hex(consortium));
    out.set("evidence",
            digests_of(parts.evidence, [](const LogEvidence& one) { return json_of(one); }));
    out.set("indexes", hashes_of(indexes));
    out.set("job", parts.result.job);
    out.set("keys", hex(keys));
    out.set("outputs", hex(outputs));
    out.set("request", hex(request));
    out.set("requester", parts.result.requester);
    out.set("result", hex(digest_of(to_json(parts.result))));
    out.set("roster", hex(roster_hash(cards)));
    return write_document_text(kManifestKind, out);
}

Result<std::string> make_bundle(const BundleParts& parts, const crypto::NoteSigner& log_signer) {
    MN_TRY(const std::string text, manifest_text(parts));
    std::string bundle =
        text_of_bundle({.manifest = crypto::make_signed_note(log_signer, text), .parts = parts});
    MN_TRY(const Bundle checked, parse_bundle(bundle));
    return bundle;
}

Result<Bundle> parse_bundle(std::string_view text) {
    MN_TRY(const json::Value value, json::parse(text, {.size_bytes_max = kMnxSizeBytesMax}));
    json::Reader reader(value, "bundle");
    MN_DO(expect_text(reader, "format", kBundleFormat));
    Bundle out;
    MN_TRY(out.manifest, reader.string("manifest"));
    MN_TRY(const json::Value* parts, reader.object("parts"));
    MN_DO(reader.finish());
    MN_TRY(out.parts, read_parts(*parts));
    if (!is_sorted_by_institution(out.parts.answers) ||
        !is_sorted_by_institution(out.parts.evidence) ||
        (out.parts.anchors && !is_sorted_by_institution(out.parts.anchors->receipts))) {
        return fail(Kind::invalid,
                    "parts: answers, evidence or receipts are not sorted by institution");
    }
    if (text_of_bundle(out) != text) {
        return fail(Kind::invalid, "bundle: not canonical");
    }
    return out;
}

}  // namespace mednexus::service
