#include "mednexus/ledger/trust_policy.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/note.hpp"
#include "mednexus/ledger/internal/decimal.hpp"

namespace mednexus::ledger {

namespace {

using Items = std::vector<std::string_view>;

constexpr std::string_view kNone = "none";
constexpr std::array<std::string_view, 3> kLinesOfLaterVersions{
    "chain-id", "anchor", "trusted-block"};

Failure refuse(std::string rule) {
    return fail(Kind::invalid, std::move(rule));
}

Result<void> bounded(std::size_t count) {
    if (count > kPolicyNamesMax) {
        return refuse("more than " + std::to_string(kPolicyNamesMax) + " lines of this kind");
    }
    return {};
}

bool is_allowed(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet == '\t' || (octet >= 0x20 && octet != 0x7f);
}

Items split(std::string_view line) {
    Items items;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = line.find_first_not_of(" \t", at);
        if (begin == std::string_view::npos) {
            break;
        }
        at = std::min(line.find_first_of(" \t", begin), line.size());
        items.push_back(line.substr(begin, at - begin));
    }
    return items;
}

/// Collects the lines; each take_ function reads one kind.
class Builder {
public:
    [[nodiscard]] Result<void> take(const Items& items);
    [[nodiscard]] Result<TrustPolicy> finish() &&;

private:
    [[nodiscard]] Result<void> take_log(const Items& items);
    [[nodiscard]] Result<void> take_witness(const Items& items);
    [[nodiscard]] Result<void> take_group(const Items& items);
    [[nodiscard]] Result<void> take_quorum(const Items& items);
    [[nodiscard]] Result<void> take_roster(const Items& items);
    [[nodiscard]] Result<void> define(std::string_view name);
    [[nodiscard]] Result<crypto::NoteVerifier> key_of(std::string_view vkey,
                                                      crypto::NoteKeyType type) const;

    TrustPolicy policy_;
    bool has_quorum_ = false;
    std::unordered_set<std::string> names_;
    std::unordered_set<std::string> grouped_;
    std::unordered_set<crypto::Ed25519PublicKey> log_keys_;
    std::unordered_set<crypto::Ed25519PublicKey> witness_keys_;
};

Result<void> Builder::define(std::string_view name) {
    if (name == kNone) {
        return refuse("the name none is taken");
    }
    if (!names_.insert(std::string(name)).second) {
        return refuse("a name is defined twice");
    }
    return {};
}

Result<crypto::NoteVerifier> Builder::key_of(std::string_view vkey,
                                             crypto::NoteKeyType type) const {
    MN_TRY(crypto::NoteVerifier key, crypto::parse_vkey(vkey));
    if (key.type != type) {
        return refuse(type == crypto::NoteKeyType::ed25519
                          ? "a log needs a note key (type 0x01)"
                          : "a witness needs a cosignature key (type 0x04)");
    }
    return key;
}

Result<void> Builder::take_log(const Items& items) {
    if (items.size() < 2 || items.size() > 3) {
        return refuse("expected: log VKEY [URL]");
    }
    MN_TRY(crypto::NoteVerifier key, key_of(items[1], crypto::NoteKeyType::ed25519));
    if (!log_keys_.insert(key.key).second) {
        return refuse("two log lines with one key");
    }
    policy_.logs.push_back(std::move(key));
    return bounded(policy_.logs.size());
}

Result<void> Builder::take_witness(const Items& items) {
    if (items.size() < 3 || items.size() > 4) {
        return refuse("expected: witness NAME VKEY [URL]");
    }
    MN_DO(define(items[1]));
    MN_TRY(crypto::NoteVerifier key, key_of(items[2], crypto::NoteKeyType::cosignature));
    if (!witness_keys_.insert(key.key).second) {
        return refuse("two witness lines with one key");
    }
    policy_.witnesses.push_back({.name = std::string(items[1]), .key = std::move(key)});
    return bounded(policy_.witnesses.size());
}

Result<std::uint32_t> parse_threshold(std::string_view word, std::size_t members) {
    if (word == "any") {
        return 1U;
    }
    if (word == "all") {
        return static_cast<std::uint32_t>(members);
    }
    const auto value = internal::parse_decimal(word);
    if (!value || *value < 1 || *value > members) {
        return refuse("the threshold is not all, any or 1 to the number of members");
    }
    return static_cast<std::uint32_t>(*value);
}

Result<void> Builder::take_group(const Items& items) {
    if (items.size() < 4) {
        return refuse("expected: group NAME all|any|K NAME…");
    }
    PolicyGroup group{.name = std::string(items[1]), .threshold = 1, .members = {}};
    MN_TRY(group.threshold, parse_threshold(items[2], items.size() - 3));
    for (auto member = items.begin() + 3; member != items.end(); ++member) {
        if (names_.count(std::string(*member)) == 0) {
            return refuse("a member that no line before defines");
        }
        if (!grouped_.insert(std::string(*member)).second) {
            return refuse("a name is a member twice");
        }
        group.members.emplace_back(*member);
    }
    MN_DO(define(items[1]));
    policy_.groups.push_back(std::move(group));
    return bounded(policy_.groups.size());
}

Result<void> Builder::take_quorum(const Items& items) {
    if (items.size() != 2) {
        return refuse("expected: quorum NAME");
    }
    if (std::exchange(has_quorum_, true)) {
        return refuse("a second quorum line");
    }
    if (items[1] != kNone && names_.count(std::string(items[1])) == 0) {
        return refuse("a quorum that no line before defines");
    }
    policy_.quorum = std::string(items[1]);
    return {};
}

Result<void> Builder::take_roster(const Items& items) {
    constexpr std::size_t kHexDigits = 2 * Hash32::kSizeBytes;
    if (items.size() != 2) {
        return refuse("expected: roster HASH");
    }
    if (policy_.roster) {
        return refuse("a second roster line");
    }
    std::string_view digits = items[1];
    digits.remove_prefix(digits.substr(0, 2) == "0x" ? 2 : 0);
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (digits.size() != kHexDigits || !std::all_of(digits.begin(), digits.end(), is_digit)) {
        return refuse("the roster hash is not 64 lower-case hex digits");
    }
    MN_TRY(policy_.roster, codec::parse_hex_as<Hash32>(digits));
    return {};
}

Result<void> Builder::take(const Items& items) {
    const std::string_view word = items.front();
    if (word == "log") {
        return take_log(items);
    }
    if (word == "witness") {
        return take_witness(items);
    }
    if (word == "group") {
        return take_group(items);
    }
    if (word == "quorum") {
        return take_quorum(items);
    }
    if (word == "roster") {
        return take_roster(items);
    }
    for (const std::string_view later : kLinesOfLaterVersions) {
        if (word == later) {
            return refuse("lines of kind " + std::string(later) + " are not supported yet");
        }
    }
    return refuse("not one of log, witness, group, quorum, roster");
}

Result<TrustPolicy> Builder::finish() && {
    if (!has_quorum_) {
        return refuse("trust policy: no quorum line");
    }
    return std::move(policy_);
}

/// Answers for each name whether it witnessed; groups refer backwards only, so one pass suffices.
bool reaches_quorum(const TrustPolicy& policy, const std::vector<std::string>& cosigned_by) {
    if (policy.quorum == kNone) {
        return true;
    }
    std::unordered_set<std::string> witnessed(cosigned_by.begin(), cosigned_by.end());
    for (const PolicyGroup& group : policy.groups) {
        const auto count = std::count_if(
            group.members.begin(), group.members.end(), [&](const std::string& member) {
                return witnessed.count(member) != 0;
            });
        if (static_cast<std::uint64_t>(count) >= group.threshold) {
            witnessed.insert(group.name);
        }
    }
    return witnessed.count(policy.quorum) != 0;
}

std::vector<crypto::NoteVerifier> keys_for(const TrustPolicy& policy, const std::string& origin) {
    std::vector<crypto::NoteVerifier> known;
    for (const crypto::NoteVerifier& log : policy.logs) {
        if (log.name == origin) {
            known.push_back(log);
        }
    }
    for (const PolicyWitness& witness : policy.witnesses) {
        known.push_back(witness.key);
    }
    return known;
}

}  // namespace

