#include "mednexus/service/result_package.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "mednexus/merkle/merkle.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::string_view kFormat = "mednexus/result-package/v1";
constexpr std::size_t kRulesMax = 64;
constexpr std::uint64_t kBatchesMax = std::uint64_t{kMembersMax} * 4096;

// Part of the format: docs/formats/mnx.md section 10.
constexpr std::array<std::string_view, 6> kNotProven{
    "that the requester reported the scores truthfully: the shares that opened them are not in the "
    "bundle; their hashes are",
    "that the sums are right and the query an encryption, other than by the word of each member "
    "that checked them: neither check is repeated here",
    "that decryption shares are honest: a false one shifts or spoils scores, and is found only "
    "where a score leaves its range",
    "that encrypted cases and query are true, or that their entries lie in range",
    "that a member's index holds every case it could hold, or that its records of slots are of the "
    "cases that sit there",
    "that members keep their key shares to themselves: all of them together can open everything"};

json::Value json_of(const OwnedIndex& one) {
    json::Object out;
    out.set("index", hex(one.index));
    out.set("owner", one.owner);
    return out;
}

Result<OwnedIndex> read_index(const json::Value& value) {
    json::Reader reader(value, "result.computation.indexes");
    OwnedIndex out;
    MN_TRY(out.index, read_hash(reader, "index"));
    MN_TRY(out.owner, read_checked(reader, "owner", &is_institution_name));
    MN_DO(reader.finish());
    return out;
}

json::Value json_of(const CheckedBy& one) {
    json::Object out;
    out.set("institution", one.institution);
    out.set("linear_repetitions", std::uint64_t{one.linear_repetitions});
    return out;
}

Result<CheckedBy> read_checked_by(const json::Value& value) {
    json::Reader reader(value, "result.checks");
    CheckedBy out;
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.linear_repetitions, read_repetitions(reader));
    MN_DO(reader.finish());
    return out;
}

json::Value json_of(const DecidedBy& one) {
    json::Object out;
    out.set("count", one.count);
    out.set("institution", one.institution);
    out.set("not_permitted", one.not_permitted);
    out.set("permitted", one.permitted);
    out.set("rules", texts_of(one.rules));
    return out;
}

Result<DecidedBy> read_decided_by(const json::Value& value) {
    json::Reader reader(value, "result.decisions");
    DecidedBy out;
    MN_TRY(out.count, read_count(reader, "count", kSlotsMax));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.not_permitted, read_count(reader, "not_permitted", out.count));
    MN_TRY(out.permitted, read_count(reader, "permitted", out.count));
    MN_TRY(out.rules, read_rule_names(reader, "rules", kRulesMax));
    MN_DO(reader.finish());
    return out;
}

json::Value json_of(const RankedSlot& one) {
    json::Object out;
    out.set("handle", one.record.handle());
    out.set("institution", one.institution);
    out.set("proof", hashes_of(one.proof));
    out.set("record", to_json(one.record));
    out.set("score", one.score);
    return out;
}

Result<RankedSlot> read_ranked(const json::Value& value) {
    json::Reader reader(value, "result.ranking");
    RankedSlot out;
    MN_TRY(const json::Value* record, reader.object("record"));
    MN_TRY(out.record, parse_slot_record(*record));
    MN_DO(expect_text(reader, "handle", out.record.handle()));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.proof, read_hashes(reader, "proof", merkle::kProofLengthMax));
    MN_TRY(out.score, read_score(reader, "score"));
    MN_DO(reader.finish());
    return out;
}

template <typename T>
json::Array array_of(const std::vector<T>& items) {
    json::Array out;
    for (const T& item : items) {
        out.push_back(json_of(item));
    }
    return out;
}

json::Value json_of(const Computation& made) {
    json::Object out;
    out.set("batches", made.batches);
    out.set("compute", made.compute);
    out.set("consortium", hex(made.consortium));
    out.set("data_root", hex(made.data_root));
    out.set("epoch", std::uint64_t{made.epoch});
    out.set("indexes", array_of(made.indexes));
    out.set("keys", hex(made.keys));
    out.set("outputs", hex(made.outputs));
    out.set("query", hex(made.query));
    out.set("ring", hex(made.ring));
    out.set("session", hex(made.session));
    return out;
}

