#include "mednexus/ledger/trust_policy.hpp"

#include <numeric>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/note.hpp"
#include "mednexus/ledger/internal/test_support.hpp"

namespace mednexus::ledger {
namespace {

using internal::expect_kind;
using internal::expect_refused;
using internal::test_signer;

std::string log_vkey(std::string_view label = "seed") {
    return crypto::write_vkey(test_signer("north.example/log", label).verifier());
}

crypto::NoteVerifier witness_key(const std::string& label) {
    crypto::NoteVerifier key = test_signer("witness.example/" + label, label).verifier();
    key.type = crypto::NoteKeyType::cosignature;
    return key;
}

std::string witness_line(const std::string& label) {
    return "witness " + label + " " + crypto::write_vkey(witness_key(label)) + "\n";
}

/// A 0x04 signature line over the checkpoint text. Source: C2SP tlog-cosignature.
codec::NoteSignature cosign(const std::string& label, std::string_view text) {
    constexpr std::uint64_t kTime = 1679315147;
    const std::string message =
        "cosignature/v1\ntime " + std::to_string(kTime) + "\n" + std::string(text);
    const auto signer = test_signer("witness.example/" + label, label);
    codec::NoteSignature line{
        .name = signer.name, .key_id = crypto::key_id_of(witness_key(label)), .signature = {}};
    codec::append_be(line.signature, kTime);
    append(line.signature, crypto::ed25519_sign(signer.seed, bytes_of(message)).view());
    return line;
}

std::string cosigned(const std::vector<std::string>& witnesses) {
    const Checkpoint head{.origin = "north.example/log", .size = 0, .root = empty_root()};
    codec::Note note{.text = write_checkpoint_text(head), .signatures = {}};
    note.signatures.push_back(crypto::sign_note(test_signer(head.origin), note.text));
    for (const std::string& witness : witnesses) {
        note.signatures.push_back(cosign(witness, note.text));
    }
    return codec::write_note(note);
}

/// The example of C2SP tlog-policy, with keys.
std::string example_policy() {
    return "# two organisations\nlog " + log_vkey() + "\n\n" + witness_line("X1") +
           witness_line("X2") + witness_line("X3") + "group X-witnesses 2 X1 X2 X3\n\n" +
           witness_line("Y1") + witness_line("Y2") + witness_line("Y3") +
           "group Y-witnesses any Y1 Y2 Y3\n\n\tgroup X-and-Y all X-witnesses Y-witnesses \n"
           "quorum X-and-Y\n";
}

TrustPolicy policy_of(const std::string& text) {
    auto policy = parse_trust_policy(text);
    EXPECT_TRUE(policy) << policy.error().what;
    return policy ? *std::move(policy) : TrustPolicy{};
}

TEST(TrustPolicy, ReadsTheExampleOfTheSpecification) {
    const TrustPolicy policy = policy_of(example_policy());
    EXPECT_EQ(policy.logs.size(), 1U);
    EXPECT_EQ(policy.witnesses.size(), 6U);
    ASSERT_EQ(policy.groups.size(), 3U);
    EXPECT_EQ(policy.groups[0].threshold, 2U);
    EXPECT_EQ(policy.groups[1].threshold, 1U);
    EXPECT_EQ(policy.groups[2].threshold, 2U);
    EXPECT_EQ(policy.quorum, "X-and-Y");
    EXPECT_FALSE(policy.roster);
}

TEST(TrustPolicy, ReadsOurRosterLineWithAndWithoutPrefix) {
    const std::string digits(64, 'a');
    const TrustPolicy policy = policy_of("roster 0x" + digits + "\nquorum none\n");
    EXPECT_EQ(codec::to_hex(policy.roster->view()), digits);
    EXPECT_EQ(policy_of("quorum none\nroster " + digits + "\n").roster, policy.roster);
}

TEST(TrustPolicy, TakesUrlsAndOctetsAboveAscii) {
    const TrustPolicy policy =
        policy_of("log " + log_vkey() + " https://log.example/\n# \xff\xfe\nquorum none\n");
    EXPECT_EQ(policy.logs.size(), 1U);
}

const std::string kChainId = "chain-id 16661\n";
const std::string kAnchor = "anchor 0x" + std::string(40, 'a') + "\n";
const std::string kBlock = "trusted-block 0x" + std::string(64, 'b') + "\n";

TEST(TrustPolicy, NamesAChainItsContractAndOneBlock) {
    const TrustPolicy policy = policy_of(kBlock + "quorum none\n" + kChainId + kAnchor);
    ASSERT_TRUE(policy.chain);
    EXPECT_EQ(policy.chain->chain_id, 16661U);
    EXPECT_EQ(codec::to_hex(policy.chain->anchor.view()), std::string(40, 'a'));
    EXPECT_EQ(codec::to_hex(policy.chain->trusted_block.view()), std::string(64, 'b'));
    EXPECT_FALSE(policy_of("quorum none\n").chain);
}

TEST(TrustPolicy, TakesAnAddressInItsChecksum) {
    const std::string mixed = "anchor 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n";  // EIP-55
    EXPECT_TRUE(policy_of(kChainId + kBlock + mixed + "quorum none\n").chain);
    expect_refused(parse_trust_policy("anchor 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD\n"),
                   Kind::invalid,
                   "line 1: address: the case");
}

TEST(TrustPolicy, RefusesAChainThatIsNotWhole) {
    const std::string quorum = "quorum none\n";
    for (const std::string& some :
         {kChainId, kAnchor, kBlock, kChainId + kAnchor, kChainId + kBlock, kAnchor + kBlock}) {
        SCOPED_TRACE(some);
        expect_refused(parse_trust_policy(some + quorum), Kind::invalid, "not all three or none");
    }
}

TEST(TrustPolicy, AsksForAvailabilityUnderAProfile) {
    EXPECT_EQ(policy_of("quorum none\navailability crash-only\n").availability, "crash-only");
    EXPECT_FALSE(policy_of("quorum none\n").availability);
    const std::vector<std::pair<std::string, std::string>> cases{
        {"availability\n", "expected: availability PROFILE"},
        {"availability crash-only 2\n", "expected: availability PROFILE"},
        {"availability Crash-only\n", "not of lower-case letters"},
        {"availability crash_only\n", "not of lower-case letters"},
        {"availability crash-only\navailability crash-only\n", "line 2: a second availability"}};
    for (const auto& [text, rule] : cases) {
        SCOPED_TRACE(text);
        expect_refused(parse_trust_policy(text), Kind::invalid, rule);
    }
}

TEST(TrustPolicy, RefusesEachBrokenLineOfAChain) {
    const std::string most = "9007199254740991";
    EXPECT_TRUE(policy_of("chain-id " + most + "\n" + kAnchor + kBlock + "quorum none\n").chain);
    const std::vector<std::pair<std::string, std::string>> cases{
        {"chain-id\n", "expected: chain-id"},
        {"chain-id 1 2\n", "expected: chain-id"},
        {"chain-id 0\n", "not a number of 1"},
        {"chain-id 01\n", "not a number of 1"},
        {"chain-id 0x1\n", "not a number of 1"},
        {"chain-id 9007199254740992\n", "not a number of 1"},
        {kChainId + kChainId, "line 2: a second chain-id"},
        {"anchor\n", "expected: anchor"},
        {"anchor " + std::string(42, 'a') + "\n", "not 0x and 40"},
        {"anchor 0x" + std::string(38, 'a') + "\n", "not 0x and 40"},
        {"anchor 0x" + std::string(40, 'g') + "\n", "line 1"},
        {kAnchor + kAnchor, "line 2: a second anchor"},
        {"trusted-block\n", "expected: trusted-block"},
        {"trusted-block " + std::string(64, 'b') + "\n", "begin with 0x"},
        {"trusted-block 0x" + std::string(63, 'b') + "\n", "not 64 lower-case"},
        {"trusted-block 0x" + std::string(64, 'B') + "\n", "not 64 lower-case"},
        {kBlock + kBlock, "line 2: a second trusted-block"}};
    for (const auto& [text, rule] : cases) {
        SCOPED_TRACE(text);
        expect_refused(parse_trust_policy(text), Kind::invalid, rule);
    }
}

TEST(TrustPolicy, RefusesEachBrokenRuleWithItsLine) {
    const std::string log = "log " + log_vkey() + "\n";
    const std::string witness = witness_line("A");
    const std::string group = "group G 1 A\n";
    const std::string quorum = "quorum none\n";
    const std::string roster = "roster " + std::string(64, '0') + "\n";
    const std::string wrong_type =
        crypto::write_vkey(test_signer("witness.example/B", "B").verifier());
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "no quorum"},
        {log, "no quorum"},
        {"quorum none", "line 1: does not end"},
        {quorum + quorum, "line 2: a second quorum"},
        {"quorum A\n" + witness, "line 1: a quorum that no line before"},
        {"quorum\n", "expected: quorum"},
        {"quorum none none\n", "expected: quorum"},
        {"log\n", "expected: log"},
        {"log " + log_vkey() + " u v\n", "expected: log"},
        {"log nonsense\n" + quorum, "line 1"},
        {"log " + crypto::write_vkey(witness_key("A")) + "\n", "a log needs a note key"},
        {log + log, "line 2: two log lines"},
        {"witness A\n", "expected: witness"},
        {"witness A " + wrong_type + "\n", "a witness needs a cosignature key"},
        {witness + witness, "line 2: a name is defined twice"},
        {witness + "witness Other " + crypto::write_vkey(witness_key("A")) + "\n",
         "two witness lines with one key"},
        {"witness none " + crypto::write_vkey(witness_key("A")) + "\n", "none is taken"},
        {"group G 1\n", "expected: group"},
        {"group G 1 A\n", "a member that no line before"},
        {"group G any G\n", "a member that no line before"},
        {witness + "group G 1 none\n", "a member that no line before"},
        {witness + "group none 1 A\n", "none is taken"},
        {witness + "group A 1 A\n", "defined twice"},
        {witness + "group G 0 A\n", "the threshold"},
        {witness + "group G 2 A\n", "the threshold"},
        {witness + "group G 01 A\n", "the threshold"},
        {witness + "group G most A\n", "the threshold"},
        {witness + "group G 1 A A\n", "a member twice"},
        {witness + group + "group H 1 A\n", "line 3: a name is a member twice"},
        {roster + roster + quorum, "line 2: a second roster"},
        {"roster abc\n" + quorum, "not 64 lower-case"},
        {"roster " + std::string(64, 'A') + "\n" + quorum, "not 64 lower-case"},
        {"Quorum none\n", "not one of"},
        {"quorum none\r\n", "control character"},
        {std::string("quorum\0none\n", 12), "control character"},
        {"quorum none\x7f\n", "control character"}};
    for (const auto& [text, rule] : cases) {
        SCOPED_TRACE(text);
        expect_refused(parse_trust_policy(text), Kind::invalid, rule);
    }
}

