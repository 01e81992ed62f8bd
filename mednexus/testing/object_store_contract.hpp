#pragma once
/// What every ObjectStore promises. A test program includes this once and instantiates it:
///     INSTANTIATE_TEST_SUITE_P(Local, ObjectStoreContract, ::testing::Values(StoreMaker{…}));
#include <algorithm>
#include <functional>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/storage/object_store.hpp"
#include "mednexus/testing/broken_source.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::testing {

struct StoreUnderTest {
    std::shared_ptr<storage::ObjectStore> store;  ///< empty; keeps alive what it needs
    /// Inverts one bit of a kept object behind the store's back.
    std::function<void(const ObjectRoot& root, std::uint64_t bit_index)> flip_bit;
};

using StoreMaker = std::function<StoreUnderTest()>;

class ObjectStoreContract : public ::testing::TestWithParam<StoreMaker> {
protected:
    static constexpr std::uint64_t kNoLimit = UINT64_MAX;

    void SetUp() override { subject_ = GetParam()(); }

    [[nodiscard]] storage::ObjectStore& store() { return *subject_.store; }

    void flip_bit(const ObjectRoot& root, std::uint64_t bit_index) {
        subject_.flip_bit(root, bit_index);
    }

    [[nodiscard]] storage::ObjectRef put(BytesView content) {
        auto ref = storage::put_bytes(store(), content);
        EXPECT_TRUE(ref) << ref.error().what;
        return ref.value_or(storage::ObjectRef{});
    }

    template <typename T>
    void expect_kind(const Result<T>& result, Kind kind) {
        ASSERT_FALSE(result);
        EXPECT_EQ(name_of(result.error().kind), name_of(kind)) << result.error().what;
    }

    void expect_empty() { EXPECT_TRUE(store().list(std::nullopt, 10)->empty()); }

    SeededRandom random_{20261122};

private:
    StoreUnderTest subject_;
};

TEST_P(ObjectStoreContract, GivesBackObjectsOfEverySize) {
    for (const std::size_t size : {1U, 255U, 256U, 257U, 262143U, 262144U, 262145U, 1048577U}) {
        SCOPED_TRACE(size);
        const Bytes content = random_.bytes(size);
        const storage::ObjectRef ref = put(content);
        EXPECT_EQ(ref.size_bytes, size);
        EXPECT_EQ(*store().stat(ref.root), ref);
        EXPECT_EQ(*storage::get_bytes(store(), ref, kNoLimit), content);
    }
}

