/// Bundles whose logs were dispersed, and what a reader makes of them.
#include <algorithm>

#include "mednexus/da/certificate.hpp"
#include "mednexus/ledger/range.hpp"
#include "mednexus/service/availability.hpp"
#include "mednexus/service/internal/anchor_checks.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

/// Disperses the logs of a told story: one batch for each, of everything in it.
class Dispersal {
public:
    /// Bends are applied where the thing is made.
    struct Bends {
        std::function<void(da::Header&)> header = [](auto&) {};  ///< before it is signed
        std::function<void(LogDispersedData&)> leaf = [](auto&) {};
        std::function<void(CertifiedBatch&)> batch = [](auto&) {};
        std::function<void(std::vector<std::string>&)> attestations = [](auto&) {};
        std::vector<std::string> more_signers{};  ///< who are not in the roster
        std::size_t cut = 0;                      ///< so many entries of each log are left out
    };

    /// `story`: how the story that is bent was told.
    explicit Dispersal(Bends bends, StoryBends story = {})
        : twin_(StoryOptions{.bends = std::move(story)}), bends_(std::move(bends)) {
        (void)twin_.tell();
    }

    void apply(BundleParts& parts) {
        parts.availability.emplace();
        for (LogEvidence& evidence : parts.evidence) {
            if (!is_holder(evidence)) {
                continue;
            }
            CertifiedBatch batch = disperse(parts, evidence);
            bends_.batch(batch);
            parts.availability->batches.push_back(std::move(batch));
        }
    }

private:
    /// The computing node's log is not dispersed.
    static bool is_holder(const LogEvidence& evidence) {
        return evidence.institution != kStoryCompute;
    }

    [[nodiscard]] std::vector<Bytes> entries_of(const std::string& name) const {
        std::vector<std::uint64_t> indexes;
        for (std::uint64_t i = 0; i < twin_.log_size(name); ++i) {
            indexes.push_back(i);
        }
        std::vector<Bytes> out;
        for (const LogLeaf& leaf : twin_.evidence(name, indexes, indexes.size()).leaves) {
            out.push_back(leaf.entry);
        }
        return out;
    }

    [[nodiscard]] da::Roster roster_of(const BundleParts& parts) const {
        std::vector<crypto::NoteVerifier> holders;
        for (const LogEvidence& one : parts.evidence) {
            if (is_holder(one)) {
                holders.push_back(twin_.identity_signer(one.institution).verifier());
            }
        }
        return da::Roster::make(holders).value();
    }

    static std::vector<Hash32> leaves_of(const std::vector<Bytes>& entries) {
        std::vector<Hash32> out;
        for (const Bytes& entry : entries) {
            out.push_back(ledger::kRfc6962.leaf(entry));
        }
        return out;
    }