TEST(TrustPolicy, RefusesTooMuch) {
    expect_refused(
        parse_trust_policy(std::string(kPolicySizeBytesMax + 1, '#')), Kind::invalid, "1 MiB");
    expect_refused(parse_trust_policy(std::string(kPolicyLinesMax + 1, '\n')),
                   Kind::invalid,
                   "too many lines");
}

TEST(TrustedCheckpoint, NeedsTheListedLog) {
    const TrustPolicy policy = policy_of("log " + log_vkey() + "\nquorum none\n");
    const auto trusted = open_trusted_checkpoint(policy, cosigned({}));
    ASSERT_TRUE(trusted) << trusted.error().what;
    EXPECT_EQ(crypto::write_vkey(trusted->log), log_vkey());

    expect_kind(open_trusted_checkpoint(policy_of("quorum none\n"), cosigned({})), Kind::denied);
    expect_kind(open_trusted_checkpoint(policy_of("log " + log_vkey("other") + "\nquorum none\n"),
                                        cosigned({})),
                Kind::denied);
}

TEST(TrustedCheckpoint, ReachesTheQuorumOfTheExample) {
    const TrustPolicy policy = policy_of(example_policy());
    const auto trusted = open_trusted_checkpoint(policy, cosigned({"X1", "X3", "Y2"}));
    ASSERT_TRUE(trusted) << trusted.error().what;
    EXPECT_THAT(trusted->cosigned_by, ::testing::ElementsAre("X1", "X3", "Y2"));
}

