#include "mednexus/service/records.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::string_view kAnswerFormat = "mednexus/answer/v2";
constexpr std::size_t kRulesMax = 64;
constexpr std::size_t kHandleDigits = 32;

json::Value json_of(const OutputChecks& checks) {
    json::Object out;
    out.set("data_root", hex(checks.data_root));
    out.set("linear_repetitions", std::uint64_t{checks.linear_repetitions});
    out.set("query_proof", hex(checks.query_proof));
    return out;
}

Result<OutputChecks> read_checks(json::Reader& reader) {
    MN_TRY(const json::Value* value, reader.object("checks"));
    json::Reader checks(*value, "answer.checks");
    OutputChecks out;
    MN_TRY(out.data_root, read_hash(checks, "data_root"));
    MN_TRY(out.linear_repetitions, read_repetitions(checks));
    MN_TRY(out.query_proof, read_hash(checks, "query_proof"));
    MN_DO(checks.finish());
    return out;
}

json::Value json_of(const Opening& opening) {
    json::Object out;
    out.set("batch", opening.batch);
    out.set("finished", hex(opening.finished));
    out.set("owner", opening.owner);
    out.set("share", hex(opening.share));
    return out;
}

Result<Opening> read_opening(const json::Value& value) {
    json::Reader reader(value, "answer.openings");
    Opening out;
    MN_TRY(out.batch, read_checked(reader, "batch", &is_document_id));
    MN_TRY(out.finished, read_hash(reader, "finished"));
    MN_TRY(out.owner, read_checked(reader, "owner", &is_institution_name));
    MN_TRY(out.share, read_hash(reader, "share"));
    MN_DO(reader.finish());
    return out;
}

json::Array numbers_of(const std::vector<std::uint64_t>& numbers) {
    json::Array out;
    for (const std::uint64_t number : numbers) {
        out.emplace_back(number);
    }
    return out;
}

Result<std::uint64_t> read_slot_number(const json::Value& value) {
    if (value.as_number() == nullptr) {
        return fail(Kind::invalid, "answer.closed: no number");
    }
    MN_TRY(const std::int64_t slot, json::to_int64(*value.as_number()));
    if (slot < 0) {
        return fail(Kind::invalid, "answer.closed: below 0");
    }
    return static_cast<std::uint64_t>(slot);
}

/// At most `permitted` numbers below `count`, ascending.
Result<void> check_closed(const Answer& answer) {
    const auto& closed = answer.closed;
    const bool is_ascending =
        std::adjacent_find(closed.begin(), closed.end(), std::greater_equal<>()) == closed.end();
    if (!is_ascending || closed.size() > answer.permitted ||
        (!closed.empty() && closed.back() >= answer.count)) {
        return fail(Kind::invalid, "answer.closed: not ascending numbers of permitted slots");
    }
    return {};
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

std::string SlotRecord::handle() const {
    return codec::to_hex(commitment.view()).substr(0, kHandleDigits);
}

json::Value to_json(const SlotRecord& record) {
    json::Object out;
    out.set("batch", record.batch);
    out.set("commitment", hex(record.commitment));
    out.set("permitted", record.permitted);
    out.set("position", std::uint64_t{record.position});
    out.set("rules", texts_of(record.rules));
    out.set("slot", record.slot);
    return out;
}

Result<SlotRecord> parse_slot_record(const json::Value& value) {
    json::Reader reader(value, "slot");
    SlotRecord out;
    MN_TRY(out.batch, read_checked(reader, "batch", &is_document_id));
    MN_TRY(out.commitment, read_hash(reader, "commitment"));
    MN_TRY(out.permitted, reader.boolean("permitted"));
    MN_TRY(const std::uint64_t position, read_count(reader, "position", kPositionsMax - 1));
    MN_TRY(out.rules, read_rule_names(reader, "rules", kRulesMax));
    MN_TRY(out.slot, read_count(reader, "slot", kSlotsMax - 1));
    MN_DO(reader.finish());
    if (out.permitted != out.rules.empty()) {
        return fail(Kind::invalid, "slot: permitted, but a rule did not hold; or the reverse");
    }
    out.position = static_cast<std::uint32_t>(position);
    return out;
}

Hash32 slot_leaf(const SlotRecord& record) {
    return ledger::kRfc6962.leaf(bytes_of(json::write_canonical(to_json(record))));
}

std::vector<Hash32> slot_leaves(std::span<const SlotRecord> records) {
    std::vector<Hash32> out;
    out.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        MN_CHECK(records[i].slot == i);
        out.push_back(slot_leaf(records[i]));
    }
    return out;
}

Hash32 slots_root(std::span<const Hash32> leaves) {
    return leaves.empty() ? ledger::empty_root() : merkle::root_of(ledger::kRfc6962, leaves);
}

Result<std::vector<Hash32>> slot_proof(std::span<const Hash32> leaves, std::uint64_t slot) {
    return merkle::inclusion_proof(ledger::kRfc6962, leaves, slot);
}

json::Value to_json(const Answer& answer) {
    json::Array openings;
    for (const Opening& one : answer.openings) {
        openings.push_back(json_of(one));
    }
    json::Object out;
    out.set("format", kAnswerFormat);
    out.set("institution", answer.institution);
    out.set("job", answer.job);
    out.set("profile", hex(answer.profile));
    out.set("query_commitment", hex(answer.query_commitment));
    out.set("request", hex(answer.request));
    out.set("outputs", hex(answer.outputs));
    out.set("checks", json_of(answer.checks));
    out.set("count", answer.count);
    out.set("permitted", answer.permitted);
    out.set("slots_root", hex(answer.slots_root));
    out.set("closed", numbers_of(answer.closed));
    out.set("openings", std::move(openings));
    return out;
}

Result<Answer> parse_answer(const json::Value& value) {
    json::Reader reader(value, "answer");
    MN_DO(expect_text(reader, "format", kAnswerFormat));
    Answer out;
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_TRY(out.job, read_checked(reader, "job", &is_document_id));
    MN_TRY(out.profile, read_hash(reader, "profile"));
    MN_TRY(out.query_commitment, read_hash(reader, "query_commitment"));
    MN_TRY(out.request, read_hash(reader, "request"));
    MN_TRY(out.outputs, read_hash(reader, "outputs"));
    MN_TRY(out.checks, read_checks(reader));
    MN_TRY(out.count, read_count(reader, "count", kSlotsMax));
    MN_TRY(out.permitted, read_count(reader, "permitted", out.count));
    MN_TRY(out.slots_root, read_hash(reader, "slots_root"));
    MN_TRY(out.closed, read_array(reader, "closed", kSlotsMax, &read_slot_number));
    MN_TRY(out.openings, read_array(reader, "openings", kOpeningsOfAnswerMax, &read_opening));
    MN_DO(reader.finish());
    MN_DO(check_closed(out));
    return out;
}

}  // namespace mednexus::service
