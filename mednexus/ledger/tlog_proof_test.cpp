#include "mednexus/ledger/tlog_proof.hpp"

#include "mednexus/ledger/internal/test_support.hpp"
#include "mednexus/testing/faulty_disk.hpp"

namespace mednexus::ledger {
namespace {

using internal::expect_kind;
using internal::expect_refused;

class TlogProofTest : public ::testing::Test {
protected:
    void SetUp() override {
        log_ = internal::open_test_log(disk_);
        internal::fill(*log_, 11);
    }

    [[nodiscard]] std::string text(std::uint64_t index) const {
        return write_tlog_proof(*log_->prove(index));
    }

    testing::FaultyDisk disk_;
    std::unique_ptr<Log> log_;
};

TEST_F(TlogProofTest, HasTheFormOfTheSpecification) {
    const std::string proof = text(3);
    EXPECT_EQ(proof.rfind("c2sp.org/tlog-proof@v1\nextra ZW50cnkgMw==\nindex 3\n", 0), 0U);
    EXPECT_THAT(proof, ::testing::HasSubstr("=\n\nnorth.example/log\n11\n"));
    EXPECT_THAT(proof, ::testing::EndsWith("=\n"));
}

TEST_F(TlogProofTest, ReadsBackAndProvesEveryEntry) {
    for (std::uint64_t index = 0; index < log_->size(); ++index) {
        const auto proof = parse_tlog_proof(text(index));
        ASSERT_TRUE(proof) << proof.error().what;
        EXPECT_EQ(write_tlog_proof(*proof), text(index));
        const auto checkpoint = check_inclusion(*proof, kRfc6962.leaf(*proof->extra));
        ASSERT_TRUE(checkpoint) << checkpoint.error().what;
        EXPECT_EQ(*checkpoint, log_->checkpoint());
    }
}

TEST_F(TlogProofTest, MayLackTheExtraLine) {
    TlogProof proof = *log_->prove(0);
    proof.extra.reset();
    const auto read = parse_tlog_proof(write_tlog_proof(proof));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->extra);
}

TEST_F(TlogProofTest, DoesNotProveAnotherEntryIndexOrPath) {
    TlogProof proof = *log_->prove(3);
    const Hash32 leaf = kRfc6962.leaf(*proof.extra);
    expect_kind(check_inclusion(proof, kRfc6962.leaf(internal::test_entry(4))), Kind::invalid);
    proof.index = 2;
    expect_kind(check_inclusion(proof, leaf), Kind::invalid);
    proof.index = 11;
    expect_kind(check_inclusion(proof, leaf), Kind::invalid);
    proof.index = 3;
    proof.path.pop_back();
    expect_kind(check_inclusion(proof, leaf), Kind::invalid);
}

TEST_F(TlogProofTest, RefusesTextOutOfForm) {
    const std::string good = text(3);
    const auto replaced = [&](std::string_view from, std::string_view to) {
        std::string bad = good;
        bad.replace(bad.find(from), from.size(), to);
        return bad;
    };
    expect_refused(parse_tlog_proof(""), Kind::invalid, "first line");
    expect_refused(parse_tlog_proof(replaced("@v1", "@v2")), Kind::invalid, "first line");
    expect_refused(parse_tlog_proof(replaced("extra ", "extra  ")), Kind::invalid, "base64");
    expect_refused(parse_tlog_proof(replaced("extra ", "other ")), Kind::invalid, "index line");
    expect_refused(parse_tlog_proof(replaced("index 3", "index 03")), Kind::invalid, "decimal");
    expect_refused(parse_tlog_proof(replaced("index 3", "index ")), Kind::invalid, "decimal");
    expect_refused(
        parse_tlog_proof(replaced("index 3\n", "index 3\nAAAA\n")), Kind::invalid, "32 bytes");
    std::string long_path = "index 3\n";
    for (int i = 0; i < 65; ++i) {
        long_path += "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    }
    expect_refused(parse_tlog_proof(replaced("index 3\n", long_path)), Kind::invalid, "64 hashes");
    expect_refused(
        parse_tlog_proof(std::string(kTlogProofSizeBytesMax + 1, 'a')), Kind::invalid, "1 MiB");
}

TEST_F(TlogProofTest, RefusesEveryTruncation) {
    const std::string good = text(5);
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(parse_tlog_proof(std::string_view(good).substr(0, size))) << size;
    }
}

TEST_F(TlogProofTest, NoFlippedByteStillProvesTheEntryUnderTheKey) {
    const std::string good = text(5);
    const auto proves = [&](const std::string& candidate) {
        const auto proof = parse_tlog_proof(candidate);
        return proof && proof->extra && check_inclusion(*proof, kRfc6962.leaf(*proof->extra)) &&
               open_checkpoint(proof->checkpoint_note, log_->verifier());
    };
    ASSERT_TRUE(proves(good));
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int flip : {0x01, 0x80}) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ flip);
            EXPECT_FALSE(proves(bad)) << "byte " << at;
        }
    }
}

}  // namespace
}  // namespace mednexus::ledger
