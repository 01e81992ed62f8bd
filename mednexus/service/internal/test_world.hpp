#pragma once
/// Institutions in one process, for tests: cheap passphrases, the excerpt of HPO and the teaching
/// cases of demo/.
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mednexus/chain/client.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/system_random.hpp"
#include "mednexus/ledger/tlog_proof.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/home.hpp"
#include "mednexus/service/internal/node_open.hpp"
#include "mednexus/service/loopback.hpp"
#include "mednexus/testing/fake_chain.hpp"

namespace mednexus::service::internal {

inline constexpr UnixTime kToday{1'790'000'000};

inline std::string read_source_file(const std::string& path) {
    std::ifstream file(std::string(MEDNEXUS_SOURCE_DIR) + "/" + path, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

/// {"a": 1} from its text, for short tests.
inline json::Value from_json(std::string_view text) {
    auto value = json::parse(text);
    EXPECT_TRUE(value) << text;
    return value ? std::move(*value) : json::Value();
}

inline json::Value object_with(std::vector<std::pair<std::string, json::Value>> members) {
    json::Object out;
    for (auto& [key, value] : members) {
        out.set(std::move(key), std::move(value));
    }
    return out;
}

inline json::Value list_with(const std::vector<std::string>& items) {
    json::Array out;
    for (const std::string& item : items) {
        out.emplace_back(item);
    }
    return out;
}

/// A text member of an answer; a failed test when it is not there.
inline std::string text_in(const json::Value& value, const char* key) {
    const json::Value* found = value.as_object() ? value.as_object()->find(key) : nullptr;
    EXPECT_TRUE(found != nullptr && found->as_string() != nullptr) << key;
    return found != nullptr && found->as_string() != nullptr ? *found->as_string() : std::string();
}

inline std::int64_t number_in(const json::Value& value, const char* key) {
    const json::Value* found = value.as_object() ? value.as_object()->find(key) : nullptr;
    EXPECT_TRUE(found != nullptr && found->as_number() != nullptr) << key;
    return found != nullptr && found->as_number() != nullptr
               ? json::to_int64(*found->as_number()).value_or(-1)
               : -1;
}

inline const json::Array& array_in(const json::Value& value, const char* key) {
    static const json::Array kNone;
    const json::Value* found = value.as_object() ? value.as_object()->find(key) : nullptr;
    EXPECT_TRUE(found != nullptr && found->as_array() != nullptr) << key;
    return found != nullptr && found->as_array() != nullptr ? *found->as_array() : kNone;
}

class World {
public:
    struct Site {
        std::string name;
        std::string card;
        Role role = Role::institution;
        std::unique_ptr<LoopbackTransport> transport;
        std::unique_ptr<Node> node;
    };

    /// Homes go below `folder`; all outlive the world. With a chain (deployed) every home joins
    /// it, and is accredited for a year.
    World(Clock& clock, std::string folder, testing::FakeChain* chain = nullptr)
        : clock_(clock), folder_(std::move(folder)), chain_(chain) {}

    ~World() {
        for (auto& [name, site] : sites_) {
            network_.leave(name);
        }
    }

    World(const World&) = delete;
    World& operator=(const World&) = delete;
    World(World&&) = delete;
    World& operator=(World&&) = delete;

    [[nodiscard]] std::string home_of(const std::string& name) const {
        return folder_ + "/" + name;
    }

    static SecretBytes passphrase() { return SecretBytes(to_bytes(std::string_view("correct"))); }

    /// Makes a home and opens it; a computing node has no ontology and joins no chain.
    Site& add(const std::string& name,
              const std::string& jurisdiction,
              Role role = Role::institution) {
        Site& site = sites_[name];
        site.name = name;
        site.role = role;
        site.transport = std::make_unique<LoopbackTransport>(network_, name);
        auto card = make_home(
            {.home = home_of(name),
             .name = name,
             .legal_name = "Hospital " + name,
             .jurisdiction = jurisdiction,
             .endpoint = "https://127.0.0.1:8443",
             .ontology_dir =
                 role == Role::compute ? "" : std::string(MEDNEXUS_SOURCE_DIR) + "/demo/hpo",
             .passphrase = passphrase(),
             .role = role},
            clock_,
            random_,
            {.memory_kib = 8, .passes = 1});
        EXPECT_TRUE(card) << card.error().what;
        site.card = card.value_or("");
        if (chain_ != nullptr && role == Role::institution) {
            accredit(name);
            const auto joined = join_chain(home_of(name), chain_config());
            EXPECT_TRUE(joined) << joined.error().what;
        }
        open(name);
        return site;
    }

    /// Accredits the card that is on file for a site.
    void accredit(const std::string& name) {
        const auto card = parse_card(sites_.at(name).card);
        ASSERT_TRUE(card) << card.error().what;
        chain_->accredit(name, card->account, card->digest, {kToday.seconds + 365LL * 24 * 3600});
    }

    [[nodiscard]] ChainConfig chain_config() const {
        return {.rpc = "http://127.0.0.1:8545", .at = chain_->deployment()};
    }

    /// How many events the contracts gave so far.
    [[nodiscard]] std::size_t chain_events() const {
        const chain::Deployment at = chain_->deployment();
        const auto logs =
            chain::Client(*chain_, "")
                .logs({.from_block = at.from_block,
                       .to_block = chain_->height(),
                       .addresses = {at.institutions, at.consents, at.cases, at.anchors}});
        EXPECT_TRUE(logs);
        return logs ? logs->size() : 0;
    }

    /// Homes opened from now on reach the chain through `tap`.
    void tap(chain::Transport* tap) { tap_ = tap; }

    /// Enough turns and blocks for everything that waits to be deep.
    void settle_chain() {
        for (int i = 0; i < 4; ++i) {
            for (auto& [name, site] : sites_) {
                if (site.node) {
                    const auto turned = site.node->tick();
                    EXPECT_TRUE(turned) << turned.error().what;
                }
            }
            chain_->mine();
        }
    }

    void close(const std::string& name) {
        network_.leave(name);
        sites_.at(name).node.reset();
    }

    [[nodiscard]] Result<std::unique_ptr<Node>> try_open(const std::string& name,
                                                         const Seams& seams = {}) {
        return open_node({.home = home_of(name),
                          .passphrase = passphrase(),
                          .ontology_dir = "",
                          .ring = {.degree = 256},
                          .compute = compute_limits},
                         clock_,
                         random_,
                         *sites_.at(name).transport,
                         tap_ != nullptr ? tap_ : chain_,
                         seams);
    }

    void open(const std::string& name, const Seams& seams = {}) {
        auto node = try_open(name, seams);
        ASSERT_TRUE(node) << node.error().what;
        sites_.at(name).node = std::move(*node);
        network_.join(name, *sites_.at(name).node);
    }

    [[nodiscard]] Node& node(const std::string& name) { return *sites_.at(name).node; }

    [[nodiscard]] Result<json::Value> ask(const std::string& name,
                                          std::string_view operation,
                                          json::Value arguments = json::Object{}) {
        return node(name).execute(operation, arguments);
    }

    /// The same, where it must succeed.
    json::Value must(const std::string& name,
                     std::string_view operation,
                     json::Value arguments = json::Object{}) {
        auto answer = ask(name, operation, std::move(arguments));
        EXPECT_TRUE(answer) << name << " " << operation << ": " << answer.error().what;
        return answer ? std::move(*answer) : json::Value(json::Object{});
    }

    void exchange_cards() {
        for (auto& [name, site] : sites_) {
            for (auto& [other, other_site] : sites_) {
                if (name != other) {
                    must(name, "peer.add", object_with({{"card", other_site.card}}));
                }
            }
        }
    }

    /// An agreement of all institutions, signed by all, on file everywhere, or only where `on_file`
    /// says.
    std::string agree(const std::vector<std::string>& purposes = {"DUO:0000042", "DUO:0000043"},
                      UnixTime from = {kToday.seconds - 1000},
                      UnixTime until = {kToday.seconds + 1'000'000},
                      std::vector<std::string> on_file = {}) {
        std::vector<std::string> names;
        for (auto& [name, site] : sites_) {
            if (site.role == Role::institution) {
                names.push_back(name);
            }
        }
        std::string note = text_in(must(names.front(),
                                        "agreement.propose",
                                        object_with({{"parties", list_with(names)},
                                                     {"purposes", list_with(purposes)},
                                                     {"jurisdictions", list_with({"DE", "FR"})},
                                                     {"from", to_rfc3339(from)},
                                                     {"until", to_rfc3339(until)},
                                                     {"terms", "0x" + std::string(64, '1')}})),
                                   "note");
        for (const std::string& name : names) {
            note = text_in(must(name, "agreement.sign", object_with({{"note", note}})), "note");
        }
        for (const std::string& name : on_file.empty() ? names : on_file) {
            must(name, "agreement.add", object_with({{"note", note}}));
        }
        return note;
    }

    /// Deposits a teaching case; `file` below demo/cases.
    std::string deposit(const std::string& name, const std::string& file) {
        return text_in(must(name,
                            "case.add",
                            object_with({{"phenopacket", read_source_file("demo/cases/" + file)}})),
                       "case");
    }

    void consent(const std::string& name,
                 const std::string& case_id,
                 const std::vector<std::string>& recipients,
                 const std::vector<std::string>& purposes = {"DUO:0000042"}) {
        must(name, "consent.grant", grant_of(case_id, recipients, purposes));
    }

    static json::Value grant_of(const std::string& case_id,
                                const std::vector<std::string>& recipients,
                                const std::vector<std::string>& purposes,
                                UnixTime until = {kToday.seconds + 500'000}) {
        return object_with({{"case", case_id},
                            {"purposes", list_with(purposes)},
                            {"recipients", list_with(recipients)},
                            {"jurisdictions", list_with({"DE", "FR"})},
                            {"from", to_rfc3339({kToday.seconds - 1000})},
                            {"until", to_rfc3339(until)}});
    }

    [[nodiscard]] std::int64_t log_size(const std::string& name) {
        return number_in(must(name, "log.status"), "size");
    }

    [[nodiscard]] Event event_at(const std::string& name, std::int64_t leaf) {
        const json::Value proof = must(name, "log.prove", object_with({{"leaf", leaf}}));
        const auto parsed = ledger::parse_tlog_proof(text_in(proof, "proof"));
        EXPECT_TRUE(parsed && parsed->extra);
        auto event = parse_event(*parsed->extra);
        EXPECT_TRUE(event) << event.error().what;
        return event.value_or(Event{});
    }

    /// The same again after a crash: how many events of each kind the log of a site holds.
    [[nodiscard]] std::map<std::string, int> events_of(const std::string& name) {
        std::map<std::string, int> out;
        const std::int64_t size = log_size(name);
        for (std::int64_t i = 0; i < size; ++i) {
            ++out[std::string(name_of(event_at(name, i).kind))];
        }
        return out;
    }

    /// Of homes opened from now on.
    ComputeLimits compute_limits{};

    [[nodiscard]] Clock& clock() { return clock_; }

    [[nodiscard]] Random& random() { return random_; }

    [[nodiscard]] LoopbackNetwork& network() { return network_; }

    [[nodiscard]] Site& site(const std::string& name) { return sites_.at(name); }

private:
    Clock& clock_;
    std::string folder_;
    testing::FakeChain* chain_;
    chain::Transport* tap_ = nullptr;
    crypto::SystemRandom random_;
    LoopbackNetwork network_;
    std::map<std::string, Site> sites_;
};

}  // namespace mednexus::service::internal