TEST(TrustedCheckpoint, RefusesEverySetOfWitnessesBelowTheQuorum) {
    const TrustPolicy policy = policy_of(example_policy());
    const std::vector<std::string> names{"X1", "X2", "X3", "Y1", "Y2", "Y3"};
    for (unsigned mask = 0; mask < 64; ++mask) {
        std::vector<std::string> some;
        for (unsigned i = 0; i < names.size(); ++i) {
            if ((mask >> i & 1U) != 0) {
                some.push_back(names[i]);
            }
        }
        const auto count = [&](unsigned from) {
            return (mask >> from & 1U) + (mask >> (from + 1) & 1U) + (mask >> (from + 2) & 1U);
        };
        const bool is_quorum = count(0) >= 2 && count(3) >= 1;
        EXPECT_EQ(open_trusted_checkpoint(policy, cosigned(some)).has_value(), is_quorum) << mask;
    }
}

TEST(TrustedCheckpoint, CountsAKeyOnceHoweverOftenItSigned) {
    const TrustPolicy policy = policy_of("log " + log_vkey() + "\n" + witness_line("A") +
                                         witness_line("B") + "group G 2 A B\nquorum G\n");
    EXPECT_TRUE(open_trusted_checkpoint(policy, cosigned({"A", "B"})));
    EXPECT_FALSE(open_trusted_checkpoint(policy, cosigned({"A", "A"})));
    EXPECT_FALSE(open_trusted_checkpoint(policy, cosigned({"A", "A", "A"})));
}

TEST(TrustedCheckpoint, RefusesAFalseCosignatureOfAKnownWitness) {
    const TrustPolicy policy =
        policy_of("log " + log_vkey() + "\n" + witness_line("A") + "quorum none\n");
    std::string note = cosigned({"A"});
    ASSERT_TRUE(open_trusted_checkpoint(policy, note));
    codec::Note parsed = *codec::parse_note(note);
    parsed.signatures.back().signature.back() ^= 1U;
    expect_kind(open_trusted_checkpoint(policy, codec::write_note(parsed)), Kind::denied);
    parsed = *codec::parse_note(note);
    parsed.signatures.back().signature[7] ^= 1U;  // the time is signed too
    expect_kind(open_trusted_checkpoint(policy, codec::write_note(parsed)), Kind::denied);
}

TEST(TrustedCheckpoint, IgnoresCosignaturesOfStrangers) {
    const TrustPolicy policy = policy_of("log " + log_vkey() + "\nquorum none\n");
    const auto trusted = open_trusted_checkpoint(policy, cosigned({"A"}));
    ASSERT_TRUE(trusted);
    EXPECT_TRUE(trusted->cosigned_by.empty());
}

}  // namespace
}  // namespace mednexus::ledger
