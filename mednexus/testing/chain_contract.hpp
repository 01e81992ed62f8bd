#pragma once
/// What a chain with our contracts does, whoever runs it: the same transactions give the same
/// events, the same refusals and the same receipts. A test program includes this once and
/// instantiates it:
///     INSTANTIATE_TEST_SUITE_P(Fake, ChainContract, ::testing::Values(ChainMaker{…}));
#include <functional>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "mednexus/chain/client.hpp"
#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/follower.hpp"
#include "mednexus/chain/receipt_proof.hpp"
#include "mednexus/chain/transaction.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::testing {

struct ChainUnderTest {
    std::shared_ptr<chain::Transport> transport;  ///< empty chain; keeps alive what it needs
    std::string url;
    std::string absent;  ///< why there is none here; the test is then skipped
};

using ChainMaker = std::function<ChainUnderTest()>;

class ChainContract : public ::testing::TestWithParam<ChainMaker> {
protected:
    static constexpr UnixTime kLate{4'000'000'000};
    static constexpr UnixTime kPast{1'000'000'000};

    void SetUp() override {
        subject_ = GetParam()();
        if (!subject_.absent.empty()) {
            GTEST_SKIP() << subject_.absent;
        }
        client_ = std::make_unique<chain::Client>(*subject_.transport, subject_.url);
        deploy();
    }

    [[nodiscard]] static Secret<32> key_of(std::string_view name) {
        return Secret<32>::from(crypto::sha256(bytes_of(name)).view()).value();
    }

    [[nodiscard]] static chain::Address address_of(std::string_view name) {
        return crypto::evm_address_of(key_of(name)).value();
    }

    [[nodiscard]] static Hash32 word(std::string_view text) {
        return crypto::sha256(bytes_of(text));
    }

    /// Sends without asking first, and waits for the receipt.
    chain::Receipt send(std::string_view from, std::optional<chain::Address> to, Bytes data) {
        constexpr std::uint64_t kGas = 6'000'000;
        chain::Transaction transaction;
        transaction.chain_id = client_->chain_id().value();
        transaction.nonce =
            client_->nonce_of(address_of(from), chain::Client::NonceAt::pending).value();
        transaction.gas_limit = kGas;
        transaction.to = to;
        transaction.data = std::move(data);
        const auto ready = chain::sign(transaction, key_of(from)).value();
        const auto sent = client_->send_raw(ready.raw);
        EXPECT_TRUE(sent) << sent.error().what;
        for (int i = 0; sent && i < 500; ++i) {
            const auto receipt = client_->receipt_of(*sent);
            if (receipt && receipt->has_value()) {
                return **receipt;
            }
            usleep(20'000);
        }
        ADD_FAILURE() << "no receipt";
        return {};
    }

    chain::Address create(chain::Contract contract, const chain::Address& argument) {
        const auto nonce =
            client_->nonce_of(address_of("admin"), chain::Client::NonceAt::latest).value();
        const auto receipt = send("admin", std::nullopt, chain::creation_code(contract, argument));
        EXPECT_TRUE(receipt.succeeded);
        at_.from_block = at_.from_block == 0 ? receipt.block_number : at_.from_block;
        return chain::created_address(address_of("admin"), nonce);
    }

    void deploy() {
        using chain::Contract;
        at_.chain_id = client_->chain_id().value();
        at_.institutions = create(Contract::institutions, address_of("admin"));
        at_.consents = create(Contract::consents, at_.institutions);
        at_.cases = create(Contract::cases, at_.institutions);
        at_.anchors = create(Contract::anchors, at_.institutions);
        send("admin", at_.institutions, chain::add_accreditor_call(address_of("admin")));
    }

    /// Expects success; gives the events, checked for what `parse_event` makes of them.
    std::vector<chain::ContractEvent> accept(std::string_view from,
                                             const chain::Address& to,
                                             const Bytes& data) {
        const auto receipt = send(from, to, data);
        EXPECT_TRUE(receipt.succeeded);
        std::vector<chain::ContractEvent> out;
        for (const chain::EventLog& log : receipt.logs) {
            const auto event = chain::parse_event(at_, log);
            EXPECT_TRUE(event) << event.error().what;
            out.push_back(event.value_or(chain::OtherEvent{}));
        }
        return out;
    }

    /// Expects eth_call, eth_estimateGas and the mined transaction to refuse; gives the contract's
    /// own words.
    std::string refuse(std::string_view from, const chain::Address& to, const Bytes& data) {
        const chain::CallRequest request{address_of(from), to, data};
        const auto called = client_->call(request);
        const auto estimated = client_->estimate_gas(request);
        EXPECT_FALSE(called);
        EXPECT_FALSE(estimated);
        EXPECT_FALSE(send(from, to, data).succeeded);
        if (called || estimated) {
            return "accepted";
        }
        EXPECT_EQ(called.error().kind, Kind::denied);
        EXPECT_EQ(estimated.error().kind, Kind::denied);
        const std::string& what = called.error().what;
        return what.substr(std::string("eth_call: ").size());
    }

    void admit(std::string_view name, UnixTime expires = kLate) {
        accept("admin",
               at_.institutions,
               chain::accredit_call({chain::institution_id(name),
                                     address_of(name),
                                     word(name),
                                     "https://127.0.0.1:8443",
                                     expires}));
    }

    [[nodiscard]] chain::Signed<chain::ConsentGrant> grant_of(std::string_view patient,
                                                              std::uint32_t version = 1,
                                                              UnixTime expires = kLate) const {
        const chain::ConsentGrant grant{
            chain::consent_handle(address_of(patient)), word("commitment"), expires, version};
        return {grant,
                crypto::sign_recoverable(key_of(patient), chain::grant_digest(at_, grant)).value()};
    }

    [[nodiscard]] chain::Signed<chain::ConsentRevocation> revocation_of(
        std::string_view patient) const {
        const chain::ConsentRevocation revocation{chain::consent_handle(address_of(patient))};
        return {revocation,
                crypto::sign_recoverable(key_of(patient), chain::revocation_digest(at_, revocation))
                    .value()};
    }

    [[nodiscard]] static Bytes grant_call(const chain::Signed<chain::ConsentGrant>& grant) {
        return chain::grant_batch_call(std::vector{grant});
    }

    [[nodiscard]] static Bytes revoke_call(const chain::Signed<chain::ConsentRevocation>& one) {
        return chain::revoke_batch_call(std::vector{one});
    }

    [[nodiscard]] static Bytes case_call(const Hash32& handle, const Hash32& commitment) {
        return chain::register_batch_call(std::vector<chain::CaseEntry>{{handle, commitment}});
    }

    [[nodiscard]] static Bytes tombstone_call(const Hash32& handle) {
        return chain::tombstone_batch_call(std::vector{handle});
    }

    ChainUnderTest subject_;
    std::unique_ptr<chain::Client> client_;
    chain::Deployment at_;
};

using ::testing::StartsWith;

TEST_P(ChainContract, AccreditsAnInstitutionOnce) {
    const chain::Accreditation north{chain::institution_id("north"),
                                     address_of("north"),
                                     word("card"),
                                     "https://north.example:8443",
                                     kLate};
    const auto events = accept("admin", at_.institutions, chain::accredit_call(north));
    ASSERT_EQ(events.size(), 1U);
    const auto* event = std::get_if<chain::InstitutionAccredited>(events.data());
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->institution, north.institution);
    EXPECT_EQ(event->account, north.account);
    EXPECT_EQ(event->card, north.card);
    EXPECT_EQ(event->endpoint, north.endpoint);
    EXPECT_EQ(event->expires, kLate);
    EXPECT_THAT(refuse("admin", at_.institutions, chain::accredit_call(north)),
                StartsWith("InstitutionExists("));
    chain::Accreditation twin = north;
    twin.institution = chain::institution_id("twin");
    EXPECT_THAT(refuse("admin", at_.institutions, chain::accredit_call(twin)),
                StartsWith("AccountInUse("));
}

TEST_P(ChainContract, RefusesAnAccreditationThatCannotBe) {
    const auto refused = [&](std::string_view from, auto change) {
        chain::Accreditation north{
            chain::institution_id("north"), address_of("north"), word("card"), "", kLate};
        change(north);
        return refuse(from, at_.institutions, chain::accredit_call(north));
    };
    EXPECT_THAT(refused("stranger", [](auto& /*a*/) {}), StartsWith("NotAccreditor("));
    EXPECT_EQ(refused("admin", [](auto& a) { a.account = {}; }), "InvalidAccount()");
    EXPECT_EQ(refused("admin", [](auto& a) { a.expires = kPast; }), "ExpiryInThePast(1000000000)");
    EXPECT_EQ(refused("admin", [](auto& a) { a.endpoint = std::string(257, 'x'); }),
              "EndpointTooLong(257)");
    EXPECT_THAT(refused("admin", [](auto& a) { a.institution = {}; }),
                StartsWith("UnknownInstitution("));
}

TEST_P(ChainContract, ChangesAnInstitutionsStanding) {
    using chain::Standing;
    const Hash32 north = chain::institution_id("north");
    const auto standing = [&](Standing to) { return chain::standing_call(north, to); };
    EXPECT_THAT(refuse("admin", at_.institutions, standing(Standing::suspended)),
                StartsWith("UnknownInstitution("));
    admit("north");
    EXPECT_THAT(refuse("stranger", at_.institutions, standing(Standing::suspended)),
                StartsWith("NotAccreditor("));
    EXPECT_THAT(refuse("admin", at_.institutions, standing(Standing::active)),
                StartsWith("WrongStatus("));
    for (const Standing next : {Standing::suspended, Standing::active, Standing::revoked}) {
        const auto events = accept("admin", at_.institutions, standing(next));
        ASSERT_EQ(events.size(), 1U);
        EXPECT_EQ(std::get<chain::InstitutionStatusChanged>(events[0]).standing, next);
    }
    EXPECT_THAT(refuse("admin", at_.institutions, standing(Standing::revoked)),
                StartsWith("WrongStatus("));
    EXPECT_THAT(refuse("admin", at_.institutions, chain::renew_call(north, kLate)),
                StartsWith("WrongStatus("));
    EXPECT_THAT(refuse("north", at_.institutions, chain::publish_card_call(word("x"), "")),
                StartsWith("NotAnInstitution("));
}

TEST_P(ChainContract, RenewsAndPublishes) {
    admit("north");
    const Hash32 north = chain::institution_id("north");
    const auto renewed =
        accept("admin", at_.institutions, chain::renew_call(north, {kLate.seconds + 1}));
    EXPECT_EQ(std::get<chain::InstitutionRenewed>(renewed.at(0)).expires.seconds,
              kLate.seconds + 1);
    const auto published =
        accept("north", at_.institutions, chain::publish_card_call(word("new"), "https://n:1"));
    EXPECT_EQ(std::get<chain::CardPublished>(published.at(0)).card, word("new"));
    EXPECT_EQ(refuse("admin", at_.institutions, chain::renew_call(north, kPast)),
              "ExpiryInThePast(1000000000)");
}

TEST_P(ChainContract, StoresConsentsThatTheirAccountsSigned) {
    admit("north");
    const auto grant = grant_of("patient");
    const auto events = accept("north", at_.consents, grant_call(grant));
    ASSERT_EQ(events.size(), 1U);
    const auto& granted = std::get<chain::ConsentGranted>(events[0]);
    EXPECT_EQ(granted.handle, grant.message.handle);
    EXPECT_EQ(granted.commitment, grant.message.commitment);
    EXPECT_EQ(granted.expires, kLate);
    EXPECT_EQ(granted.version, 1U);
    EXPECT_TRUE(accept("north", at_.consents, grant_call(grant)).empty());
    EXPECT_THAT(
        refuse("north", at_.consents, grant_call(grant_of("patient", 1, {kLate.seconds + 1}))),
        StartsWith("StaleVersion("));
    EXPECT_EQ(accept("north", at_.consents, grant_call(grant_of("patient", 2))).size(), 1U);
}

TEST_P(ChainContract, RefusesConsentsThatOthersSignedOrRelayed) {
    EXPECT_THAT(refuse("north", at_.consents, grant_call(grant_of("patient"))),
                StartsWith("NotAnInstitution("));
    admit("north");
    auto forged = grant_of("patient");
    forged.signature = grant_of("other").signature;
    EXPECT_EQ(refuse("north", at_.consents, grant_call(forged)), "InvalidSignature(0)");
    EXPECT_EQ(refuse("north", at_.consents, grant_call(grant_of("patient", 1, kPast))),
              "ExpiryInThePast(1000000000)");
    accept("admin",
           at_.institutions,
           chain::standing_call(chain::institution_id("north"), chain::Standing::suspended));
    EXPECT_THAT(refuse("north", at_.consents, grant_call(grant_of("patient"))),
                StartsWith("NotActive("));
}

TEST_P(ChainContract, RevokesConsentsForGoodWhoeverRelays) {
    admit("north");
    const auto revocation = revocation_of("patient");
    EXPECT_EQ(accept("stranger", at_.consents, revoke_call(revocation)).size(), 1U);
    EXPECT_TRUE(accept("stranger", at_.consents, revoke_call(revocation)).empty());
    EXPECT_THAT(refuse("north", at_.consents, grant_call(grant_of("patient"))),
                StartsWith("ConsentIsRevoked("));
    auto forged = revocation_of("patient");
    forged.signature = revocation_of("other").signature;
    EXPECT_EQ(refuse("stranger", at_.consents, revoke_call(forged)), "InvalidSignature(0)");
}

TEST_P(ChainContract, KeepsCasesPerInstitution) {
    admit("north");
    admit("south");
    const Hash32 handle = word("case");
    const auto events = accept("north", at_.cases, case_call(handle, word("a")));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<chain::CaseRegistered>(events[0]).institution,
              chain::institution_id("north"));
    EXPECT_TRUE(accept("north", at_.cases, case_call(handle, word("a"))).empty());
    EXPECT_THAT(refuse("north", at_.cases, case_call(handle, word("b"))),
                StartsWith("CaseExists("));
    EXPECT_EQ(accept("south", at_.cases, case_call(handle, word("b"))).size(), 1U);
    const auto gone = accept("north", at_.cases, tombstone_call(handle));
    EXPECT_EQ(std::get<chain::CaseTombstoned>(gone.at(0)).handle, handle);
    EXPECT_TRUE(accept("north", at_.cases, tombstone_call(handle)).empty());
    EXPECT_THAT(refuse("north", at_.cases, case_call(handle, word("a"))),
                StartsWith("CaseTombstonedBefore("));
    EXPECT_THAT(refuse("stranger", at_.cases, tombstone_call(handle)),
                StartsWith("NotAnInstitution("));
}

TEST_P(ChainContract, TakesBatchesWholeOrNotAtAll) {
    admit("north");
    std::vector<chain::CaseEntry> entries;
    for (std::size_t i = 0; i < chain::kBatchMax; ++i) {
        entries.push_back({word(std::to_string(i)), word("c")});
    }
    EXPECT_EQ(accept("north", at_.cases, chain::register_batch_call(entries)).size(), 64U);
    entries = {{word("new"), word("c")}, {word("1"), word("other")}};
    EXPECT_THAT(refuse("north", at_.cases, chain::register_batch_call(entries)),
                StartsWith("CaseExists("));
    EXPECT_EQ(accept("north", at_.cases, case_call(word("new"), word("c"))).size(), 1U);
}

TEST_P(ChainContract, AnchorsGrowingLogs) {
    admit("north");
    const auto events = accept("north", at_.anchors, chain::anchor_call(5, word("root")));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<chain::Anchored>(events[0]).size, 5U);
    EXPECT_EQ(std::get<chain::Anchored>(events[0]).root, word("root"));
    EXPECT_TRUE(accept("north", at_.anchors, chain::anchor_call(5, word("root"))).empty());
    EXPECT_EQ(refuse("north", at_.anchors, chain::anchor_call(5, word("other"))),
              "Equivocation(5)");
    EXPECT_EQ(refuse("north", at_.anchors, chain::anchor_call(4, word("root"))),
              "SizeNotLarger(4, 5)");
    EXPECT_THAT(refuse("stranger", at_.anchors, chain::anchor_call(9, word("root"))),
                StartsWith("NotAnInstitution("));
}

