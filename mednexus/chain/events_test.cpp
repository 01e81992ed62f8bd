#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/signatures.hpp"

namespace mednexus::chain {
namespace {

constexpr std::string_view kGranted = "ConsentGranted(bytes32,bytes32,uint64,uint32)";
constexpr std::string_view kAccredited =
    "InstitutionAccredited(bytes32,address,bytes32,string,uint64)";

Hash32 word(std::uint8_t fill) {
    return Hash32::from(Bytes(32, fill)).value();
}

Address address(std::uint8_t fill) {
    return Address::from(Bytes(20, fill)).value();
}

/// An address as an indexed argument.
Hash32 padded(const Address& value) {
    return Hash32::from(abi::Writer().address(value).encode()).value();
}

Deployment at() {
    return {.chain_id = 1,
            .institutions = address(1),
            .consents = address(2),
            .cases = address(3),
            .anchors = address(4)};
}

EventLog log_of(const Address& contract,
                std::string_view signature,
                std::vector<Hash32> indexed,
                const abi::Writer& data) {
    EventLog out;
    out.address = contract;
    out.topics.push_back(internal::hash_of(signature));
    out.topics.insert(out.topics.end(), indexed.begin(), indexed.end());
    out.data = data.encode();
    return out;
}

EventLog accredited(std::string_view endpoint, std::uint64_t expires) {
    return log_of(address(1),
                  kAccredited,
                  {word(7), padded(address(0xAC))},
                  abi::Writer().word(word(8)).string(endpoint).integer(expires));
}

EventLog granted(std::uint64_t expires, std::uint64_t version) {
    return log_of(address(2),
                  kGranted,
                  {word(7)},
                  abi::Writer().word(word(8)).integer(expires).integer(version));
}

/// One good log of each kind.
std::vector<EventLog> all_logs() {
    const Hash32 account = padded(address(0xAC));
    return {accredited("https://north.example:7443", 1800000000),
            log_of(address(1),
                   "InstitutionRenewed(bytes32,uint64)",
                   {word(7)},
                   abi::Writer().integer(1900000000)),
            log_of(address(1),
                   "InstitutionStatusChanged(bytes32,uint8)",
                   {word(7)},
                   abi::Writer().integer(2)),
            log_of(address(1),
                   "CardPublished(bytes32,bytes32,string)",
                   {word(7)},
                   abi::Writer().word(word(8)).string("x")),
            granted(1800000000, 3),
            log_of(address(2), "ConsentRevoked(bytes32)", {word(7)}, {}),
            log_of(address(3),
                   "CaseRegistered(bytes32,bytes32,bytes32)",
                   {word(7), word(8)},
                   abi::Writer().word(word(9))),
            log_of(address(3), "CaseTombstoned(bytes32,bytes32)", {word(7), word(8)}, {}),
            log_of(address(4),
                   "Anchored(bytes32,uint64,bytes32)",
                   {word(7)},
                   abi::Writer().integer(5).word(word(9))),
            log_of(address(1), "AccreditorAdded(address)", {account}, {}),
            log_of(address(1), "AccreditorRemoved(address)", {account}, {}),
            log_of(address(1), "OwnershipTransferred(address,address)", {account, account}, {}),
            log_of(address(1), "OwnershipTransferStarted(address,address)", {account, account}, {}),
            log_of(address(2), "EIP712DomainChanged()", {}, {})};
}

template <typename Event>
Event read(const EventLog& log) {
    return std::get<Event>(parse_event(at(), log).value());
}

TEST(Events, OfInstitutionsAreRead) {
    const auto logs = all_logs();
    const auto accreditation = read<InstitutionAccredited>(logs[0]);
    EXPECT_EQ(accreditation.institution, word(7));
    EXPECT_EQ(accreditation.account, address(0xAC));
    EXPECT_EQ(accreditation.card, word(8));
    EXPECT_EQ(accreditation.endpoint, "https://north.example:7443");
    EXPECT_EQ(accreditation.expires, UnixTime{1800000000});
    EXPECT_EQ(read<InstitutionRenewed>(logs[1]).expires, UnixTime{1900000000});
    EXPECT_EQ(read<InstitutionStatusChanged>(logs[2]).standing, Standing::suspended);
    EXPECT_EQ(read<CardPublished>(logs[3]).card, word(8));
    EXPECT_EQ(read<CardPublished>(logs[3]).endpoint, "x");
}

TEST(Events, OfConsentsCasesAndAnchorsAreRead) {
    const auto logs = all_logs();
    const auto grant = read<ConsentGranted>(logs[4]);
    EXPECT_EQ(grant.handle, word(7));
    EXPECT_EQ(grant.commitment, word(8));
    EXPECT_EQ(grant.expires, UnixTime{1800000000});
    EXPECT_EQ(grant.version, 3U);
    EXPECT_EQ(read<ConsentRevoked>(logs[5]).handle, word(7));
    const auto registered = read<CaseRegistered>(logs[6]);
    EXPECT_EQ(registered.institution, word(7));
    EXPECT_EQ(registered.handle, word(8));
    EXPECT_EQ(registered.commitment, word(9));
    EXPECT_EQ(read<CaseTombstoned>(logs[7]).handle, word(8));
    const auto anchor = read<Anchored>(logs[8]);
    EXPECT_EQ(anchor.institution, word(7));
    EXPECT_EQ(anchor.size, 5U);
    EXPECT_EQ(anchor.root, word(9));
}

TEST(Events, ThatNobodyDecidesByAreKnownAndCoverTheRest) {
    const auto logs = all_logs();
    EXPECT_EQ(logs.size(), internal::event_shapes().size());
    for (std::size_t i = 9; i < logs.size(); ++i) {
        const auto event = parse_event(at(), logs[i]);
        ASSERT_TRUE(event) << i << ": " << event.error().what;
        EXPECT_TRUE(std::holds_alternative<OtherEvent>(*event)) << i;
    }
}

TEST(Events, RefusesEachFromAnotherContract) {
    for (EventLog log : all_logs()) {
        for (std::uint8_t from = 1; from <= 5; ++from) {
            if (log.address == address(from)) {
                continue;
            }
            EventLog foreign = log;
            foreign.address = address(from);
            EXPECT_FALSE(parse_event(at(), foreign));
        }
    }
}

TEST(Events, RefusesAnUnknownTopicNoneMoreOrLess) {
    for (const EventLog& log : all_logs()) {
        EventLog bad = log;
        bad.topics[0] = word(0xEE);
        EXPECT_FALSE(parse_event(at(), bad));
        bad = log;
        bad.topics.push_back(word(1));
        EXPECT_FALSE(parse_event(at(), bad));
        bad = log;
        bad.topics.pop_back();
        EXPECT_FALSE(parse_event(at(), bad));
    }
}

TEST(Events, RefusesEveryTruncationOfTheDataAndAWordMore) {
    for (const EventLog& log : all_logs()) {
        for (std::size_t size = 0; size < log.data.size(); ++size) {
            EventLog bad = log;
            bad.data.resize(size);
            EXPECT_FALSE(parse_event(at(), bad));
        }
        EventLog bad = log;
        bad.data.resize(log.data.size() + 32);
        const auto event = parse_event(at(), bad);
        ASSERT_FALSE(event);
        EXPECT_EQ(event.error().kind, Kind::invalid);
    }
}

TEST(Events, RefusesValuesOutsideTheirTypes) {
    EventLog bad = granted(1, std::uint64_t{1} << 32U);
    EXPECT_FALSE(parse_event(at(), bad));
    bad = granted(1, 1);
    bad.data[32 + 23] = 1;  // 2^64 seconds
    EXPECT_FALSE(parse_event(at(), bad));
    bad = accredited("x", 1);
    bad.topics[2].mutable_array()[11] = 1;  // an account of 21 bytes
    EXPECT_FALSE(parse_event(at(), bad));
    for (const std::uint64_t status : {0U, 4U, 256U}) {
        EXPECT_FALSE(parse_event(at(),
                                 log_of(address(1),
                                        "InstitutionStatusChanged(bytes32,uint8)",
                                        {word(7)},
                                        abi::Writer().integer(status))))
            << status;
    }
}

TEST(Events, NobodyStopsTheMirrorWithATimeBeyondOurClock) {
    constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
    constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(read<ConsentGranted>(granted(kAny, 1)).expires, UnixTime{kLatest});
    EXPECT_EQ(read<ConsentGranted>(granted(kLatest, 1)).expires, UnixTime{kLatest});
    EXPECT_EQ(read<InstitutionAccredited>(accredited("x", kAny)).expires, UnixTime{kLatest});
}

TEST(Events, NobodyStopsTheMirrorWithAnEndpointThatIsNone) {
    for (const std::string_view endpoint :
         {std::string_view("\xFF\xFE"), std::string_view("a\nb"), std::string_view("a\0b", 3)}) {
        EXPECT_EQ(read<InstitutionAccredited>(accredited(endpoint, 1)).endpoint, "");
    }
    const std::string longest(kEndpointBytesMax, 'x');
    EXPECT_EQ(read<InstitutionAccredited>(accredited(longest, 1)).endpoint, longest);
    EXPECT_FALSE(parse_event(at(), accredited(longest + "x", 1)));
}

}  // namespace
}  // namespace mednexus::chain
