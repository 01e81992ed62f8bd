#pragma once
/// Founds a consortium among the sites of a world, with keys that are made in memory: what matches
/// stand on, without a key session between nodes.
#include <string>
#include <vector>

#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/session_choice.hpp"
#include "mednexus/service/internal/session_store.hpp"
#include "mednexus/service/internal/test_consortium_world.hpp"

namespace mednexus::service::internal {

/// Makes documents and keys, and gives them to members and computing node. All of them are sites
/// that know each other's cards.
class TestFounding {
public:
    TestFounding(World& world, std::vector<std::string> members)
        : world_(world), members_(std::move(members)) {}

    std::uint32_t openings_max = 16;
    std::string id = std::string(32, 'c');
    std::uint32_t epoch = 1;

    void found() {
        make_documents();
        for (std::size_t i = 0; i < members_.size(); ++i) {
            give(members_[i], seeds_[i]);
        }
        const auto taken = world_.node(kComputeNode)
                               .answer_peer(members_.front(),
                                            "compute.epoch",
                                            object_with({{"consortium", keyed.consortium.note},
                                                         {"keys", keyed.keys.note}}));
        ASSERT_TRUE(taken) << taken.error().what;
    }

    /// Every member writes and publishes its index.
    void sync() {
        for (const std::string& name : members_) {
            world_.must(name, "index.sync");
        }
    }

    Keyed keyed;
    std::shared_ptr<const compute::Ring> ring = sure_of(compute::Ring::make({.degree = 256}));

private:
    [[nodiscard]] CardRef ref_of(const std::string& name) {
        return {name, sure_of(parse_card(world_.site(name).card)).digest};
    }

    [[nodiscard]] std::string signed_by_members(const std::string& text) {
        codec::Note note{text, {}};
        for (const std::string& name : members_) {
            note.signatures.push_back(
                crypto::sign_note(HomeFiles(world_.home_of(name)).keys.identity, text));
        }
        return codec::write_note(note);
    }

    void make_documents() {
        Consortium consortium;
        consortium.id = id;
        consortium.epoch = epoch;
        consortium.compute = ref_of(kComputeNode);
        for (const std::string& name : members_) {
            consortium.members.push_back(ref_of(name));
        }
        consortium.openings_max = openings_max;
        consortium.profile = *codec::parse_hex_as<Hash32>(
            text_in(world_.must(members_.front(), "status"), "profile"));
        consortium.ring = ring->id();
        consortium.period = {{kToday.seconds - 1000}, {kToday.seconds + 10'000'000}};
        const std::string text = sure_of(write_consortium_text(consortium));
        keyed.consortium = sure_of(parse_consortium(signed_by_members(text)));
        make_keys();
        SessionKeys keys;
        keys.compute = consortium.compute;
        keys.consortium = keyed.consortium.digest;
        keys.epoch = epoch;
        keys.public_key = crypto::sha256(public_key_);
        keys.evaluation_keys = crypto::sha256(evaluation_keys_);
        keys.session = session();
        keyed.keys = sure_of(parse_keys(signed_by_members(sure_of(write_keys_text(keys)))));
    }

    [[nodiscard]] Hash32 session() const {
        return crypto::sha256(bytes_of("session " + std::to_string(epoch)));
    }

    void make_keys() {
        std::vector<Bytes> one;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            seeds_.push_back(
                sure_of(Secret<32>::from(Bytes(32, static_cast<std::uint8_t>(10 * epoch + i)))));
            one.push_back(
                compute::make_share_one(*ring, candidate_seed(seeds_.back(), 0), session()));
        }
        const auto round = sure_of(compute::combine_round_one(*ring, session(), one));
        std::vector<Bytes> two;
        for (const Secret<32>& seed : seeds_) {
            two.push_back(
                sure_of(compute::make_share_two(*ring, candidate_seed(seed, 0), session(), round)));
        }
        public_key_ = round.public_key;
        evaluation_keys_ = sure_of(compute::combine_round_two(*ring, session(), round, two));
    }

    void give(const std::string& name, const Secret<32>& seed) {
        HomeFiles home(world_.home_of(name));
        for (const Bytes* const blob : {&public_key_, &evaluation_keys_}) {
            (void)sure_of(home.blobs.keep(*blob, internal::audience_of(keyed.consortium)));
        }
        SessionStore store(*home.database);
        const Hash32& digest = keyed.consortium.digest;
        ASSERT_TRUE(put_consortium(*home.database, keyed.consortium, ConsortiumState::proposed));
        ASSERT_TRUE(store.begin(digest, {id, members_.front(), kToday}, seed));
        ASSERT_TRUE(store.set_session(digest, session()));
        ASSERT_TRUE(store.set_chosen(digest, 0));
        const auto done = store.complete(digest, keyed.keys);
        ASSERT_TRUE(done) << done.error().what;
    }

    World& world_;
    std::vector<std::string> members_;
    std::vector<Secret<32>> seeds_;
    Bytes public_key_;
    Bytes evaluation_keys_;
};

/// Adds a computing node to a world whose institutions agreed, founds a consortium of these
/// members, and has each publish an index of its cases.
inline void found_consortium(World& world, const std::vector<std::string>& members) {
    world.add(kComputeNode, "DE", Role::compute);
    world.exchange_cards();
    TestFounding founding(world, members);
    founding.found();
    founding.sync();
}

}  // namespace mednexus::service::internal
