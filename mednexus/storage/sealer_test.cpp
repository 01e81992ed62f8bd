#include <set>

#include "mednexus/storage/internal/test_support.hpp"
#include "mednexus/testing/broken_source.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::storage {
namespace {

using internal::expect_kind;
using internal::Person;
using mednexus::testing::SeededRandom;

class SealerTest : public ::testing::Test {
protected:
    SeededRandom random_{2};
    Person alice_{random_};
    std::vector<crypto::X25519PublicKey> to_alice_{alice_.public_key};
};

TEST_F(SealerTest, AddsNonceAndTagToEachSegment) {
    for (const auto& [plain, sealed] : std::vector<std::pair<std::size_t, std::size_t>>{
             {1, 29}, {65535, 65563}, {65536, 65564}, {65537, 65593}, {131073, 131157}}) {
        const Sealed out = internal::seal_or_die(random_.bytes(plain), to_alice_, random_);
        EXPECT_EQ(out.body.size(), sealed);
        EXPECT_EQ(sealed_size_of(plain), sealed);
    }
}

TEST_F(SealerTest, GivesTheSameBodyWhateverThePiecesReadFromIt) {
    const Bytes plain = random_.bytes(200'000);
    const Sealed whole = seal(plain, to_alice_, *std::make_unique<SeededRandom>(9)).value();
    SeededRandom same(9);
    MemorySource source(plain);
    Sealer sealer = *Sealer::make(source, to_alice_, same);
    Bytes body;
    Bytes piece(1000);
    for (std::size_t count = 1; count > 0; append(body, BytesView(piece).first(count))) {
        EXPECT_EQ(*sealer.read({}), 0U);
        piece.resize(1 + random_.below(3000));
        count = *sealer.read(piece);
    }
    EXPECT_EQ(body, whole.body);
    EXPECT_EQ(sealer.header(), whole.header);
}

TEST_F(SealerTest, NeverRepeatsANonceOrAKey) {
    const Bytes plain(3 * kSegmentPlainSizeBytes);
    std::set<Bytes> nonces;
    for (int i = 0; i < 3; ++i) {
        const Sealed sealed = internal::seal_or_die(plain, to_alice_, random_);
        for (std::size_t at = 0; at < sealed.body.size(); at += kSegmentSealedSizeBytes) {
            nonces.insert(to_bytes(BytesView(sealed.body).subspan(at, 12)));
            // equal plaintext, so equal keys and nonces would give equal ciphertext
            nonces.insert(to_bytes(BytesView(sealed.body).subspan(at + 12, 12)));
        }
    }
    EXPECT_EQ(nonces.size(), 18U);
}

TEST_F(SealerTest, RefusesEmptyContent) {
    expect_kind(seal({}, to_alice_, random_), Kind::invalid);
}

TEST_F(SealerTest, RefusesToSealForNobodyAndForTooMany) {
    expect_kind(seal(bytes_of("x"), {}, random_), Kind::invalid);
    const std::vector<crypto::X25519PublicKey> many(kHeaderPacketsMax + 1, alice_.public_key);
    EXPECT_TRUE(seal(bytes_of("x"), Recipients(many).first(kHeaderPacketsMax), random_));
    expect_kind(seal(bytes_of("x"), many, random_), Kind::invalid);
}

TEST_F(SealerTest, RefusesARecipientKeyOfSmallOrder) {
    const crypto::X25519PublicKey zero;
    std::array<std::uint8_t, 32> one{};
    one[0] = 1;
    for (const auto& bad : {zero, crypto::X25519PublicKey(one)}) {
        expect_kind(seal(bytes_of("x"), std::vector{alice_.public_key, bad}, random_),
                    Kind::invalid);
    }
}

TEST_F(SealerTest, PassesTheErrorOfItsSourceOnAndStaysFailed) {
    mednexus::testing::BrokenSource source(70'000);
    Sealer sealer = *Sealer::make(source, to_alice_, random_);
    Bytes out(kSegmentSealedSizeBytes);
    EXPECT_EQ(*read_full(sealer, out), out.size());
    expect_kind(sealer.read(out), Kind::unavailable);
    expect_kind(sealer.read(out), Kind::unavailable);
}

}  // namespace
}  // namespace mednexus::storage
