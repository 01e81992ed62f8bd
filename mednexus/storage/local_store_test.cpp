#include <fstream>
#include <map>

#include "mednexus/codec/hex.hpp"
#include "mednexus/storage/internal/test_support.hpp"
#include "mednexus/testing/faulty_disk.hpp"
#include "mednexus/testing/memory_object_store.hpp"
#include "mednexus/testing/object_store_contract.hpp"
#include "mednexus/testing/seeded_random.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::testing {
namespace {

using storage::internal::flipped;

std::string path_of(const ObjectRoot& root) {
    const std::string name = codec::to_hex(root.view());
    return "objects/" + name.substr(0, 2) + '/' + name;
}

template <typename Kept>
std::shared_ptr<storage::ObjectStore> keep_alive(std::shared_ptr<Kept> kept,
                                                 storage::ObjectStore* store) {
    return {std::move(kept), store};
}

StoreUnderTest local_store_on_a_faulty_disk() {
    struct Kept {
        FaultyDisk disk;
        std::unique_ptr<storage::ObjectStore> store = storage::make_local_store(disk);
    };

    auto kept = std::make_shared<Kept>();
    FaultyDisk& disk = kept->disk;
    return {.store = keep_alive(kept, kept->store.get()),
            .flip_bit = [&disk](const ObjectRoot& root, std::uint64_t bit) {
                disk.plant(path_of(root), flipped(disk.content_of(path_of(root)), bit));
            }};
}

StoreUnderTest local_store_on_a_real_disk() {
    struct Kept {
        TemporaryFolder folder;
        std::unique_ptr<Disk> disk = *open_posix_disk(folder.path());
        std::unique_ptr<storage::ObjectStore> store = storage::make_local_store(*disk);
    };

    auto kept = std::make_shared<Kept>();
    return {.store = keep_alive(kept, kept->store.get()),
            .flip_bit = [root = kept->folder.path()](const ObjectRoot& object, std::uint64_t bit) {
                std::fstream file(root + '/' + path_of(object), std::ios::in | std::ios::out);
                file.seekg(static_cast<std::streamoff>(bit / 8));
                const int byte = file.get();
                file.seekp(static_cast<std::streamoff>(bit / 8));
                file.put(static_cast<char>(byte ^ (1 << (bit % 8))));
            }};
}

StoreUnderTest memory_store() {
    auto store = std::make_shared<MemoryObjectStore>();
    return {.store = store, .flip_bit = [store](const ObjectRoot& root, std::uint64_t bit) {
                store->flip_bit(root, bit);
            }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Faulty,
                         ObjectStoreContract,
                         ::testing::Values(StoreMaker(&local_store_on_a_faulty_disk)));
INSTANTIATE_TEST_SUITE_P(Posix,
                         ObjectStoreContract,
                         ::testing::Values(StoreMaker(&local_store_on_a_real_disk)));
INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract, ::testing::Values(StoreMaker(&memory_store)));

}  // namespace mednexus::testing

namespace mednexus::storage {
namespace {

using internal::expect_kind;
using mednexus::testing::Fault;
using mednexus::testing::FaultKind;
using mednexus::testing::FaultyDisk;
using mednexus::testing::path_of;
using mednexus::testing::SeededRandom;

class LocalStoreTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t kNoLimit = UINT64_MAX;