Result<TrustPolicy> parse_trust_policy(std::string_view text) {
    if (text.size() > kPolicySizeBytesMax) {
        return refuse("trust policy: longer than 1 MiB");
    }
    Builder builder;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::string place = "trust policy: line " + std::to_string(++number);
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return refuse(place + ": does not end in a newline");
        }
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (number > kPolicyLinesMax) {
            return refuse(place + ": too many lines");
        }
        if (!std::all_of(line.begin(), line.end(), is_allowed)) {
            return refuse(place + ": holds a control character");
        }
        const Items items = split(line);
        if (items.empty() || items.front().front() == '#') {
            continue;
        }
        if (const auto taken = builder.take(items); !taken) {
            return fail_in(place, taken.error());
        }
    }
    return std::move(builder).finish();
}

Result<TrustedCheckpoint> open_trusted_checkpoint(const TrustPolicy& policy,
                                                  std::string_view signed_note) {
    MN_TRY(const codec::Note note, codec::parse_note(signed_note));
    MN_TRY(Checkpoint checkpoint, parse_checkpoint_text(note.text));
    const std::vector<crypto::NoteVerifier> known = keys_for(policy, checkpoint.origin);
    const std::size_t log_count = known.size() - policy.witnesses.size();
    if (log_count == 0) {
        return fail(Kind::denied, "trust policy: no log line for this origin");
    }
    MN_TRY(const std::vector<std::size_t> signed_by, crypto::verify_note(note, known));
    if (signed_by.empty() || signed_by.front() >= log_count) {
        return fail(Kind::denied, "trust policy: not signed by the listed log");
    }
    TrustedCheckpoint out{
        .checkpoint = std::move(checkpoint), .log = known[signed_by.front()], .cosigned_by = {}};
    for (const std::size_t index : signed_by) {
        if (index >= log_count) {
            out.cosigned_by.push_back(policy.witnesses[index - log_count].name);
        }
    }
    if (!reaches_quorum(policy, out.cosigned_by)) {
        return fail(Kind::denied,
                    "trust policy: quorum not reached with " +
                        std::to_string(out.cosigned_by.size()) + " cosignatures");
    }
    return out;
}

}  // namespace mednexus::ledger