    [[nodiscard]] Bytes leaf_for(const std::string& name,
                                 const da::Header& header,
                                 const std::string& certificate) const {
        LogDispersedData data{.certificate = crypto::sha256(bytes_of(certificate)),
                              .header = da::commitment_of(header),
                              .from = header.batch.from,
                              .to = header.batch.to};
        bends_.leaf(data);
        return write_event({.id = std::string(32, 'd'),
                            .time = {1'770'000'100},
                            .kind = EventKind::log_dispersed,
                            .actor = name,
                            .job = std::nullopt,
                            .data = to_json(data)})
            .value();
    }

    CertifiedBatch disperse(const BundleParts& parts, LogEvidence& evidence) const {
        const std::string& name = evidence.institution;
        std::vector<Bytes> entries = entries_of(name);
        ledger::LogRange range{.from = 0, .before = {}, .entries = entries};
        range.entries.resize(entries.size() - bends_.cut);
        const ledger::RangeRoots roots = ledger::roots_of(range);
        const da::Roster roster = roster_of(parts);
        da::Header header =
            da::make_header({.batch = {name + "/log", 0, range.to(), roots.before, roots.root},
                             .keep_until = {1'900'000'000}},
                            roster,
                            ledger::write_range(range))
                .value();
        bends_.header(header);
        std::vector<std::string> attestations;
        for (const LogEvidence& one : parts.evidence) {
            if (is_holder(one)) {
                attestations.push_back(da::attest(header, twin_.identity_signer(one.institution)));
            }
        }
        for (const std::string& one : bends_.more_signers) {
            attestations.push_back(da::attest(header, twin_.identity_signer(one)));
        }
        bends_.attestations(attestations);
        CertifiedBatch out;
        out.institution = name;
        out.header = da::sign_header(header, twin_.log_signer(name)).value();
        out.certificate = certificate_of(header, attestations);
        entries.push_back(leaf_for(name, header, out.certificate));
        move_under_new_checkpoint(evidence, entries);
        const std::vector<Hash32> leaves = leaves_of(entries);
        out.leaf = {
            .index = entries.size() - 1,
            .entry = entries.back(),
            .proof = merkle::inclusion_proof(ledger::kRfc6962, leaves, entries.size() - 1).value()};
        out.consistency =
            merkle::consistency_proof(ledger::kRfc6962, leaves, header.batch.to).value();
        return out;
    }

    /// As it is, so that a false one can be told too.
    static std::string certificate_of(const da::Header& header,
                                      const std::vector<std::string>& attestations) {
        codec::Note note{.text = da::attestation_text(header), .signatures = {}};
        for (const std::string& one : attestations) {
            const codec::Note parsed = codec::parse_note(one).value();
            note.signatures.insert(
                note.signatures.end(), parsed.signatures.begin(), parsed.signatures.end());
        }
        return codec::write_note(note);
    }

    void move_under_new_checkpoint(LogEvidence& evidence, const std::vector<Bytes>& entries) const {
        const std::vector<Hash32> leaves = leaves_of(entries);
        const std::string& name = evidence.institution;
        evidence.checkpoint = crypto::make_signed_note(
            twin_.log_signer(name),
            ledger::write_checkpoint_text({.origin = name + "/log",
                                           .size = leaves.size(),
                                           .root = merkle::root_of(ledger::kRfc6962, leaves)}));
        for (LogLeaf& leaf : evidence.leaves) {
            leaf.proof = merkle::inclusion_proof(ledger::kRfc6962, leaves, leaf.index).value();
        }
    }

    Story twin_;  // says the same as the story that is bent
    Bends bends_;
};

using Bends = Dispersal::Bends;
using Bend = std::function<void(BundleParts&)>;

class VerifyAvailability : public VerifyAnchors {
protected:
    static Story story_with(
        const Bends& bends, const Bend& after = [](auto&) {}) {
        return with_parts([bends, after](BundleParts& parts) {
            Dispersal(bends).apply(parts);
            after(parts);
        });
    }

    /// The same on a chain: dispersed, then anchored, then bent.
    Story anchored_story(const Bend& after = [](auto&) {}) {
        StoryBends story = on_chain();
        story.parts = [this, after](BundleParts& parts) {
            Dispersal({}, on_chain()).apply(parts);
            chain_ = std::make_unique<AnchorChain>();
            parts.anchors = chain_->anchor_all(parts.evidence);
            after(parts);
        };
        return bent(std::move(story));
    }

    static VerificationReport report_under(Story story, const std::string& lines) {
        const std::string bundle = story.bundle();
        return report_of(bundle, policy_of(story.policy_text() + lines));
    }

    static void expect_refused(Story story, const char* detail) {
        const auto report = report_under(std::move(story), kDemand);
        EXPECT_EQ(report.verdict, VerificationVerdict::refused);
        const Claim& claim = claim_of(report, "availability.certified");
        EXPECT_EQ(claim.status, ClaimStatus::contradicted);
        EXPECT_THAT(claim.detail, HasSubstr(detail));
        for (const char* resting : {"availability.complete", "availability.trusted"}) {
            EXPECT_EQ(claim_of(report, resting).detail, "rests on availability.certified");
        }
    }

    static void expect_refused_batch(const Bends& bends, const char* detail) {
        expect_refused(story_with(bends), detail);
    }

    static bool speaks_of(const VerificationReport& report, std::string_view name) {
        return std::any_of(report.claims.begin(), report.claims.end(), [&](const Claim& one) {
            return one.claim == name;
        });
    }

    static constexpr const char* kDemand = "availability crash-only\n";
};

TEST_F(VerifyAvailability, CertifiedCompleteAndAskedForIsProven) {
    const auto report = report_under(story_with({}), kDemand);
    for (const char* name :
         {"availability.certified", "availability.complete", "availability.trusted"}) {
        EXPECT_EQ(claim_of(report, name).status, ClaimStatus::proven)
            << claim_of(report, name).detail;
    }
    EXPECT_THAT(
        claim_of(report, "availability.certified").detail,
        HasSubstr(
            "batches of east.example, north.example, south.example, 3: all holders of each, 3 or "
            "more, signed that they have it, and one may be lost; promised until 20"));
    EXPECT_FALSE(speaks_of(report, "availability.anchored")) << "nobody speaks of a chain";
    EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
    EXPECT_THAT(report.not_shown, Contains(HasSubstr("that holders still have the shards")));
}

TEST_F(VerifyAvailability, CertificatesUnderAnchoredCheckpointsAreAnchored) {
    Story story = anchored_story();
    const std::string bundle = story.bundle();
    const std::string policy = story.policy_text() + chain_->policy_lines();
    const auto report = report_of(bundle, policy_of(policy + kDemand));
    EXPECT_EQ(claim_of(report, "availability.anchored").status, ClaimStatus::proven);
    EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
    EXPECT_EQ(report.claims.size(), 29U);
    const auto not_asked = report_of(bundle, policy_of(policy));
    EXPECT_EQ(not_asked.verdict, VerificationVerdict::accepted) << words_of(not_asked);
    EXPECT_EQ(not_asked.claims.size(), 27U);
}

TEST_F(VerifyAvailability, WithoutAnAnchorTheCertificateIsNotAnchored) {
    const auto without = [](BundleParts& parts) { parts.anchors.reset(); };
    auto report = report_under(anchored_story(without), chain_->policy_lines());
    EXPECT_EQ(claim_of(report, "availability.anchored").status, ClaimStatus::not_proven);
    EXPECT_EQ(claim_of(report, "availability.anchored").detail, "rests on anchors.included");
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    const auto of_one = [](BundleParts& parts) { parts.anchors->receipts.pop_back(); };
    report = report_under(anchored_story(of_one), chain_->policy_lines());
    EXPECT_EQ(claim_of(report, "availability.anchored").status, ClaimStatus::proven)
        << "the computing node, which sorts last, need not be anchored";
    const auto of_other = [](BundleParts& parts) {
        parts.anchors->receipts[0].header = parts.anchors->receipts[1].header;
    };
    report = report_under(anchored_story(of_other), chain_->policy_lines());
    EXPECT_EQ(claim_of(report, "availability.anchored").detail, "rests on anchors.included");
    EXPECT_EQ(report.verdict, VerificationVerdict::refused);
}

TEST_F(VerifyAvailability, WhoDoesNotAskForItAcceptsWithoutIt) {
    const auto report = report_under(story_with({}), "");
    EXPECT_EQ(claim_of(report, "availability.certified").status, ClaimStatus::proven);
    EXPECT_FALSE(speaks_of(report, "availability.trusted"));
    EXPECT_EQ(report.verdict, VerificationVerdict::accepted);
    const auto without = report_under(Story(StoryOptions{}), "");
    EXPECT_EQ(without.verdict, VerificationVerdict::accepted);
    EXPECT_FALSE(speaks_of(without, "availability.certified"));
    EXPECT_THAT(without.not_shown, Contains(HasSubstr("no certificates of other holders")));
}

TEST_F(VerifyAvailability, WhoAsksForItMissesIt) {
    const auto report = report_under(Story(StoryOptions{}), kDemand);
    EXPECT_EQ(claim_of(report, "availability.certified").status, ClaimStatus::not_proven);
    EXPECT_EQ(claim_of(report, "availability.certified").detail,
              "the bundle carries no certificates");
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    const auto other = report_under(story_with({}), "availability sampled\n");
    EXPECT_EQ(claim_of(other, "availability.trusted").detail,
              "the policy asks for sampled, the profile is crash-only");
    EXPECT_EQ(other.verdict, VerificationVerdict::incomplete);
}

TEST_F(VerifyAvailability, WithoutAPolicySignersAreNotEstablished) {
    Story story = story_with({});
    const auto report = report_of(story.bundle(), std::nullopt);
    EXPECT_EQ(claim_of(report, "availability.certified").status, ClaimStatus::proven);
    EXPECT_EQ(report.verdict, VerificationVerdict::signers_not_established);
}

TEST_F(VerifyAvailability, ALeafOutsideEveryBatchLeavesItIncomplete) {
    const auto report = report_under(story_with({.cut = 1}), kDemand);
    EXPECT_EQ(claim_of(report, "availability.certified").status, ClaimStatus::proven);
    EXPECT_EQ(claim_of(report, "availability.complete").status, ClaimStatus::not_proven);
    EXPECT_THAT(claim_of(report, "availability.complete").detail,
                HasSubstr("east.example: no batch here covers entry"));
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    const auto without_one = report_under(
        story_with({}, [](BundleParts& parts) { parts.availability->batches.pop_back(); }),
        kDemand);
    EXPECT_THAT(claim_of(without_one, "availability.complete").detail,
                HasSubstr("south.example: no batch"));
}

TEST_F(VerifyAvailability, RefusesCertificatesThatAreNone) {
    expect_refused_batch({.attestations = [](auto& all) { all.pop_back(); }}, "another roster");
    expect_refused_batch({.attestations = [](auto& all) { all[1] = all[0]; }}, "twice");
    expect_refused_batch({.attestations = [](auto& all) { std::swap(all[0], all[1]); }},
                         "not sorted");
    expect_refused_batch({.batch =
                              [](CertifiedBatch& batch) {
                                  std::string& note = batch.certificate;
                                  char& digit = note[note.size() - 30];
                                  digit = digit == 'A' ? 'B' : 'A';
                              }},
                         "da.certificate");
}

TEST_F(VerifyAvailability, RefusesCertificatesOfOthers) {
    expect_refused_batch({.more_signers = {kStoryCompute}},
                         "z-compute.example signed, and is no member of the consortium");
    expect_refused(story_with({},
                              [](BundleParts& parts) {
                                  auto& batches = parts.availability->batches;
                                  std::swap(batches[0].certificate, batches[1].certificate);
                              }),
                   "east.example: da.certificate");
    expect_refused(story_with({},
                              [](BundleParts& parts) {
                                  auto& batches = parts.availability->batches;
                                  batches.erase(batches.begin() + 1);
                                  batches[0].institution = "north.example";
                              }),
                   "north.example: da.header");
    expect_refused(story_with({},
                              [](BundleParts& parts) {
                                  parts.availability->batches[2].institution = "x.example";
                              }),
                   "x.example: has no card");
}

TEST_F(VerifyAvailability, RefusesHeadersOfAnotherHistory) {
    expect_refused_batch(
        {.header = [](da::Header& header) { header.batch.root.mutable_array()[0] ^= 1U; }},
        "another history");
    expect_refused_batch(
        {.header = [](da::Header& header) { header.roster.mutable_array()[0] ^= 1U; }},
        "another roster");
    expect_refused_batch({.batch = [](CertifiedBatch& batch) { batch.consistency.emplace_back(); }},
                         "another history");
    expect_refused_batch({.batch =
                              [](CertifiedBatch& batch) {
                                  std::string& note = batch.header;
                                  char& digit = note[note.size() - 30];
                                  digit = digit == 'A' ? 'B' : 'A';
                              }},
                         "da.header");
}

TEST_F(VerifyAvailability, RefusesLeavesThatNameAnotherCertificate) {
    expect_refused_batch(
        {.leaf = [](LogDispersedData& data) { data.certificate.mutable_array()[0] ^= 1U; }},
        "of another certificate");
    expect_refused_batch({.leaf = [](LogDispersedData& data) { data.from = 1; }},
                         "of another certificate");
    expect_refused_batch({.batch = [](CertifiedBatch& batch) { batch.leaf.index -= 1; }},
                         "log.dispersed");
    expect_refused_batch({.batch = [](CertifiedBatch& batch) { batch.leaf.proof.clear(); }},
                         "log.dispersed");
}

TEST_F(VerifyAvailability, TheFormIsStrict) {
    const auto refused = [](const std::function<void(BundleParts&)>& bend) {
        Story story = story_with({});
        BundleParts parts = story.tell();
        bend(parts);
        const auto made = make_bundle(parts, story.log_signer("east.example"));
        return !made && made.error().kind == Kind::invalid;
    };
    EXPECT_FALSE(refused([](BundleParts&) {}));
    EXPECT_TRUE(refused([](BundleParts& parts) { parts.availability->batches.clear(); }));
    EXPECT_TRUE(refused([](BundleParts& parts) {
        std::swap(parts.availability->batches[0], parts.availability->batches[1]);
    }));
    EXPECT_TRUE(refused([](BundleParts& parts) {
        parts.availability->batches.push_back(parts.availability->batches.back());
    }));
    EXPECT_TRUE(refused([](BundleParts& parts) { parts.availability->batches[0].header += "\n"; }));
    EXPECT_TRUE(
        refused([](BundleParts& parts) { parts.availability->batches[0].certificate = "x\n"; }));
    EXPECT_TRUE(refused([](BundleParts& parts) {
        parts.availability->batches[0].leaf.entry = Bytes{'{', '}'};
    }));
    EXPECT_TRUE(
        refused([](BundleParts& parts) { parts.availability->batches[0].institution = "../x"; }));
}

}  // namespace
}  // namespace mednexus::service::internal
