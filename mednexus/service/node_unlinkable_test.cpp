/// What the chain shows of two consents of one patient must not be more than what it shows of the
/// consents of two strangers: over every transaction, event and stored word.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/chain/client.hpp"
#include "mednexus/chain/transaction.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";
constexpr std::size_t kWindow = 8;  ///< bytes; two unrelated consents share none by chance

/// Keeps every raw transaction that passes.
class Tap final : public chain::Transport {
public:
    explicit Tap(chain::Transport& under) : under_(&under) {}

    Result<chain::RpcAnswer> call(const std::string& url,
                                  std::string_view method,
                                  const json::Value& params) override {
        if (method == "eth_sendRawTransaction") {
            sent_.push_back(*(*params.as_array())[0].as_string());
        }
        return under_->call(url, method, params);
    }

    [[nodiscard]] std::vector<std::string> take() { return std::exchange(sent_, {}); }

private:
    chain::Transport* under_;
    std::vector<std::string> sent_;
};

using Windows = std::set<std::string>;

/// Every run of kWindow bytes, at every offset, but for those of fewer than three bytes that are
/// not zero: lengths, offsets, and the last byte of a signature, which has two values.
void add_windows(Windows& out, BytesView bytes) {
    for (std::size_t i = 0; i + kWindow <= bytes.size(); ++i) {
        const BytesView window = bytes.subspan(i, kWindow);
        if (std::count(window.begin(), window.end(), 0) <= static_cast<int>(kWindow) - 3) {
            out.emplace(text_of(window));
        }
    }
}

Windows shared(const Windows& a, const Windows& b) {
    Windows out;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.begin()));
    return out;
}

class UnlinkableTest : public ::testing::Test {
protected:
    void SetUp() override {
        chain_.deploy();
        world_.tap(&tap_);
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.exchange_cards();
    }

    /// Deposits a case, consents to its use, and gives everything that the chain then shows.
    Windows seen_of_deposit(const std::string& institution, const std::string& file) {
        begin();
        last_case_ = world_.deposit(institution, file);
        world_.consent(institution, last_case_, {kNorth, kSouth});
        return end();
    }

    Windows seen_of_consent(const std::string& institution, const std::string& case_id) {
        begin();
        world_.consent(institution, case_id, {kNorth, kSouth});
        return end();
    }

    Windows seen_of_revocation(const std::string& institution, const std::string& case_id) {
        begin();
        world_.must(institution, "consent.revoke", object_with({{"case", case_id}}));
        return end();
    }

    void begin() {
        world_.settle_chain();
        (void)tap_.take();
        from_block_ = chain_.height() + 1;
    }

    Windows end() {
        world_.settle_chain();
        Windows out;
        for (const std::string& raw : tap_.take()) {
            const auto bytes = codec::parse_hex(raw.substr(2));
            EXPECT_TRUE(bytes);
            const auto read = chain::parse_transaction(*bytes);
            EXPECT_TRUE(read);
            add_windows(out, read->transaction.data);
        }
        const chain::Client client(chain_, "");
        const chain::Deployment at = chain_.deployment();
        const auto logs = client.logs({.from_block = from_block_,
                                       .to_block = chain_.height(),
                                       .addresses = {at.institutions, at.consents, at.cases}});
        EXPECT_TRUE(logs);
        EXPECT_FALSE(logs->empty());
        for (const chain::EventLog& event : *logs) {
            // Contracts store what their events say, under keys that are topics of theirs.
            for (const Hash32& topic : event.topics) {
                add_windows(out, topic.view());
            }
            add_windows(out, event.data);
        }
        return out;
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    testing::FakeChain chain_{clock_};
    Tap tap_{chain_};
    World world_{clock_, folder_.path(), &chain_};
    std::string last_case_;
    std::uint64_t from_block_ = 0;
};

TEST_F(UnlinkableTest, ConsentsOfOnePatientShareNoMoreThanThoseOfStrangers) {
    const std::string patient = "south.example/pkan-late.json";
    const Windows at_south = seen_of_deposit(kSouth, patient);
    const std::string south_case = last_case_;
    const Windows at_north = seen_of_deposit(kNorth, patient);  // the same person, the same file
    const Windows stranger_north = seen_of_deposit(kNorth, "north.example/pkan-early.json");
    const Windows stranger_south = seen_of_deposit(kSouth, "south.example/ofcd-girl.json");
    const Windows again_at_south = seen_of_consent(kSouth, south_case);
    // What every two consents share: selectors, lengths, topics of the kinds of events, zeros.
    EXPECT_EQ(shared(at_south, at_north), shared(at_north, stranger_south)) << "two institutions";
    const Windows common = shared(stranger_south, shared(stranger_north, at_north));
    for (const Windows* pair : {&at_south, &again_at_south}) {
        EXPECT_FALSE(pair->empty());
    }
    const Windows twice_at_south = shared(at_south, again_at_south);
    const Windows of_south = shared(at_south, stranger_south);
    EXPECT_TRUE(std::includes(
        of_south.begin(), of_south.end(), twice_at_south.begin(), twice_at_south.end()))
        << "two consents at one institution share something that strangers there do not";
    EXPECT_TRUE(std::includes(of_south.begin(), of_south.end(), common.begin(), common.end()));
}

TEST_F(UnlinkableTest, ARevocationShowsNothingButTheHandleOfItsOwnConsent) {
    const Windows granted = seen_of_deposit(kSouth, "south.example/pkan-late.json");
    const std::string case_id = last_case_;
    const Windows revoked = seen_of_revocation(kSouth, case_id);
    const Windows granted_anew = seen_of_consent(kSouth, case_id);
    const Windows stranger = seen_of_deposit(kSouth, "south.example/ofcd-girl.json");
    EXPECT_GT(shared(granted, revoked).size(), shared(granted_anew, revoked).size())
        << "the handle joins a revocation to its grant";
    const Windows with_new = shared(granted_anew, revoked);
    const Windows with_stranger = shared(stranger, revoked);
    EXPECT_TRUE(
        std::includes(with_stranger.begin(), with_stranger.end(), with_new.begin(), with_new.end()))
        << "and nothing joins it to the next consent of the case";
}

}  // namespace
}  // namespace mednexus::service::internal
