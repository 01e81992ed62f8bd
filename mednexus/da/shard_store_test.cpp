#include "mednexus/da/shard_store.hpp"

#include <algorithm>

#include "mednexus/da/batch_name.hpp"
#include "mednexus/da/internal/test_support.hpp"
#include "mednexus/da/retrieve.hpp"
#include "mednexus/testing/faulty_disk.hpp"

namespace mednexus::da {
namespace {

using internal::blob_of;
using internal::Consortium;
using testing::FaultKind;
using ::testing::HasSubstr;

class ShardStoreTest : public ::testing::Test {
protected:
    [[nodiscard]] SignedHeader header(const Bytes& blob, const Batch& batch) const {
        return world_.sign(world_.header(blob, batch));
    }

    [[nodiscard]] Result<std::string> accept(const SignedHeader& header, const Bytes& blob) {
        ShardStore store(disk_, "da/held");
        return store.accept({header, *world_.roster, blob, "checkpoint"}, world_.holders[1]);
    }

    [[nodiscard]] std::string file(const std::string& ending) const {
        const auto paths = disk_.paths();
        const auto found = std::find_if(paths.begin(), paths.end(), [&](const std::string& path) {
            return path.ends_with(ending);
        });
        return found == paths.end() ? "" : *found;
    }

    Consortium world_;
    testing::FaultyDisk disk_;
    Bytes blob_ = blob_of("one", 5000);
    Bytes other_blob_ = blob_of("two", 5000);
    SignedHeader header_ = header(blob_, Consortium::batch(4, 9));
};

TEST_F(ShardStoreTest, KeepsItsShardAndSigns) {
    const auto attestation = accept(header_, blob_);
    ASSERT_TRUE(attestation) << attestation.error().what;
    EXPECT_TRUE(verify_attestation(*attestation, header_.header, world_.holders[1].verifier()));
    const ShardStore store(disk_, "da/held");
    const auto shard = store.shard(header_.header);
    ASSERT_TRUE(shard);
    EXPECT_EQ(shard->index, 1U);
    EXPECT_TRUE(check_shard(header_.header, *shard));
    const auto held = store.list("a.example/log", 0, 10);
    ASSERT_EQ(held->size(), 1U);
    EXPECT_EQ(held->front().header, header_.note);
    EXPECT_EQ(held->front().companion, "checkpoint");
    EXPECT_TRUE(store.list("b.example/log", 0, 10)->empty());
}

TEST_F(ShardStoreTest, TheSameAgainIsTheSameAndMendsTheShard) {
    const auto first = accept(header_, blob_);
    Bytes damaged = disk_.content_of(file("/shard"));
    damaged[100] ^= 1U;
    disk_.plant(file("/shard"), damaged);
    const ShardStore store(disk_, "da/held");
    EXPECT_EQ(store.shard(header_.header).error().kind, Kind::corrupt);
    EXPECT_EQ(accept(header_, blob_).value(), first.value());
    EXPECT_TRUE(store.shard(header_.header));
}

TEST_F(ShardStoreTest, GivesNoShardThatWasCutOrIsGone) {
    ASSERT_TRUE(accept(header_, blob_));
    const ShardStore store(disk_, "da/held");
    const Bytes whole = disk_.content_of(file("/shard"));
    for (const std::size_t size : {std::size_t{0}, whole.size() / 2, whole.size() - 1}) {
        disk_.plant(file("/shard"), BytesView(whole).first(size));
        EXPECT_EQ(store.shard(header_.header).error().kind, Kind::corrupt) << size;
    }
    disk_.plant(file("/shard"), Bytes(whole.size() + 1));
    EXPECT_EQ(store.shard(header_.header).error().kind, Kind::corrupt);
    ASSERT_TRUE(disk_.remove(file("/shard")));
    EXPECT_EQ(store.shard(header_.header).error().kind, Kind::corrupt);
    ASSERT_TRUE(disk_.remove(file("/header")));
    EXPECT_EQ(store.shard(header_.header).error().kind, Kind::not_found);
}

TEST_F(ShardStoreTest, ASecondHeaderForARangeIsThePublishersFault) {
    ASSERT_TRUE(accept(header_, blob_));
    for (const auto& [from, to] : {std::pair{4, 9}, {4, 8}, {8, 12}, {0, 5}, {0, 20}, {5, 6}}) {
        const auto second = accept(header(other_blob_,
                                          Consortium::batch(static_cast<std::uint64_t>(from),
                                                            static_cast<std::uint64_t>(to))),
                                   other_blob_);
        ASSERT_FALSE(second) << from << " " << to;
        EXPECT_EQ(second.error().kind, Kind::conflict);
        EXPECT_THAT(second.error().what, HasSubstr("publisher fault: two headers"));
    }
    EXPECT_TRUE(accept(header(other_blob_, Consortium::batch(9, 12)), other_blob_));
    EXPECT_TRUE(accept(header(other_blob_, Consortium::batch(0, 4)), other_blob_));
}

TEST_F(ShardStoreTest, RootsThatDoNotContinueAreAFork) {
    ASSERT_TRUE(accept(header_, blob_));
    const auto fork = [&](Batch batch) {
        const auto done = accept(header(other_blob_, batch), other_blob_);
        return done ? "accepted" : done.error().what;
    };
    Batch after = Consortium::batch(9, 12);
    after.before.mutable_array()[0] ^= 1U;
    EXPECT_THAT(fork(after), HasSubstr("the log was forked"));
    Batch before = Consortium::batch(0, 4);
    before.root.mutable_array()[0] ^= 1U;
    EXPECT_THAT(fork(before), HasSubstr("the log was forked"));
    Batch same_end = Consortium::batch(2, 9);
    same_end.root.mutable_array()[0] ^= 1U;
    EXPECT_THAT(fork(same_end), HasSubstr("the log was forked"));
}

TEST_F(ShardStoreTest, AnotherRosterIsAnotherEpochOfTheSameLog) {
    ASSERT_TRUE(accept(header_, blob_));
    const Consortium four(4);
    ShardStore store(disk_, "da/held");
    const SignedHeader anew = four.sign(four.header(blob_, Consortium::batch(4, 9)));
    EXPECT_TRUE(store.accept({anew, *four.roster, blob_, "c"}, world_.holders[1]));
    EXPECT_EQ(store.list("a.example/log", 0, 10)->size(), 2U);
    Batch forked = Consortium::batch(4, 9);
    forked.root.mutable_array()[3] ^= 1U;
    const SignedHeader fork = four.sign(four.header(other_blob_, forked));
    EXPECT_EQ(store.accept({fork, *four.roster, other_blob_, "c"}, world_.holders[1]).error().kind,
              Kind::conflict);
}

TEST_F(ShardStoreTest, RefusesWhatItCannotVouchFor) {
    Bytes changed = blob_;
    changed[17] ^= 1U;
    EXPECT_EQ(accept(header_, changed).error().kind, Kind::invalid);
    const Consortium four(4);
    ShardStore store(disk_, "da/held");
    EXPECT_EQ(store.accept({header_, *four.roster, blob_, "c"}, world_.holders[1]).error().kind,
              Kind::denied);
    EXPECT_EQ(store.accept({header_, *world_.roster, blob_, "c"}, four.holders[3]).error().kind,
              Kind::denied);
    EXPECT_EQ(
        store.accept({header_, *world_.roster, blob_, std::string(65537, 'c')}, world_.holders[1])
            .error()
            .kind,
        Kind::invalid);
    EXPECT_TRUE(disk_.paths().empty());
}

/// Power lost at every operation: what was signed is on disk, and no second header gets through.
TEST_F(ShardStoreTest, NothingIsSignedBeforeItIsDurable) {
    for (const FaultKind kind :
         {FaultKind::io, FaultKind::crash_before, FaultKind::crash_after, FaultKind::torn}) {
        for (std::uint64_t at = 0;; ++at) {
            for (const std::string& path : disk_.paths()) {
                ASSERT_TRUE(disk_.remove(path));
            }
            disk_.restart();
            disk_.set_fault(testing::Fault{kind, at});
            const auto first = accept(header_, blob_);
            const bool was_reached = disk_.operations() > at;
            disk_.restart();
            const ShardStore store(disk_, "da/held");
            if (first) {
                EXPECT_TRUE(store.shard(header_.header)) << at;
            }
            const bool has_header = !file("/header").empty();
            const auto second = accept(header(other_blob_, Consortium::batch(4, 9)), other_blob_);
            EXPECT_EQ(second.has_value(), !has_header) << at << ": " << static_cast<int>(kind);
            if (has_header) {
                EXPECT_TRUE(accept(header_, blob_)) << at;  // the first one still goes on
                EXPECT_TRUE(store.shard(header_.header)) << at;
            }
            if (!was_reached) {
                EXPECT_TRUE(first);
                break;
            }
        }
    }
}

TEST(BatchName, IsReadBackAndSortsByRange) {
    const BatchName name{7, 12, crypto::sha256(bytes_of("x"))};
    EXPECT_EQ(parse_batch_name(write_batch_name(name)), name);
    EXPECT_LT(write_batch_name({9, 10, {}}), write_batch_name({10, 11, {}}));
    const std::string text = write_batch_name(name);
    EXPECT_FALSE(parse_batch_name(text.substr(1)));
    EXPECT_FALSE(parse_batch_name("+" + text.substr(1)));
    std::string upper = text;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    EXPECT_FALSE(parse_batch_name(upper));
}

}  // namespace
}  // namespace mednexus::da