TEST_P(ObjectStoreContract, NamesAnObjectByItsRoot) {
    const Bytes content = random_.bytes(300'000);
    storage::MemorySource source(content);
    EXPECT_EQ(put(content), *storage::root_of(source));
}

TEST_P(ObjectStoreContract, ReadsAnyRange) {
    const Bytes content = random_.bytes(700'000);
    const storage::ObjectRef ref = put(content);
    const auto object = *store().open(ref);
    EXPECT_EQ(object->size_bytes(), content.size());
    for (int i = 0; i < 40; ++i) {
        const std::uint64_t offset = random_.below(content.size() + 1);
        const std::uint64_t count = random_.below(content.size() - offset + 1);
        SCOPED_TRACE(std::to_string(offset) + "+" + std::to_string(count));
        EXPECT_TRUE(std::ranges::equal(*object->read(offset, count),
                                       BytesView(content).subspan(offset, count)));
    }
}

TEST_P(ObjectStoreContract, RefusesRangesOutsideTheObject) {
    const auto object = *store().open(put(random_.bytes(1000)));
    expect_kind(object->read(0, 1001), Kind::invalid);
    expect_kind(object->read(1001, 0), Kind::invalid);
    expect_kind(object->read(1, UINT64_MAX), Kind::invalid);
    expect_kind(object->read(UINT64_MAX, 2), Kind::invalid);
}

TEST_P(ObjectStoreContract, RefusesTheEmptyObject) {
    expect_kind(storage::put_bytes(store(), {}), Kind::invalid);
    expect_empty();
}

TEST_P(ObjectStoreContract, RefusesBytesThatAreNotTheExpectedObject) {
    const Bytes content = random_.bytes(1000);
    storage::MemorySource source(content);
    const storage::ObjectRef right = *storage::root_of(source);
    storage::ObjectRef wrong_root = right;
    wrong_root.root.mutable_array()[31] ^= 1;
    const storage::ObjectRef wrong_size{.root = right.root, .size_bytes = 1001};
    expect_kind(storage::put_bytes(store(), content, wrong_root), Kind::corrupt);
    expect_kind(storage::put_bytes(store(), content, wrong_size), Kind::corrupt);
    expect_empty();
    EXPECT_TRUE(storage::put_bytes(store(), content, right));
}

TEST_P(ObjectStoreContract, TakesTheSameObjectTwice) {
    const Bytes content = random_.bytes(1000);
    EXPECT_EQ(put(content), put(content));
    EXPECT_EQ(store().list(std::nullopt, 10)->size(), 1U);
}

TEST_P(ObjectStoreContract, KeepsNothingOfASourceThatFails) {
    for (const std::size_t good_bytes : {0U, 1U, 262144U, 600'000U}) {
        BrokenSource source(good_bytes);
        expect_kind(store().put(source, std::nullopt), Kind::unavailable);
        expect_empty();
    }
}

TEST_P(ObjectStoreContract, SaysNotFoundForWhatIsNotThere) {
    const storage::ObjectRef ref{.root = random_id<ObjectRoot>(random_), .size_bytes = 5};
    expect_kind(store().open(ref), Kind::not_found);
    expect_kind(store().stat(ref.root), Kind::not_found);
}

TEST_P(ObjectStoreContract, RefusesAnotherSizeThanTheRecordedOne) {
    storage::ObjectRef ref = put(random_.bytes(1000));
    ref.size_bytes = 999;
    expect_kind(store().open(ref), Kind::corrupt);
}

TEST_P(ObjectStoreContract, TellsApartObjectsThatDifferInTrailingZerosOnly) {
    const storage::ObjectRef one = put(Bytes{1, 2, 0});
    expect_kind(storage::put_bytes(store(), Bytes{1, 2}), Kind::conflict);
    EXPECT_EQ(*storage::get_bytes(store(), one, kNoLimit), (Bytes{1, 2, 0}));
}

TEST_P(ObjectStoreContract, RefusesToGiveMoreThanTheCallerAllows) {
    const storage::ObjectRef ref = put(random_.bytes(1000));
    EXPECT_TRUE(storage::get_bytes(store(), ref, 1000));
    expect_kind(storage::get_bytes(store(), ref, 999), Kind::invalid);
}

TEST_P(ObjectStoreContract, NeverGivesDamagedBytes) {
    const Bytes content = random_.bytes(600'000);
    for (int i = 0; i < 12; ++i) {
        const storage::ObjectRef ref = put(content);  // also repairs the damage of the last round
        EXPECT_EQ(*storage::get_bytes(store(), ref, kNoLimit), content);
        const std::uint64_t bit = random_.below(content.size() * 8);
        SCOPED_TRACE(bit);
        flip_bit(ref.root, bit);
        expect_kind(storage::get_bytes(store(), ref, kNoLimit), Kind::corrupt);
        const auto object = store().open(ref);
        if (object) {
            expect_kind((*object)->read(bit / 8, 1), Kind::corrupt);
        }
    }
}

TEST_P(ObjectStoreContract, RefusesEveryFlippedBitOfASmallObject) {
    const Bytes content = random_.bytes(40);
    const storage::ObjectRef ref = put(content);
    for (std::uint64_t bit = 0; bit < content.size() * 8; ++bit) {
        flip_bit(ref.root, bit);
        expect_kind(storage::get_bytes(store(), ref, kNoLimit), Kind::corrupt);
        flip_bit(ref.root, bit);
        EXPECT_EQ(*storage::get_bytes(store(), ref, kNoLimit), content);
    }
}

TEST_P(ObjectStoreContract, ListsRootsInOrderAndInPages) {
    std::vector<ObjectRoot> roots;
    for (std::uint8_t i = 0; i < 20; ++i) {
        roots.push_back(put(Bytes{i, 1}).root);
    }
    std::ranges::sort(roots);
    EXPECT_EQ(*store().list(std::nullopt, 100), roots);
    std::vector<ObjectRoot> paged;
    std::optional<ObjectRoot> after;
    for (;;) {
        const auto page = *store().list(after, 3);
        if (page.empty()) {
            break;
        }
        EXPECT_LE(page.size(), 3U);
        paged.insert(paged.end(), page.begin(), page.end());
        after = page.back();
    }
    EXPECT_EQ(paged, roots);
    EXPECT_TRUE(store().list(std::nullopt, 0)->empty());
}

TEST_P(ObjectStoreContract, RemovesAnObjectAndForgivesAMissingOne) {
    const storage::ObjectRef kept = put(random_.bytes(1000));
    const storage::ObjectRef gone = put(random_.bytes(600'000));
    EXPECT_TRUE(store().remove(gone.root));
    EXPECT_TRUE(store().remove(gone.root));
    expect_kind(store().open(gone), Kind::not_found);
    EXPECT_THAT(*store().list(std::nullopt, 10), ::testing::ElementsAre(kept.root));
}

}  // namespace mednexus::testing