TEST_P(ChainContract, RefusesFunctionsThatNoContractHas) {
    EXPECT_THAT(refuse("admin", at_.anchors, {1, 2, 3, 4}), StartsWith("revert"));
    EXPECT_THAT(refuse("admin", at_.anchors, {}), StartsWith("revert"));
}

TEST_P(ChainContract, GivesHeadersAndReceiptsThatProveEachEvent) {
    admit("north");
    const auto receipt = send("north", at_.anchors, chain::anchor_call(7, word("root")));
    const auto block = client_->full_block_at(receipt.block_number);
    ASSERT_TRUE(block) << block.error().what;
    EXPECT_EQ(block->ref.hash, receipt.block_hash);
    const auto receipts = client_->raw_receipts_at(receipt.block_number);
    ASSERT_TRUE(receipts) << receipts.error().what;
    const auto proof =
        chain::prove_receipt(*receipts, receipt.transaction_index, block->receipts_root);
    ASSERT_TRUE(proof) << proof.error().what;
    const auto logs = chain::verify_receipt(*proof, block->receipts_root);
    ASSERT_TRUE(logs) << logs.error().what;
    ASSERT_EQ(logs->size(), receipt.logs.size());
    EXPECT_EQ(logs->at(0).data, receipt.logs.at(0).data);
    EXPECT_EQ(logs->at(0).topics, receipt.logs.at(0).topics);
}

