#include "mednexus/codec/cursor.hpp"
#include "mednexus/storage/internal/edit_list.hpp"
#include "mednexus/storage/internal/packet.hpp"
#include "mednexus/storage/internal/segment.hpp"
#include "mednexus/storage/internal/test_support.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::storage {
namespace {

using internal::expect_kind;
using internal::Kept;
using internal::Person;
using mednexus::testing::SeededRandom;

class OpenerTest : public ::testing::Test {
protected:
    SeededRandom random_{3};
    Person alice_{random_};
    Person bob_{random_};
    Person mallory_{random_};

    [[nodiscard]] Sealed seal_for_both(BytesView plain) {
        return internal::seal_or_die(
            plain, std::vector{alice_.public_key, bob_.public_key}, random_);
    }

    [[nodiscard]] Sealed seal_for_alice(BytesView plain) {
        return internal::seal_or_die(plain, std::vector{alice_.public_key}, random_);
    }

    /// Appends a packet for alice with any payload.
    void add_packet(Header& header, BytesView payload) {
        header.packets.push_back(*internal::seal_packet(payload, alice_.public_key, random_));
    }

    void add_edit_list(Header& header, const std::vector<std::uint64_t>& lengths) {
        Bytes payload;
        codec::append_le(payload, std::uint32_t{1});
        codec::append_le(payload, static_cast<std::uint32_t>(lengths.size()));
        for (const std::uint64_t length : lengths) {
            codec::append_le(payload, length);
        }
        add_packet(header, payload);
    }
};

TEST_F(OpenerTest, OpensWhatWasSealedForEachRecipientAtEverySize) {
    for (const std::size_t size : {1U, 65535U, 65536U, 65537U, 131072U, 5U * 1048576U + 3U}) {
        SCOPED_TRACE(size);
        const Bytes plain = random_.bytes(size);
        const Sealed sealed = seal_for_both(plain);
        EXPECT_TRUE(
            internal::is_same(open(sealed.header, sealed.body, alice_.secret)->reveal(), plain));
        EXPECT_TRUE(
            internal::is_same(open(sealed.header, sealed.body, bob_.secret)->reveal(), plain));
    }
}

TEST_F(OpenerTest, ReadsAnyRange) {
    const Bytes plain = random_.bytes(5'000'000);  // more than one window
    const Sealed sealed = seal_for_alice(plain);
    const MemoryRange body(sealed.body);
    const Opener opener = *Opener::make(sealed.header, alice_.secret, body);
    EXPECT_EQ(opener.size_bytes(), plain.size());
    for (int i = 0; i < 40; ++i) {
        const std::uint64_t offset = random_.below(plain.size() + 1);
        const std::uint64_t count = random_.below(plain.size() - offset + 1);
        SCOPED_TRACE(std::to_string(offset) + "+" + std::to_string(count));
        EXPECT_TRUE(internal::is_same(opener.read(offset, count)->reveal(),
                                      BytesView(plain).subspan(offset, count)));
    }
}

TEST_F(OpenerTest, OpensOnlyTheSegmentsThatTheRangeTouches) {
    Sealed sealed = seal_for_alice(Bytes(3 * kSegmentPlainSizeBytes));
    sealed.body[kSegmentSealedSizeBytes + 100] ^= 1;  // segment 1 is damaged
    const MemoryRange body(sealed.body);
    const Opener opener = *Opener::make(sealed.header, alice_.secret, body);
    EXPECT_TRUE(opener.read(0, kSegmentPlainSizeBytes));
    EXPECT_TRUE(opener.read(2 * kSegmentPlainSizeBytes, kSegmentPlainSizeBytes));
    expect_kind(opener.read(kSegmentPlainSizeBytes - 1, 2), Kind::corrupt);
}

TEST_F(OpenerTest, RefusesRangesOutsideThePlaintext) {
    const Sealed sealed = seal_for_alice(Bytes(100));
    const MemoryRange body(sealed.body);
    const Opener opener = *Opener::make(sealed.header, alice_.secret, body);
    EXPECT_TRUE(opener.read(100, 0));
    expect_kind(opener.read(0, 101), Kind::invalid);
    expect_kind(opener.read(101, 0), Kind::invalid);
    expect_kind(opener.read(50, UINT64_MAX), Kind::invalid);
}

TEST_F(OpenerTest, DeniesAStranger) {
    const Sealed sealed = seal_for_both(bytes_of("a case"));
    expect_kind(open(sealed.header, sealed.body, mallory_.secret), Kind::denied);
}

/// Every bit of a small file. What belongs to bob's packet alone does not matter to alice; each
/// other flip is refused.
TEST_F(OpenerTest, RefusesEveryFlippedBitExceptInAnotherRecipientsPacket) {
    const Sealed sealed = seal_for_both(bytes_of("a case of seventeen bytes and some more"));
    const Bytes file = [&] {
        Bytes out = encode_header(sealed.header);
        append(out, sealed.body);
        return out;
    }();
    const std::size_t bobs_packet = 16 + 108;
    const auto is_bobs = [&](std::size_t byte) {
        return byte >= bobs_packet + 4 && byte < bobs_packet + 108;  // all but its length
    };
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        const Bytes damaged = internal::flipped(file, bit);
        const auto container = parse_container(damaged);
        const bool is_opened =
            container && open(container->header, container->body, alice_.secret).has_value();
        EXPECT_EQ(is_opened, is_bobs(bit / 8)) << "byte " << bit / 8;
    }
}

