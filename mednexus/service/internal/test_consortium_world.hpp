#pragma once
/// Two members and a computing node with the keys of a session that was run in memory: what the
/// tests of index and scores stand on, without the key session between nodes.
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/clinical.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/compute/opening.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/consortia.hpp"
#include "mednexus/service/internal/index_rows.hpp"
#include "mednexus/service/internal/tampering_transport.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/keystore.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {

inline constexpr const char* kNorthMember = "north.example";
inline constexpr const char* kSouthMember = "south.example";
inline constexpr const char* kComputeNode = "compute.example";

/// The value, or a failed test and the end of the program: there is nothing to go on with.
template <typename T>
T sure_of(Result<T> result) {
    if (!result) {
        ADD_FAILURE() << result.error().what;
        std::abort();
    }
    return *std::move(result);
}

/// The files of a home past its node, as an administrator could.
struct HomeFiles {
    explicit HomeFiles(const std::string& home)
        : disk(sure_of(open_posix_disk(home))),
          keys(sure_of(
              load_keys(*sure_of(open_file_keystore(*disk, {World::passphrase(), {}}, random)),
                        sure_of(read_home_config(home)).name))),
          database(sure_of(Database::open(home + "/node.sqlite", keys.home, random))),
          blobs(*disk, *database) {}

    crypto::SystemRandom random;
    std::unique_ptr<Disk> disk;
    Keys keys;
    std::unique_ptr<Database> database;
    BlobStore blobs;
};

/// One epoch's documents, and the key material behind them.
struct TestEpoch {
    Keyed keyed;
    Bytes public_key;
    Bytes evaluation_keys;
    std::vector<Secret<32>> share_seeds;
};

class ConsortiumWorld {
public:
    ConsortiumWorld() {
        world.add(kNorthMember, "DE");
        world.add(kSouthMember, "FR");
        world.add(kComputeNode, "DE", Role::compute);
        world.exchange_cards();
        world.agree();
    }

    [[nodiscard]] HomeFiles files(const std::string& name) {
        return HomeFiles(world.home_of(name));
    }

    /// Makes the documents and keys of an epoch; nobody knows them yet.
    [[nodiscard]] TestEpoch make_epoch(std::uint32_t number = 1, std::uint32_t openings_max = 16) {
        TestEpoch out;
        Consortium consortium;
        consortium.id = std::string(32, 'c');
        consortium.epoch = number;
        consortium.openings_max = openings_max;
        consortium.compute = ref_of(kComputeNode);
        consortium.members = {ref_of(kNorthMember), ref_of(kSouthMember)};
        consortium.profile =
            *codec::parse_hex_as<Hash32>(text_in(world.must(kNorthMember, "status"), "profile"));
        consortium.ring = ring->id();
        consortium.period = {{kToday.seconds - 1000}, {kToday.seconds + 1'000'000}};
        const std::string text = sure_of(write_consortium_text(consortium));
        out.keyed.consortium = sure_of(parse_consortium(signed_by_members(text)));
        make_keys(out, number);
        SessionKeys keys;
        keys.compute = consortium.compute;
        keys.consortium = out.keyed.consortium.digest;
        keys.epoch = number;
        keys.public_key = crypto::sha256(out.public_key);
        keys.evaluation_keys = crypto::sha256(out.evaluation_keys);
        keys.session = session_of(number);
        out.keyed.keys = sure_of(parse_keys(signed_by_members(sure_of(write_keys_text(keys)))));
        return out;
    }

    /// Both members know the epoch, as after a session.
    void give_to_members(const TestEpoch& epoch) {
        for (const char* name : {kNorthMember, kSouthMember}) {
            HomeFiles home = files(name);
            for (const Bytes* const blob : {&epoch.public_key, &epoch.evaluation_keys}) {
                (void)sure_of(home.blobs.keep(*blob, audience_of(epoch.keyed.consortium)));
            }
            ASSERT_TRUE(
                put_consortium(*home.database, epoch.keyed.consortium, ConsortiumState::proposed));
            ASSERT_TRUE(activate_consortium(*home.database, epoch.keyed.keys));
        }
    }

    [[nodiscard]] Result<json::Value> ask_compute(const std::string& from,
                                                  std::string_view operation,
                                                  const json::Value& body) {
        return world.node(kComputeNode).answer_peer(from, operation, body);
    }

    static json::Value epoch_call(const TestEpoch& epoch) {
        return object_with(
            {{"consortium", epoch.keyed.consortium.note}, {"keys", epoch.keyed.keys.note}});
    }

