#pragma once
/// Institutions that found a consortium, for tests: a small ring, and a wire on which one of them
/// may lie.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/keystore.hpp"
#include "mednexus/service/session_part.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {

inline constexpr const char* kNorth = "north.example";
inline constexpr const char* kSouth = "south.example";
inline constexpr const char* kWest = "west.example";
inline constexpr const char* kEast = "east.example";
inline constexpr const char* kCompute = "compute.example";

inline constexpr compute::RingOptions kTestRing{
    .degree = 64, .plain_modulus = 65537, .dimensions = 64};

/// A member that says other things than its node, signed with its own key. Its node does not know:
/// what it hears was made to fit to what it said, with the keys of the others.
class Liar {
public:
    using Bend = std::function<void(SessionPart&)>;
    using Signers = std::map<std::string, crypto::NoteSigner>;

    Liar(std::string name, Signers signers, Bend bend)
        : name_(std::move(name)), signers_(std::move(signers)), bend_(std::move(bend)) {}

    /// What its node is given.
    [[nodiscard]] json::Value hear(json::Value body) {
        const std::vector<std::string> before = std::exchange(node_given_, {});
        given_.clear();
        json::Array given;
        for (const json::Value& note : array_in(body, "given")) {
            given_.push_back(*note.as_string());
            node_given_.push_back(fitting(given_.back(), before));
            given.emplace_back(node_given_.back());
        }
        body.as_object()->set("given", std::move(given));
        return body;
    }

    /// What others hear of it.
    [[nodiscard]] json::Value say(json::Value answer) {
        const json::Value* const note = answer.as_object()->find("part");
        if (note == nullptr) {
            return answer;
        }
        auto part = parse_session_part(*note->as_string(), signers_.at(name_).verifier());
        EXPECT_TRUE(part);
        if (part->round != SessionRound::nonce) {
            part->given = digest_of_parts(given_);
        }
        bend_(*part);
        const std::string said = *make_session_part(*part, signers_.at(name_));
        honest_[said] = *note->as_string();
        answer.as_object()->set("part", said);
        return answer;
    }

    /// Blobs that it shows in place of its own, by name.
    std::map<Hash32, Bytes> blobs;

private:
    [[nodiscard]] std::string fitting(const std::string& note,
                                      const std::vector<std::string>& before) const {
        if (const auto own = honest_.find(note); own != honest_.end()) {
            return own->second;
        }
        for (const auto& [name, signer] : signers_) {
            auto part = parse_session_part(note, signer.verifier());
            if (part && part->round != SessionRound::nonce) {
                part->given = digest_of_parts(before);
                return *make_session_part(*part, signer);
            }
        }
        return note;
    }

    std::string name_;
    Signers signers_;
    Bend bend_;
    std::map<std::string, std::string> honest_;  ///< what it said, and what its node had said
    std::vector<std::string> given_;
    std::vector<std::string> node_given_;
};

/// The wire of one institution, on which liars lie.
class SessionWire final : public PeerTransport {
public:
    SessionWire(PeerTransport& under, std::map<std::string, Liar>& liars)
        : under_(under), liars_(liars) {}

    [[nodiscard]] Result<json::Value> call(const PeerAddress& peer,
                                           std::string_view operation,
                                           const json::Value& body) override {
        if (on_call) {
            MN_DO(on_call(peer.name, operation, body));
        }
        const std::scoped_lock lock(mutex_);
        const auto liar = liars_.find(peer.name);
        if (liar == liars_.end()) {
            return under_.call(peer, operation, body);
        }
        MN_TRY(json::Value answer, under_.call(peer, operation, liar->second.hear(body)));
        return liar->second.say(std::move(answer));
    }

    [[nodiscard]] Result<Bytes> get_object(const PeerAddress& peer,
                                           const ObjectRoot& root) override {
        return under_.get_object(peer, root);
    }

    [[nodiscard]] Result<Bytes> get_blob(const PeerAddress& peer, const Hash32& hash) override {
        if (const auto liar = liars_.find(peer.name); liar != liars_.end()) {
            if (const auto blob = liar->second.blobs.find(hash); blob != liar->second.blobs.end()) {
                return blob->second;
            }
        }
        MN_TRY(Bytes blob, under_.get_blob(peer, hash));
        if (change_blob) {
            change_blob(peer.name, blob);
        }
        return blob;
    }

    std::function<Result<void>(const std::string&, std::string_view, const json::Value&)> on_call;
    std::function<void(const std::string&, Bytes&)> change_blob;

private:
    PeerTransport& under_;
    std::map<std::string, Liar>& liars_;
    std::mutex mutex_;
};