TEST_F(OpenerTest, RefusesEveryTruncationOfASmallBody) {
    const Sealed sealed = seal_for_alice(bytes_of("a case"));
    for (std::size_t size = 1; size < sealed.body.size(); ++size) {
        expect_kind(open(sealed.header, BytesView(sealed.body).first(size), alice_.secret),
                    Kind::corrupt);
    }
}

/// Crypt4GH does not number its segments. That is why the object's root and size are checked by the
/// store before a body is opened (docs/formats/crypt4gh.md section 5); this shows the gap that they
/// close, see StorageTest.RefusesSwappedAndDroppedSegments.
TEST_F(OpenerTest, ByItselfDoesNotSeeSwappedOrDroppedSegments) {
    const Bytes plain = random_.bytes(2 * kSegmentPlainSizeBytes);
    const Sealed sealed = seal_for_alice(plain);
    const BytesView first = BytesView(sealed.body).first(kSegmentSealedSizeBytes);
    const BytesView second = BytesView(sealed.body).subspan(kSegmentSealedSizeBytes);
    Bytes swapped = to_bytes(second);
    append(swapped, first);
    EXPECT_TRUE(open(sealed.header, swapped, alice_.secret));
    EXPECT_TRUE(open(sealed.header, first, alice_.secret));
}

TEST_F(OpenerTest, RefusesABodyOfImpossibleLength) {
    const Sealed sealed = seal_for_alice(bytes_of("x"));
    for (const std::uint64_t size : {1U, 28U, 65564U + 1U, 65564U + 28U}) {
        expect_kind(internal::plain_size_of(size), Kind::corrupt);
    }
    EXPECT_EQ(*internal::plain_size_of(29), 1U);
    EXPECT_EQ(*internal::plain_size_of(65564 + 29), 65537U);
}

TEST_F(OpenerTest, OpensAForeignFileWithoutSegmentsAsEmpty) {
    const Sealed sealed = seal_for_alice(bytes_of("x"));
    EXPECT_TRUE(open(sealed.header, {}, alice_.secret)->reveal().empty());
    expect_kind(open(sealed.header, {}, mallory_.secret), Kind::denied);
}

TEST_F(OpenerTest, TriesEveryDataKeyOnEverySegment) {
    const Bytes one = random_.bytes(kSegmentPlainSizeBytes);
    const Bytes two = random_.bytes(10);
    Sealed joined = seal_for_alice(one);
    const Sealed other = seal_for_alice(two);
    append(joined.body, other.body);
    joined.header.packets.push_back(other.header.packets.front());
    Bytes plain = one;
    append(plain, two);
    EXPECT_TRUE(
        internal::is_same(open(joined.header, joined.body, alice_.secret)->reveal(), plain));
}

