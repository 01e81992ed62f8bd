#include "mednexus/ledger/trust_policy.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "mednexus/codec/hex.hpp"
#include "mednexus/ledger/internal/decimal.hpp"

namespace mednexus::ledger {

namespace {

using Items = std::vector<std::string_view>;

constexpr std::string_view kNone = "none";

Failure refuse(std::string rule) {
    return fail(Kind::invalid, std::move(rule));
}

Result<void> bounded(std::size_t count) {
    if (count > kPolicyNamesMax) {
        return refuse("more than " + std::to_string(kPolicyNamesMax) + " lines of this kind");
    }
    return {};
}

/// A line of a word and one argument that may stand once.
Result<void> expect_once(const Items& items, const std::string& argument, bool is_second) {
    const std::string word(items.front());
    if (items.size() != 2) {
        return refuse("expected: " + word + " " + argument);
    }
    return is_second ? Result<void>(refuse("a second " + word + " line")) : Result<void>();
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
    [[nodiscard]] Result<void> take_chain_id(const Items& items);
    [[nodiscard]] Result<void> take_anchor(const Items& items);
    [[nodiscard]] Result<void> take_trusted_block(const Items& items);
    [[nodiscard]] Result<void> take_availability(const Items& items);
    [[nodiscard]] Result<void> define(std::string_view name);
    [[nodiscard]] Result<crypto::NoteVerifier> key_of(std::string_view vkey,
                                                      crypto::NoteKeyType type) const;

    TrustPolicy policy_;
    bool has_quorum_ = false;
    std::optional<std::uint64_t> chain_id_;
    std::optional<crypto::EvmAddress> anchor_;
    std::optional<Hash32> trusted_block_;
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
    MN_DO(expect_once(items, "NAME", std::exchange(has_quorum_, true)));
    if (items[1] != kNone && names_.count(std::string(items[1])) == 0) {
        return refuse("a quorum that no line before defines");
    }
    policy_.quorum = std::string(items[1]);
    return {};
}

bool is_lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

Result<Hash32> parse_hash(std::string_view digits, std::string_view what) {
    if (digits.size() != 2 * Hash32::kSizeBytes || !is_lower_hex(digits)) {
        return refuse("the " + std::string(what) + " is not 64 lower-case hex digits");
    }
    return codec::parse_hex_as<Hash32>(digits);
}

Result<void> Builder::take_roster(const Items& items) {
    MN_DO(expect_once(items, "HASH", policy_.roster.has_value()));
    std::string_view digits = items[1];
    digits.remove_prefix(digits.starts_with("0x") ? 2 : 0);
    MN_TRY(policy_.roster, parse_hash(digits, "roster hash"));
    return {};
}

Result<void> Builder::take_chain_id(const Items& items) {
    MN_DO(expect_once(items, "NUMBER", chain_id_.has_value()));
    chain_id_ = internal::parse_decimal(items[1]);
    if (!chain_id_ || *chain_id_ < 1 || *chain_id_ > kChainIdMax) {
        return refuse("the chain id is not a number of 1 to 2^53 - 1");
    }
    return {};
}

Result<void> Builder::take_anchor(const Items& items) {
    constexpr std::size_t kAddressDigits = 2 * crypto::EvmAddress::kSizeBytes;
    MN_DO(expect_once(items, "ADDRESS", anchor_.has_value()));
    if (!items[1].starts_with("0x") || items[1].size() != 2 + kAddressDigits) {
        return refuse("the anchor is not 0x and 40 hex digits");
    }
    MN_TRY(anchor_, crypto::parse_evm_address(items[1]));
    return {};
}

Result<void> Builder::take_trusted_block(const Items& items) {
    MN_DO(expect_once(items, "HASH", trusted_block_.has_value()));
    if (!items[1].starts_with("0x")) {
        return refuse("the trusted block does not begin with 0x");
    }
    MN_TRY(trusted_block_, parse_hash(items[1].substr(2), "trusted block"));
    return {};
}

/// Which profiles there are is not the ledger's: a name that nobody has is reached by no batch.
Result<void> Builder::take_availability(const Items& items) {
    MN_DO(expect_once(items, "PROFILE", policy_.availability.has_value()));
    const bool is_name = std::all_of(items[1].begin(), items[1].end(), [](char c) {
        return c == '-' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
    if (!is_name) {
        return refuse("the profile is not of lower-case letters, digits and hyphens");
    }
    policy_.availability = std::string(items[1]);
    return {};
}

Result<void> Builder::take(const Items& items) {
    struct Line {
        std::string_view word;
        Result<void> (Builder::*take)(const Items&);
    };

    static constexpr std::array<Line, 9> kLines{{{"log", &Builder::take_log},
                                                 {"witness", &Builder::take_witness},
                                                 {"group", &Builder::take_group},
                                                 {"quorum", &Builder::take_quorum},
                                                 {"roster", &Builder::take_roster},
                                                 {"chain-id", &Builder::take_chain_id},
                                                 {"anchor", &Builder::take_anchor},
                                                 {"trusted-block", &Builder::take_trusted_block},
                                                 {"availability", &Builder::take_availability}}};
    for (const Line& line : kLines) {
        if (items.front() == line.word) {
            return (this->*line.take)(items);
        }
    }
    return refuse(
        "not one of log, witness, group, quorum, roster, chain-id, anchor, trusted-block, "
        "availability");
}

Result<TrustPolicy> Builder::finish() && {
    if (!has_quorum_) {
        return refuse("trust policy: no quorum line");
    }
    const int chain_lines = (chain_id_ ? 1 : 0) + (anchor_ ? 1 : 0) + (trusted_block_ ? 1 : 0);
    if (chain_lines == 3) {
        policy_.chain = {
            .chain_id = *chain_id_, .anchor = *anchor_, .trusted_block = *trusted_block_};
    } else if (chain_lines != 0) {
        return refuse("trust policy: of chain-id, anchor and trusted-block not all three or none");
    }
    return std::move(policy_);
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

}  // namespace mednexus::ledger
