#include "mednexus/service/records.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::string_view kAnswerFormat = "mednexus/answer/v1";
constexpr std::string_view kResultFormat = "mednexus/result/v1";
constexpr std::size_t kRuleBytesMax = 64;
constexpr std::size_t kRulesMax = 64;
constexpr std::size_t kHandleDigits = 32;
constexpr std::array<std::string_view, 3> kPeerOutcomes{"answered", "denied", "unavailable"};

bool is_rule_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= kRuleBytesMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || c == '.' || c == '_';
           });
}

Hash32 leaf_of(const SlotRecord& record) {
    return ledger::kRfc6962.leaf(bytes_of(json::write_canonical(to_json(record))));
}

std::vector<Hash32> leaves_of(std::span<const SlotRecord> records) {
    std::vector<Hash32> out;
    out.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        MN_CHECK(records[i].slot == i);
        out.push_back(leaf_of(records[i]));
    }
    return out;
}

/// Reads an array of at most `count_max` items with `read`.
template <typename T>
Result<std::vector<T>> read_array(json::Reader& reader,
                                  std::string_view key,
                                  std::size_t count_max,
                                  Result<T> (*read)(const json::Value&)) {
    MN_TRY(const json::Array* list, reader.array(key));
    if (list->size() > count_max) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": too many");
    }
    std::vector<T> out;
    for (const json::Value& one : *list) {
        MN_TRY(T item, read(one));
        out.push_back(std::move(item));
    }
    return out;
}

/// Best first; the handle decides between equal scores.
bool is_before(const Ranked& a, const Ranked& b) {
    return std::tie(b.score, a.handle, a.institution) < std::tie(a.score, b.handle, b.institution);
}

json::Value json_of(const OpenedSlot& opened) {
    json::Object out;
    out.set("handle", opened.handle());
    out.set("proof", hashes_of(opened.proof));
    out.set("record", to_json(opened.record));
    out.set("score", opened.score);
    return out;
}

Result<OpenedSlot> read_opened(const json::Value& value) {
    json::Reader reader(value, "answer.opened");
    OpenedSlot out;
    MN_TRY(const json::Value* record, reader.object("record"));
    MN_TRY(out.record, parse_slot_record(*record));
    MN_DO(expect_text(reader, "handle", out.handle()));
    MN_TRY(out.proof, read_hashes(reader, "proof", merkle::kProofLengthMax));
    MN_TRY(out.score, read_score(reader, "score"));
    MN_DO(reader.finish());
    return out;
}

json::Value json_of(const Ranked& ranked) {
    json::Object out;
    out.set("handle", ranked.handle);
    out.set("institution", ranked.institution);
    out.set("score", ranked.score);
    return out;
}

Result<Ranked> read_ranked(const json::Value& value) {
    json::Reader reader(value, "result.ranking");
    Ranked out;
    MN_TRY(out.handle, read_checked(reader, "handle", &is_document_id));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.score, read_score(reader, "score"));
    MN_DO(reader.finish());
    return out;
}

json::Value json_of(const PeerOutcome& peer) {
    json::Object out;
    out.set("count", peer.count);
    out.set("institution", peer.institution);
    out.set("outcome", peer.outcome);
    out.set("permitted", peer.permitted);
    return out;
}

Result<PeerOutcome> read_peer(const json::Value& value) {
    json::Reader reader(value, "result.peers");
    PeerOutcome out;
    MN_TRY(out.count, read_count(reader, "count", kSlotsMax));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.outcome, reader.string("outcome"));
    MN_TRY(out.permitted, read_count(reader, "permitted", out.count));
    MN_DO(reader.finish());
    if (std::find(kPeerOutcomes.begin(), kPeerOutcomes.end(), out.outcome) == kPeerOutcomes.end()) {
        return fail(Kind::invalid, "result.peers.outcome: not well formed");
    }
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

}  // namespace

Hash32 digest_of(const json::Value& record) {
    return crypto::sha256(bytes_of(json::write_canonical(record)));
}

Hash32 roster_hash(std::span<const Hash32> card_digests) {
    std::vector<std::string> lines;
    for (const Hash32& digest : card_digests) {
        lines.push_back(codec::to_hex(digest.view()) + "\n");
    }
    std::sort(lines.begin(), lines.end());
    std::string text = "mednexus/roster/v1\n";
    for (const std::string& line : lines) {
        text += line;
    }
    return crypto::sha256(bytes_of(text));
}

json::Value to_json(const SlotRecord& record) {
    json::Array rules;
    for (const std::string& rule : record.rules) {
        rules.emplace_back(rule);
    }
    json::Object out;
    out.set("commitment", hex(record.commitment));
    out.set("permitted", record.permitted);
    out.set("rules", std::move(rules));
    out.set("slot", record.slot);
    return out;
}