    SeededRandom random_{6};
    FaultyDisk disk_;
    std::unique_ptr<ObjectStore> store_ = make_local_store(disk_);
    Bytes big_ = random_.bytes(700'000);
};

TEST_F(LocalStoreTest, NamesFilesAsItsFormatSays) {
    const ObjectRef small = *put_bytes(*store_, bytes_of("x"));
    const ObjectRef big = *put_bytes(*store_, big_);
    EXPECT_THAT(disk_.paths(),
                ::testing::UnorderedElementsAre(
                    path_of(small.root), path_of(big.root), path_of(big.root) + ".tree"));
    EXPECT_EQ(disk_.content_of(path_of(small.root)), to_bytes(std::string_view("x")));
    EXPECT_EQ(disk_.content_of(path_of(big.root) + ".tree").size(), 3 * 32U);
}

TEST_F(LocalStoreTest, TakesTheRootOfADiskForItsFolder) {
    const std::unique_ptr<ObjectStore> at_root = make_local_store(disk_, "");
    const ObjectRef ref = *put_bytes(*at_root, bytes_of("x"));
    EXPECT_THAT(disk_.paths(),
                ::testing::ElementsAre(path_of(ref.root).substr(std::string("objects/").size())));
    EXPECT_EQ(at_root->list(std::nullopt, 2)->size(), 1U);
    EXPECT_EQ(*get_bytes(*at_root, ref, kNoLimit), to_bytes(std::string_view("x")));
}

TEST_F(LocalStoreTest, NeverTrustsATreeFile) {
    const ObjectRef ref = *put_bytes(*store_, big_);
    const std::string tree = path_of(ref.root) + ".tree";
    const Bytes good = disk_.content_of(tree);
    std::vector<Bytes> bad{{}, Bytes(96), Bytes(good.begin(), good.end() - 1), Bytes(100'000)};
    for (std::size_t bit = 0; bit < good.size() * 8; bit += 37) {
        bad.push_back(internal::flipped(good, bit));
    }
    for (const Bytes& content : bad) {
        disk_.plant(tree, content);
        EXPECT_EQ(*get_bytes(*store_, ref, kNoLimit), big_);  // proven from the object instead
    }
    ASSERT_TRUE(disk_.remove(tree));
    EXPECT_EQ(*get_bytes(*store_, ref, kNoLimit), big_);
    disk_.plant(path_of(ref.root), internal::flipped(big_, 5'000'000));
    expect_kind(store_->open(ref), Kind::corrupt);
}

TEST_F(LocalStoreTest, ReadsOnlyTheSegmentsOfTheRange) {
    const ObjectRef ref = *put_bytes(*store_, big_);
    disk_.plant(path_of(ref.root), internal::flipped(big_, 8 * 300'000));  // in segment 1
    const auto object = *store_->open(ref);
    EXPECT_TRUE(object->read(0, 262'144));
    EXPECT_TRUE(object->read(524'288, 100));
    expect_kind(object->read(262'143, 2), Kind::corrupt);
}

TEST_F(LocalStoreTest, ReplacesADamagedObjectOfAnotherLength) {
    const ObjectRef ref = *put_bytes(*store_, big_);
    for (const std::size_t size : {0U, 1U, 699'999U, 700'001U}) {
        Bytes damaged = big_;
        damaged.resize(size, 1);
        disk_.plant(path_of(ref.root), damaged);
        expect_kind(store_->open(ref), Kind::corrupt);
        EXPECT_TRUE(put_bytes(*store_, big_));
        EXPECT_EQ(*get_bytes(*store_, ref, kNoLimit), big_);
    }
}

TEST_F(LocalStoreTest, SaysCorruptWhenTheFileShrinksOrGoesUnderAReader) {
    const ObjectRef ref = *put_bytes(*store_, big_);
    const auto object = *store_->open(ref);
    disk_.plant(path_of(ref.root), Bytes(10));
    expect_kind(object->read(0, 100), Kind::corrupt);
    ASSERT_TRUE(store_->remove(ref.root));
    expect_kind(object->read(0, 100), Kind::not_found);
}

TEST_F(LocalStoreTest, ListsNothingThatIsNotAnObject) {
    const ObjectRef ref = *put_bytes(*store_, big_);
    const std::string name = codec::to_hex(ref.root.view());
    disk_.plant("objects/zz/file", bytes_of("x"));
    disk_.plant("objects/readme", bytes_of("x"));
    disk_.plant("objects/00/" + name, bytes_of("x"));  // in another's folder
    disk_.plant("objects/ab/AB" + std::string(62, '0'), bytes_of("x"));
    EXPECT_THAT(*store_->list(std::nullopt, 10), ::testing::ElementsAre(ref.root));
}

/// Puts, removes and puts again; returns the first error. What is acknowledged is noted in `must`
/// (objects that have to be there) before the next step.
struct Scenario {
    std::vector<Bytes> contents;
    std::map<ObjectRoot, Bytes> must;

    Result<void> run(ObjectStore& store) {
        must.clear();
        for (const Bytes& content : contents) {
            MN_TRY(const ObjectRef ref, put_bytes(store, content));
            must[ref.root] = content;
        }
        const ObjectRoot gone = must.begin()->first;
        const Bytes content = must.begin()->second;
        must.erase(gone);
        MN_DO(store.remove(gone));
        MN_TRY(const ObjectRef again, put_bytes(store, content));
        must[again.root] = content;
        return {};
    }
};

void expect_whole_or_refused(const FaultyDisk& disk,
                             const ObjectStore& store,
                             const Scenario& scenario,
                             bool is_torn) {
    for (const auto& [root, content] : scenario.must) {
        const auto found =
            get_bytes(store, {.root = root, .size_bytes = content.size()}, UINT64_MAX);
        ASSERT_TRUE(found) << "acknowledged but lost: " << found.error().what;
        EXPECT_EQ(*found, content);
    }
    const auto listed = store.list(std::nullopt, 100);
    ASSERT_TRUE(listed);
    for (const ObjectRoot& root : *listed) {
        const auto found = get_bytes(store, *store.stat(root), UINT64_MAX);
        if (is_torn && !found) {
            EXPECT_EQ(found.error().kind, Kind::corrupt);
            continue;
        }
        ASSERT_TRUE(found) << found.error().what;
        EXPECT_THAT(scenario.contents, ::testing::Contains(*found));
    }
    for (const std::string& path : disk.paths()) {  // a tree never outlives its object
        if (path.ends_with(".tree")) {
            EXPECT_TRUE(store.stat(*codec::parse_hex_as<ObjectRoot>(path.substr(11, 64))));
        }
    }
}

class LocalStoreFaultTest : public ::testing::TestWithParam<FaultKind> {};

TEST_P(LocalStoreFaultTest, IsWholeAfterAFaultAtEveryOperation) {
    SeededRandom random(7);
    Scenario scenario{.contents = {random.bytes(10), random.bytes(262'145), random.bytes(600'000)},
                      .must = {}};
    const auto operations = [&] {
        FaultyDisk disk;
        EXPECT_TRUE(scenario.run(*make_local_store(disk)));
        return disk.operations();
    }();
    ASSERT_GT(operations, 15U);
    for (std::uint64_t at = 0; at < operations; ++at) {
        SCOPED_TRACE("operation " + std::to_string(at));
        FaultyDisk disk;
        disk.set_fault(Fault{.kind = GetParam(), .at_operation = at});
        const auto outcome = scenario.run(*make_local_store(disk));
        EXPECT_FALSE(outcome);
        disk.restart();
        const auto store = make_local_store(disk);
        expect_whole_or_refused(disk, *store, scenario, GetParam() == FaultKind::torn);
        EXPECT_TRUE(scenario.run(*store)) << "the steps can be repeated";
        expect_whole_or_refused(disk, *store, scenario, false);
    }
}

INSTANTIATE_TEST_SUITE_P(Faults,
                         LocalStoreFaultTest,
                         ::testing::Values(FaultKind::io,
                                           FaultKind::disk_full,
                                           FaultKind::crash_before,
                                           FaultKind::crash_after,
                                           FaultKind::torn));

}  // namespace
}  // namespace mednexus::storage