    /// An epoch that members and computing node know.
    TestEpoch found(std::uint32_t number = 1) {
        TestEpoch epoch = make_epoch(number);
        give_to_members(epoch);
        const auto taken = ask_compute(kNorthMember, "compute.epoch", epoch_call(epoch));
        EXPECT_TRUE(taken) << taken.error().what;
        return epoch;
    }

    /// A home whose peers are reached through `wire`, until it is opened again.
    void open_through(const std::string& name, PeerTransport& wire) {
        world.close(name);
        auto node = open_node({.home = world.home_of(name),
                               .passphrase = World::passphrase(),
                               .ontology_dir = "",
                               .ring = {.degree = 256},
                               .compute = world.compute_limits},
                              world.clock(),
                              world.random(),
                              wire,
                              nullptr,
                              {});
        ASSERT_TRUE(node) << node.error().what;
        world.site(name).node = std::move(*node);
        world.network().join(name, *world.site(name).node);
    }

    /// The newest index of a member, as the home has it.
    [[nodiscard]] IndexDocument index_of(const std::string& member, const TestEpoch& epoch) {
        HomeFiles home = files(member);
        const auto notes =
            sure_of(IndexRows(*home.database).notes(member, epoch.keyed.keys.session));
        EXPECT_FALSE(notes.empty());
        return notes.empty() ? IndexDocument{} : notes.front();
    }

    /// A query of `member` for the vector of one of its cases, kept where others may fetch it.
    [[nodiscard]] Hash32 query_of(const std::string& member,
                                  const std::string& case_id,
                                  const TestEpoch& epoch,
                                  std::uint8_t seed = 9) {
        HomeFiles home = files(member);
        const CaseRow row =
            sure_of(home.database->find_case(*codec::parse_hex_as<CaseId>(case_id)));
        const auto key = sure_of(compute::PublicKey::parse(*ring, epoch.public_key));
        const Bytes query = sure_of(
            compute::encrypt_query(*ring,
                                   key,
                                   sure_of(Secret<32>::from(Bytes(32, seed))),
                                   sure_of(compute::Vector::make(row.profile, row.vector))));
        return sure_of(home.blobs.keep(query, audience_of(epoch.keyed.consortium)));
    }

    /// Every event of this kind in the log of a site.
    [[nodiscard]] std::vector<Event> events(const std::string& name, EventKind kind) {
        std::vector<Event> out;
        for (std::int64_t i = 0; i < world.log_size(name); ++i) {
            Event event = world.event_at(name, i);
            if (event.kind == kind) {
                out.push_back(std::move(event));
            }
        }
        return out;
    }

    testing::TemporaryFolder folder;
    testing::ManualClock clock{kToday};
    World world{clock, folder.path()};
    std::shared_ptr<const compute::Ring> ring = sure_of(compute::Ring::make({.degree = 256}));

private:
    [[nodiscard]] CardRef ref_of(const std::string& name) {
        return {name, sure_of(parse_card(world.site(name).card)).digest};
    }

    [[nodiscard]] std::string signed_by_members(const std::string& text) {
        codec::Note note{text, {}};
        for (const char* name : {kNorthMember, kSouthMember}) {
            note.signatures.push_back(crypto::sign_note(files(name).keys.identity, text));
        }
        return codec::write_note(note);
    }

    static Hash32 session_of(std::uint32_t number) {
        return crypto::sha256(bytes_of("session " + std::to_string(number)));
    }

    void make_keys(TestEpoch& epoch, std::uint32_t number) {
        const Hash32 session = session_of(number);
        std::vector<Bytes> one;
        for (std::uint8_t i = 0; i < 2; ++i) {
            epoch.share_seeds.push_back(
                sure_of(Secret<32>::from(Bytes(32, static_cast<std::uint8_t>(10 * number + i)))));
            one.push_back(compute::make_share_one(*ring, epoch.share_seeds.back(), session));
        }
        const auto round = sure_of(compute::combine_round_one(*ring, session, one));
        std::vector<Bytes> two;
        for (const Secret<32>& seed : epoch.share_seeds) {
            two.push_back(sure_of(compute::make_share_two(*ring, seed, session, round)));
        }
        epoch.public_key = round.public_key;
        epoch.evaluation_keys = sure_of(compute::combine_round_two(*ring, session, round, two));
    }
};

/// compute.score.
inline json::Value score_call(const TestEpoch& epoch,
                              const Hash32& query,
                              const std::string& job = std::string(32, '1')) {
    return object_with({{"job", job},
                        {"query", codec::to_hex_0x(query.view())},
                        {"session", codec::to_hex_0x(epoch.keyed.keys.session.view())}});
}

}  // namespace mednexus::service::internal
