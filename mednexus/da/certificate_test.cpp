#include "mednexus/da/certificate.hpp"

#include <algorithm>

#include "mednexus/da/internal/test_support.hpp"

namespace mednexus::da {
namespace {

using internal::blob_of;
using internal::Consortium;

class CertificateTest : public ::testing::Test {
protected:
    [[nodiscard]] Kind verdict(const std::string& note) const {
        const auto verified = verify_certificate(note, header_, *world_.roster);
        return verified ? Kind::internal : verified.error().kind;
    }

    [[nodiscard]] codec::Note note_of(const std::vector<std::size_t>& signers) const {
        codec::Note note{.text = attestation_text(header_), .signatures = {}};
        for (const std::size_t i : signers) {
            note.signatures.push_back(crypto::sign_note(world_.holders[i], note.text));
        }
        return note;
    }

    Consortium world_;
    Header header_ = world_.header(blob_of("x", 700), Consortium::batch(5, 8));
};

TEST_F(CertificateTest, IsMadeOfEveryAttestationInAnyOrder) {
    auto attestations = world_.attestations(header_);
    const auto made = make_certificate(header_, *world_.roster, attestations);
    ASSERT_TRUE(made) << made.error().what;
    EXPECT_EQ(verdict(*made), Kind::internal);
    EXPECT_EQ(parse_certificate(*made).value(), commitment_of(header_));
    std::reverse(attestations.begin(), attestations.end());
    EXPECT_EQ(make_certificate(header_, *world_.roster, attestations).value(), *made);
}

TEST_F(CertificateTest, OneHolderAwayIsNoCertificate) {
    auto attestations = world_.attestations(header_);
    attestations.pop_back();
    EXPECT_EQ(make_certificate(header_, *world_.roster, attestations).error().kind,
              Kind::unavailable);
    EXPECT_EQ(verdict(codec::write_note(note_of({0, 2}))), Kind::denied);
}

TEST_F(CertificateTest, AKeyTwiceIsNotTwoHolders) {
    EXPECT_EQ(verdict(codec::write_note(note_of({0, 1, 1}))), Kind::invalid);
    EXPECT_EQ(verdict(codec::write_note(note_of({0, 1, 1, 2}))), Kind::invalid);
    auto attestations = world_.attestations(header_);
    attestations[2] = attestations[1];
    EXPECT_FALSE(make_certificate(header_, *world_.roster, attestations));
}

TEST_F(CertificateTest, RefusesStrangersAndLinesOutOfOrder) {
    EXPECT_EQ(verdict(codec::write_note(note_of({1, 0, 2}))), Kind::invalid);
    codec::Note note = note_of({0, 1, 2});
    note.signatures.push_back(crypto::sign_note(internal::signer("d.example", 77), note.text));
    EXPECT_EQ(verdict(codec::write_note(note)), Kind::invalid);
    note = note_of({0, 1, 2});
    note.signatures[1].signature[9] ^= 1U;
    EXPECT_EQ(verdict(codec::write_note(note)), Kind::denied);
}

TEST_F(CertificateTest, RefusesAnotherRoster) {
    const auto certificate =
        make_certificate(header_, *world_.roster, world_.attestations(header_)).value();
    const Consortium four(4);
    EXPECT_EQ(verify_certificate(certificate, header_, *four.roster).error().kind, Kind::denied);
    const Header theirs = four.header(blob_of("x", 700), Consortium::batch(5, 8));
    EXPECT_FALSE(verify_certificate(certificate, theirs, *four.roster));
    EXPECT_FALSE(make_certificate(theirs, *four.roster, world_.attestations(theirs)));
}

TEST_F(CertificateTest, RefusesAnotherHeader) {
    const Header other = world_.header(blob_of("y", 700), Consortium::batch(5, 8));
    const auto certificate =
        make_certificate(other, *world_.roster, world_.attestations(other)).value();
    EXPECT_EQ(verdict(certificate), Kind::invalid);
    auto mixed = world_.attestations(header_);
    mixed[1] = attest(other, world_.holders[1]);
    EXPECT_FALSE(make_certificate(header_, *world_.roster, mixed));
}

TEST_F(CertificateTest, EveryFlippedByteIsRefused) {
    const auto certificate =
        make_certificate(header_, *world_.roster, world_.attestations(header_)).value();
    for (std::size_t at = 0; at < certificate.size(); ++at) {
        for (const int bit : {0, 2, 5, 7}) {
            std::string changed = certificate;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            EXPECT_NE(verdict(changed), Kind::internal) << at << " " << bit;
        }
        EXPECT_NE(verdict(certificate.substr(0, at)), Kind::internal) << at;
    }
}

TEST_F(CertificateTest, AnAttestationIsOfOneHolderAlone) {
    const std::string note = attest(header_, world_.holders[1]);
    EXPECT_TRUE(verify_attestation(note, header_, world_.holders[1].verifier()));
    EXPECT_FALSE(verify_attestation(note, header_, world_.holders[2].verifier()));
    EXPECT_FALSE(verify_attestation(
        codec::write_note(note_of({0, 1})), header_, world_.holders[1].verifier()));
    const Header other = world_.header(blob_of("y", 700), Consortium::batch(5, 8));
    EXPECT_FALSE(verify_attestation(note, other, world_.holders[1].verifier()));
}

}  // namespace
}  // namespace mednexus::da
