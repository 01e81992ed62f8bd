#include <algorithm>
#include <array>
#include <limits>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/signatures.hpp"

namespace mednexus::chain {

namespace {

using internal::EventShape;

Failure refuse(std::string what) {
    return fail(Kind::invalid, "event: " + std::move(what));
}

Result<Address> address_in(const Hash32& topic) {
    return abi::Reader(topic.view(), 1).address<Address>();
}

/// The contracts take any uint64. One beyond our clock is later than all that we compare it with,
/// so the latest time we know says the same; refusing it would let whoever signs such a grant stop
/// everybody's mirror.
Result<UnixTime> read_time(abi::Reader& data) {
    constexpr std::uint64_t kLatest = std::numeric_limits<std::int64_t>::max();
    MN_TRY(const std::uint64_t seconds, data.integer(64));
    return UnixTime{static_cast<std::int64_t>(std::min(seconds, kLatest))};
}

/// An institution may publish any bytes here; for the same reason they are not refused.
Result<std::string> read_endpoint(abi::Reader& data) {
    MN_TRY(std::string text, data.string(kEndpointBytesMax));
    const auto is_printable = [](char c) { return c > ' ' && c <= '~'; };
    if (!std::all_of(text.begin(), text.end(), is_printable)) {
        return std::string{};
    }
    return text;
}

Result<ContractEvent> read_accredited(const EventLog& log) {
    abi::Reader data(log.data, 3);
    InstitutionAccredited out;
    out.institution = log.topics[1];
    MN_TRY(out.account, address_in(log.topics[2]));
    MN_TRY(out.card, data.word());
    MN_TRY(out.endpoint, read_endpoint(data));
    MN_TRY(out.expires, read_time(data));
    MN_DO(data.finish());
    return ContractEvent(std::move(out));
}

Result<ContractEvent> read_renewed(const EventLog& log) {
    abi::Reader data(log.data, 1);
    InstitutionRenewed out;
    out.institution = log.topics[1];
    MN_TRY(out.expires, read_time(data));
    MN_DO(data.finish());
    return ContractEvent(out);
}

Result<ContractEvent> read_status(const EventLog& log) {
    abi::Reader data(log.data, 1);
    InstitutionStatusChanged out;
    out.institution = log.topics[1];
    MN_TRY(const std::uint64_t standing, data.integer(8));
    MN_DO(data.finish());
    if (standing < 1 || standing > 3) {
        return refuse("status " + std::to_string(standing));
    }
    out.standing = static_cast<Standing>(standing);
    return ContractEvent(out);
}

Result<ContractEvent> read_card(const EventLog& log) {
    abi::Reader data(log.data, 2);
    CardPublished out;
    out.institution = log.topics[1];
    MN_TRY(out.card, data.word());
    MN_TRY(out.endpoint, read_endpoint(data));
    MN_DO(data.finish());
    return ContractEvent(std::move(out));
}

Result<ContractEvent> read_granted(const EventLog& log) {
    abi::Reader data(log.data, 3);
    ConsentGranted out;
    out.handle = log.topics[1];
    MN_TRY(out.commitment, data.word());
    MN_TRY(out.expires, read_time(data));
    MN_TRY(const std::uint64_t version, data.integer(32));
    MN_DO(data.finish());
    out.version = static_cast<std::uint32_t>(version);
    return ContractEvent(out);
}

Result<ContractEvent> read_revoked(const EventLog& log) {
    MN_DO(abi::Reader(log.data, 0).finish());
    return ContractEvent(ConsentRevoked{.handle = log.topics[1]});
}

Result<ContractEvent> read_registered(const EventLog& log) {
    abi::Reader data(log.data, 1);
    CaseRegistered out;
    out.institution = log.topics[1];
    out.handle = log.topics[2];
    MN_TRY(out.commitment, data.word());
    MN_DO(data.finish());
    return ContractEvent(out);
}

Result<ContractEvent> read_tombstoned(const EventLog& log) {
    MN_DO(abi::Reader(log.data, 0).finish());
    return ContractEvent(CaseTombstoned{.institution = log.topics[1], .handle = log.topics[2]});
}

Result<ContractEvent> read_anchored(const EventLog& log) {
    abi::Reader data(log.data, 2);
    Anchored out;
    out.institution = log.topics[1];
    MN_TRY(out.size, data.integer(64));
    MN_TRY(out.root, data.word());
    MN_DO(data.finish());
    return ContractEvent(out);
}

/// All its values are indexed, or it has none.
Result<ContractEvent> read_other(const EventLog& log) {
    MN_DO(abi::Reader(log.data, 0).finish());
    return ContractEvent(OtherEvent{});
}

using Read = Result<ContractEvent> (*)(const EventLog&);

constexpr std::array kShapes{
    EventShape{
        Contract::institutions, "InstitutionAccredited(bytes32,address,bytes32,string,uint64)", 2},
    EventShape{Contract::institutions, "InstitutionRenewed(bytes32,uint64)", 1},
    EventShape{Contract::institutions, "InstitutionStatusChanged(bytes32,uint8)", 1},
    EventShape{Contract::institutions, "CardPublished(bytes32,bytes32,string)", 1},
    EventShape{Contract::institutions, "AccreditorAdded(address)", 1},
    EventShape{Contract::institutions, "AccreditorRemoved(address)", 1},
    EventShape{Contract::institutions, "OwnershipTransferStarted(address,address)", 2},
    EventShape{Contract::institutions, "OwnershipTransferred(address,address)", 2},
    EventShape{Contract::consents, "ConsentGranted(bytes32,bytes32,uint64,uint32)", 1},
    EventShape{Contract::consents, "ConsentRevoked(bytes32)", 1},
    EventShape{Contract::consents, "EIP712DomainChanged()", 0},
    EventShape{Contract::cases, "CaseRegistered(bytes32,bytes32,bytes32)", 2},
    EventShape{Contract::cases, "CaseTombstoned(bytes32,bytes32)", 2},
    EventShape{Contract::anchors, "Anchored(bytes32,uint64,bytes32)", 1}};

/// In the order of kShapes.
constexpr std::array<Read, kShapes.size()> kReaders{read_accredited,
                                                    read_renewed,
                                                    read_status,
                                                    read_card,
                                                    read_other,
                                                    read_other,
                                                    read_other,
                                                    read_other,
                                                    read_granted,
                                                    read_revoked,
                                                    read_other,
                                                    read_registered,
                                                    read_tombstoned,
                                                    read_anchored};

const std::array<Hash32, kShapes.size()>& topics() {
    static const auto kTopics = [] {
        std::array<Hash32, kShapes.size()> out;
        std::transform(kShapes.begin(), kShapes.end(), out.begin(), [](const EventShape& shape) {
            return internal::hash_of(shape.signature);
        });
        return out;
    }();
    return kTopics;
}

const Address& address_of(const Deployment& at, Contract contract) {
    switch (contract) {
        case Contract::institutions:
            return at.institutions;
        case Contract::consents:
            return at.consents;
        case Contract::cases:
            return at.cases;
        case Contract::anchors:
            break;
    }
    return at.anchors;
}

}  // namespace

std::span<const EventShape> internal::event_shapes() {
    return kShapes;
}

Result<ContractEvent> parse_event(const Deployment& at, const EventLog& log) {
    if (log.topics.empty()) {
        return refuse("no topic");
    }
    for (std::size_t i = 0; i < kShapes.size(); ++i) {
        if (log.topics[0] != topics()[i] || log.address != address_of(at, kShapes[i].contract)) {
            continue;
        }
        if (log.topics.size() != 1 + kShapes[i].indexed_count) {
            return refuse(std::string(kShapes[i].signature) + " with " +
                          std::to_string(log.topics.size()) + " topics");
        }
        auto read = kReaders[i](log);
        if (!read) {
            return fail_in(kShapes[i].signature, read.error());
        }
        return read;
    }
    return refuse("not one of ours");
}

}  // namespace mednexus::chain