TEST_P(ChainContract, ShowsInLogsWhatItShowedInReceipts) {
    admit("north");
    const auto receipt = send("north", at_.anchors, chain::anchor_call(7, word("root")));
    const auto logs = client_->logs({.from_block = at_.from_block,
                                     .to_block = receipt.block_number,
                                     .addresses = {at_.institutions, at_.anchors}});
    ASSERT_TRUE(logs) << logs.error().what;
    ASSERT_EQ(logs->size(), 4U);  // ownership, accreditor, institution, anchor
    EXPECT_EQ(logs->back(), receipt.logs.at(0));
}

TEST_P(ChainContract, SendsATransactionTwiceAsOnce) {
    chain::Transaction transaction;
    transaction.chain_id = at_.chain_id;
    transaction.nonce =
        client_->nonce_of(address_of("admin"), chain::Client::NonceAt::pending).value();
    transaction.gas_limit = 200'000;
    transaction.to = at_.institutions;
    transaction.data = chain::add_accreditor_call(address_of("second"));
    const auto ready = chain::sign(transaction, key_of("admin")).value();
    ASSERT_TRUE(client_->send_raw(ready.raw));
    const auto again = client_->send_raw(ready.raw);
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(*again, ready.hash);
    send("admin", at_.institutions, chain::add_accreditor_call(address_of("third")));
    const auto late = client_->send_raw(ready.raw);
    ASSERT_TRUE(late) << late.error().what;
    transaction.data = chain::add_accreditor_call(address_of("fourth"));
    const auto other = client_->send_raw(chain::sign(transaction, key_of("admin"))->raw);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind, Kind::conflict) << other.error().what;
}

}  // namespace mednexus::testing