Result<Computation> read_computation(const json::Value& value) {
    json::Reader reader(value, "result.computation");
    Computation out;
    MN_TRY(out.batches, read_count(reader, "batches", kBatchesMax));
    MN_TRY(out.compute, read_checked(reader, "compute", &is_institution_name));
    MN_TRY(out.consortium, read_hash(reader, "consortium"));
    MN_TRY(out.data_root, read_hash(reader, "data_root"));
    MN_TRY(const std::uint64_t epoch, read_count(reader, "epoch", kEpochMax));
    MN_TRY(out.indexes, read_array(reader, "indexes", kMembersMax, &read_index));
    MN_TRY(out.keys, read_hash(reader, "keys"));
    MN_TRY(out.outputs, read_hash(reader, "outputs"));
    MN_TRY(out.query, read_hash(reader, "query"));
    MN_TRY(out.ring, read_hash(reader, "ring"));
    MN_TRY(out.session, read_hash(reader, "session"));
    MN_DO(reader.finish());
    out.epoch = static_cast<std::uint32_t>(epoch);
    return out;
}

json::Array not_proven_lines() {
    json::Array out;
    for (const std::string_view line : kNotProven) {
        out.emplace_back(line);
    }
    return out;
}

Result<void> expect_not_proven(json::Reader& reader) {
    MN_TRY(const std::vector<std::string> lines, reader.strings("not_proven"));
    if (!std::equal(lines.begin(), lines.end(), kNotProven.begin(), kNotProven.end())) {
        return fail(Kind::invalid, "result.not_proven: other lines than those of the format");
    }
    return {};
}

}  // namespace

std::span<const std::string_view> match_not_proven() noexcept {
    return kNotProven;
}

bool is_ranked_before(const RankedSlot& a, const RankedSlot& b) {
    return std::tuple(b.score, a.record.handle(), a.institution) <
           std::tuple(a.score, b.record.handle(), b.institution);
}

std::uint64_t not_permitted_of(const Answer& answer) noexcept {
    return answer.count - answer.permitted + answer.closed.size();
}

json::Value to_json(const ResultPackage& package) {
    json::Object out;
    out.set("format", kFormat);
    out.set("job", package.job);
    out.set("requester", package.requester);
    out.set("purpose", code_of(package.purpose));
    out.set("profile", hex(package.profile));
    out.set("top", package.top);
    out.set("query_commitment", hex(package.query_commitment));
    out.set("request", hex(package.request));
    out.set("computation", json_of(package.computation));
    out.set("checks", array_of(package.checks));
    out.set("decisions", array_of(package.decisions));
    out.set("ranking", array_of(package.ranking));
    out.set("not_proven", not_proven_lines());
    return out;
}

Result<ResultPackage> parse_result_package(const json::Value& value) {
    json::Reader reader(value, "result");
    MN_DO(expect_text(reader, "format", kFormat));
    MN_DO(expect_not_proven(reader));
    ResultPackage out;
    MN_TRY(out.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.requester, read_checked(reader, "requester", &is_institution_name));
    MN_TRY(out.purpose, read_purpose(reader));
    MN_TRY(out.profile, read_hash(reader, "profile"));
    MN_TRY(out.top, read_count(reader, "top", kTopMax));
    MN_TRY(out.query_commitment, read_hash(reader, "query_commitment"));
    MN_TRY(out.request, read_hash(reader, "request"));
    MN_TRY(const json::Value* computation, reader.object("computation"));
    MN_TRY(out.computation, read_computation(*computation));
    MN_TRY(out.checks, read_array(reader, "checks", kMembersMax, &read_checked_by));
    MN_TRY(out.decisions, read_array(reader, "decisions", kMembersMax, &read_decided_by));
    MN_TRY(out.ranking, read_array(reader, "ranking", kTopMax, &read_ranked));
    MN_DO(reader.finish());
    return out;
}

}  // namespace mednexus::service