TEST_F(OpenerTest, AppliesAnEditList) {
    const Bytes plain = random_.bytes(200'000);
    Sealed sealed = seal_for_alice(plain);
    add_edit_list(sealed.header, {10, 20, 70'000, 65'536, 1});
    Bytes expected = to_bytes(BytesView(plain).subspan(10, 20));
    append(expected, BytesView(plain).subspan(70'030, 65'536));
    append(expected, BytesView(plain).subspan(135'567));
    const MemoryRange body(sealed.body);
    const Opener opener = *Opener::make(sealed.header, alice_.secret, body);
    ASSERT_EQ(opener.size_bytes(), expected.size());
    EXPECT_TRUE(internal::is_same(opener.read(0, expected.size())->reveal(), expected));
    for (int i = 0; i < 20; ++i) {
        const std::uint64_t offset = random_.below(expected.size() + 1);
        const std::uint64_t count = random_.below(expected.size() - offset + 1);
        EXPECT_TRUE(internal::is_same(opener.read(offset, count)->reveal(),
                                      BytesView(expected).subspan(offset, count)));
    }
}

TEST_F(OpenerTest, CutsEditListsAtTheEndOfThePlaintext) {
    using internal::kept_by;
    EXPECT_EQ(kept_by({}, 100), (std::vector<Kept>{{0, 100}}));
    EXPECT_EQ(kept_by({30}, 100), (std::vector<Kept>{{30, 70}}));
    EXPECT_EQ(kept_by({0, 10, 5, 10}, 100), (std::vector<Kept>{{0, 10}, {15, 10}}));
    EXPECT_EQ(kept_by({90, 20}, 100), (std::vector<Kept>{{90, 10}}));
    EXPECT_TRUE(kept_by({100, 1}, 100).empty());
    EXPECT_TRUE(kept_by({UINT64_MAX, UINT64_MAX, UINT64_MAX}, 100).empty());
    EXPECT_EQ(kept_by({1, UINT64_MAX, UINT64_MAX, 7}, 100), (std::vector<Kept>{{1, 99}}));
}

/// The example of the standard, section 4.2.1: three pieces of a CRAM file.
TEST_F(OpenerTest, AppliesTheExampleOfTheStandard) {
    const std::uint64_t size = 65536 + (458752 - 131072) + (5485112 - 5439488);
    EXPECT_EQ(internal::kept_by({0, 7853, 71721, 307929, 51299, 38}, size),
              (std::vector<Kept>{{0, 7853}, {79574, 307929}, {438802, 38}}));
}

TEST_F(OpenerTest, RefusesTwoEditLists) {
    Sealed sealed = seal_for_alice(bytes_of("a case"));
    add_edit_list(sealed.header, {1});
    EXPECT_TRUE(open(sealed.header, sealed.body, alice_.secret));
    add_edit_list(sealed.header, {1});
    expect_kind(open(sealed.header, sealed.body, alice_.secret), Kind::invalid);
}

TEST_F(OpenerTest, RefusesAnEditListLongerThanItsPacket) {
    Sealed sealed = seal_for_alice(bytes_of("a case"));
    add_packet(sealed.header, Bytes{1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3});
    expect_kind(open(sealed.header, sealed.body, alice_.secret), Kind::invalid);
}

TEST_F(OpenerTest, RefusesWhatItDoesNotSupportByName) {
    struct Case {
        Bytes payload;
        const char* text;
    };

    Bytes aead_mode{0, 0, 0, 0, 1, 0, 0, 0};
    aead_mode.resize(8 + 32 + 8);
    for (const Case& bad :
         {Case{{2, 0, 0, 0}, "packet type 2"}, Case{aead_mode, "data encryption method 1"}}) {
        Sealed sealed = seal_for_alice(bytes_of("a case"));
        add_packet(sealed.header, bad.payload);
        const auto opened = open(sealed.header, sealed.body, alice_.secret);
        expect_kind(opened, Kind::invalid);
        EXPECT_THAT(opened.error().what, ::testing::HasSubstr(bad.text));
    }
}

TEST_F(OpenerTest, RefusesTruncatedPayloads) {
    for (std::size_t size = 0; size < 40; ++size) {
        Header header;
        add_packet(header, Bytes(size));
        expect_kind(open(header, Bytes(29), alice_.secret), Kind::invalid);
    }
}

TEST_F(OpenerTest, TakesAPaddedPacket) {
    const Sealed sealed = seal_for_alice(bytes_of("a case"));
    const auto payload =
        internal::open_packet(sealed.header.packets.front(), {alice_.secret, alice_.public_key});
    Bytes padded = to_bytes(payload->reveal());
    padded.resize(padded.size() + 100);
    Header header;
    add_packet(header, padded);
    EXPECT_TRUE(open(header, sealed.body, alice_.secret));
}

TEST_F(OpenerTest, DeniesWhenOnlyAnEditListOpens) {
    Sealed sealed = internal::seal_or_die(bytes_of("x"), std::vector{bob_.public_key}, random_);
    add_edit_list(sealed.header, {1});
    expect_kind(open(sealed.header, sealed.body, alice_.secret), Kind::denied);
}

TEST_F(OpenerTest, PassesOverPacketsOfOtherMethodsAndOfSmallOrder) {
    Sealed sealed = seal_for_alice(bytes_of("a case"));
    sealed.header.packets.insert(sealed.header.packets.begin(),
                                 {HeaderPacket{.encryption_method = 5, .content = {1}},
                                  HeaderPacket{.encryption_method = 0, .content = Bytes(100)}});
    EXPECT_TRUE(open(sealed.header, sealed.body, alice_.secret));
}

}  // namespace
}  // namespace mednexus::storage