Result<SlotRecord> parse_slot_record(const json::Value& value) {
    json::Reader reader(value, "slot");
    SlotRecord out;
    MN_TRY(out.commitment, read_hash(reader, "commitment"));
    MN_TRY(out.permitted, reader.boolean("permitted"));
    MN_TRY(out.rules, reader.strings("rules"));
    MN_TRY(out.slot, read_count(reader, "slot", kSlotsMax - 1));
    MN_DO(reader.finish());
    if (out.rules.size() > kRulesMax ||
        !std::all_of(out.rules.begin(), out.rules.end(), &is_rule_name)) {
        return fail(Kind::invalid, "slot.rules: not well formed");
    }
    if (out.permitted != out.rules.empty()) {
        return fail(Kind::invalid, "slot: permitted, but a rule did not hold; or the reverse");
    }
    return out;
}

Hash32 slots_root(std::span<const SlotRecord> records) {
    return records.empty() ? ledger::empty_root()
                           : merkle::root_of(ledger::kRfc6962, leaves_of(records));
}

Result<std::vector<Hash32>> slot_proof(std::span<const SlotRecord> records, std::uint64_t slot) {
    return merkle::inclusion_proof(ledger::kRfc6962, leaves_of(records), slot);
}

std::string handle_of(const Hash32& commitment) {
    return codec::to_hex(commitment.view()).substr(0, kHandleDigits);
}

json::Value to_json(const Answer& answer) {
    json::Object out;
    out.set("format", kAnswerFormat);
    out.set("institution", answer.institution);
    out.set("job", answer.job);
    out.set("profile", hex(answer.profile));
    out.set("query_commitment", hex(answer.query_commitment));
    out.set("request", hex(answer.request));
    out.set("count", answer.count);
    out.set("permitted", answer.permitted);
    out.set("slots_root", hex(answer.slots_root));
    out.set("opened", array_of(answer.opened));
    out.set("notice", kClearScoresNotice);
    return out;
}

Result<Answer> parse_answer(const json::Value& value) {
    json::Reader reader(value, "answer");
    MN_DO(expect_text(reader, "format", kAnswerFormat));
    MN_DO(expect_text(reader, "notice", kClearScoresNotice));
    Answer out;
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.profile, read_hash(reader, "profile"));
    MN_TRY(out.query_commitment, read_hash(reader, "query_commitment"));
    MN_TRY(out.request, read_hash(reader, "request"));
    MN_TRY(out.count, read_count(reader, "count", kSlotsMax));
    MN_TRY(out.permitted, read_count(reader, "permitted", out.count));
    MN_TRY(out.slots_root, read_hash(reader, "slots_root"));
    MN_TRY(out.opened, read_array<OpenedSlot>(reader, "opened", kTopMax, &read_opened));
    MN_DO(reader.finish());
    return out;
}

std::vector<Ranked> merge_answers(std::span<const Answer> answers, std::uint64_t top) {
    std::vector<Ranked> out;
    for (const Answer& answer : answers) {
        for (const OpenedSlot& opened : answer.opened) {
            out.push_back({answer.institution, opened.handle(), opened.score});
        }
    }
    std::sort(out.begin(), out.end(), &is_before);
    out.resize(std::min<std::size_t>(out.size(), top));
    return out;
}

json::Value to_json(const MatchResult& result) {
    json::Object out;
    out.set("format", kResultFormat);
    out.set("job", result.job);
    out.set("requester", result.requester);
    out.set("purpose", code_of(result.purpose));
    out.set("profile", hex(result.profile));
    out.set("query_commitment", hex(result.query_commitment));
    out.set("request", hex(result.request));
    out.set("top", result.top);
    out.set("peers", array_of(result.peers));
    out.set("ranking", array_of(result.ranking));
    out.set("notice", kClearScoresNotice);
    return out;
}

Result<MatchResult> parse_match_result_record(const json::Value& value) {
    json::Reader reader(value, "result");
    MN_DO(expect_text(reader, "format", kResultFormat));
    MN_DO(expect_text(reader, "notice", kClearScoresNotice));
    MatchResult out;
    MN_TRY(out.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.requester, read_checked(reader, "requester", &is_institution_name));
    MN_TRY(out.purpose, read_purpose(reader));
    MN_TRY(out.profile, read_hash(reader, "profile"));
    MN_TRY(out.query_commitment, read_hash(reader, "query_commitment"));
    MN_TRY(out.request, read_hash(reader, "request"));
    MN_TRY(out.top, read_count(reader, "top", kTopMax));
    MN_TRY(out.peers, read_array<PeerOutcome>(reader, "peers", kInstitutionsMax, &read_peer));
    MN_TRY(out.ranking, read_array<Ranked>(reader, "ranking", kTopMax, &read_ranked));
    MN_DO(reader.finish());
    return out;
}

}  // namespace mednexus::service