/// `count` members and a computing node, whose cards and agreement are everywhere.
class SessionWorld {
public:
    explicit SessionWorld(std::size_t count, compute::RingOptions ring = kTestRing) : ring_(ring) {
        const std::vector<std::string> all{kNorth, kSouth, kWest, kEast};
        members_.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
        for (const std::string& name : members_) {
            world_.add(name, "DE");
        }
        world_.add(kCompute, "DE", Role::compute);
        world_.exchange_cards();
        for (const std::string& name : members_) {
            reopen(name);
        }
        reopen(kCompute);
    }

    void reopen(const std::string& name, StepObserver* observer = nullptr) {
        world_.close(name);
        if (!wires_[name]) {
            wires_[name] = std::make_unique<SessionWire>(*world_.site(name).transport, liars_);
        }
        auto node = open_node({.home = world_.home_of(name),
                               .passphrase = World::passphrase(),
                               .ontology_dir = "",
                               .ring = ring_},
                              clock_,
                              world_.random(),
                              *wires_[name],
                              nullptr,
                              {.observer = observer, .wrap_disk = {}});
        ASSERT_TRUE(node) << node.error().what;
        world_.site(name).node = std::move(*node);
        world_.network().join(name, *world_.site(name).node);
    }

    /// The document, as the first member proposes it.
    [[nodiscard]] std::string propose() {
        return text_in(
            world_.must(members_.front(),
                        "consortium.propose",
                        object_with({{"members", list_with(members_)},
                                     {"compute", kCompute},
                                     {"openings_max", 3},
                                     {"from", to_rfc3339({kToday.seconds - 10})},
                                     {"until", to_rfc3339({kToday.seconds + 900'000})}})),
            "note");
    }

    [[nodiscard]] std::string sign(std::string note, const std::vector<std::string>& by) {
        for (const std::string& name : by) {
            note = text_in(world_.must(name, "consortium.sign", object_with({{"note", note}})),
                           "note");
        }
        return note;
    }

    /// Another text, signed by all.
    [[nodiscard]] std::string propose_bent(const std::function<void(Consortium&)>& bend) {
        Consortium consortium = *parse_consortium(propose());
        bend(consortium);
        const auto text = write_consortium_text(consortium);
        EXPECT_TRUE(text);
        return sign(crypto::make_signed_note(keys_of(members_.front()).identity, *text), members_);
    }

    void add(const std::string& name, const std::string& note) {
        world_.must(name, "consortium.add", object_with({{"note", note}}));
    }

    /// Signed by all and on file at the first member.
    void prepare() {
        world_.agree();
        add(members_.front(), sign(propose(), members_));
    }

    [[nodiscard]] Result<json::Value> found(const std::string& by = kNorth) {
        return world_.ask(by, "consortium.found");
    }

    [[nodiscard]] std::string state_of(const std::string& name) {
        const json::Value status = world_.must(name, "consortium.status");
        const json::Array& list = array_in(status, "consortia");
        return list.empty() ? "none" : text_in(list.back(), "state");
    }

    [[nodiscard]] Keys keys_of(const std::string& name) {
        auto disk = open_posix_disk(world_.home_of(name));
        auto store = open_file_keystore(**disk, {World::passphrase(), {}}, world_.random());
        auto keys = load_keys(**store, name);
        EXPECT_TRUE(keys);
        return std::move(*keys);
    }

    void lie(const std::string& name, Liar::Bend bend) {
        Liar::Signers signers;
        for (const std::string& member : members_) {
            signers.emplace(member, keys_of(member).identity);
        }
        liars_.erase(name);
        liars_.emplace(name, Liar(name, std::move(signers), std::move(bend)));
    }

    [[nodiscard]] Liar& liar(const std::string& name) { return liars_.at(name); }

    void tell_the_truth() { liars_.clear(); }

    /// The leaves `refused` of a member.
    [[nodiscard]] std::vector<RefusedData> refused_by(const std::string& name) {
        std::vector<RefusedData> out;
        const std::int64_t size = world_.log_size(name);
        for (std::int64_t i = 0; i < size; ++i) {
            const Event event = world_.event_at(name, i);
            if (event.kind == EventKind::refused) {
                out.push_back(*parse_refused(event));
            }
        }
        return out;
    }

    /// A blob of a home, whoever may fetch it.
    [[nodiscard]] Bytes blob_of(const std::string& name, const Hash32& hash) {
        const auto disk = open_posix_disk(world_.home_of(name));
        return (*disk)->read("blobs/" + codec::to_hex(hash.view()), kBlobSizeBytesMax).value();
    }

    [[nodiscard]] World& world() { return world_; }

    [[nodiscard]] testing::ManualClock& clock() { return clock_; }

    [[nodiscard]] SessionWire& wire(const std::string& name) { return *wires_.at(name); }

    [[nodiscard]] const std::vector<std::string>& members() const { return members_; }

private:
    compute::RingOptions ring_;
    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    std::map<std::string, Liar> liars_;
    std::map<std::string, std::unique_ptr<SessionWire>> wires_;
    World world_{clock_, folder_.path()};
    std::vector<std::string> members_;
};

}  // namespace mednexus::service::internal
