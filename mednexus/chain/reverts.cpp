#include <algorithm>
#include <array>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/signatures.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::chain {

namespace {

constexpr std::size_t kSelectorBytes = 4;
constexpr std::size_t kTextBytesMax = 200;  // of what a contract says of itself

constexpr std::array<std::string_view, 25> kErrors{"Error(string)",   // require with a text
                                                   "Panic(uint256)",  // assert, overflow, …
                                                   "NotAccreditor(address)",
                                                   "InstitutionExists(bytes32)",
                                                   "AccountInUse(address)",
                                                   "InvalidAccount()",
                                                   "ExpiryInThePast(uint64)",
                                                   "EndpointTooLong(uint256)",
                                                   "UnknownInstitution(bytes32)",
                                                   "WrongStatus(bytes32,uint8)",
                                                   "NotAnInstitution(address)",
                                                   "NotActive(bytes32)",
                                                   "OwnableInvalidOwner(address)",
                                                   "OwnableUnauthorizedAccount(address)",
                                                   "LengthMismatch()",
                                                   "BatchTooLarge(uint256)",
                                                   "InvalidSignature(uint256)",
                                                   "ConsentIsRevoked(bytes32)",
                                                   "StaleVersion(bytes32,uint32)",
                                                   "InvalidShortString()",
                                                   "StringTooLong(string)",
                                                   "CaseExists(bytes32)",
                                                   "CaseTombstonedBefore(bytes32)",
                                                   "SizeNotLarger(uint64,uint64)",
                                                   "Equivocation(uint64)"};

std::vector<std::string_view> types_of(std::string_view signature) {
    const std::size_t open = signature.find('(');
    std::string_view rest = signature.substr(open + 1, signature.size() - open - 2);
    std::vector<std::string_view> out;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        out.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

/// In quotes, with "?" for what a terminal or a log might take for something else.
std::string quoted(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
    return '"' + text + '"';
}

Result<std::string> read_number(abi::Reader& reader) {
    MN_TRY(const Hash32 word, reader.word());
    const auto small = abi::Reader(word.view(), 1).integer(64);
    return small ? std::to_string(*small) : codec::to_hex_0x(word.view());
}

Result<std::string> read_value(abi::Reader& reader, std::string_view type) {
    if (type == "string") {
        MN_TRY(std::string text, reader.string(kTextBytesMax));
        return quoted(std::move(text));
    }
    if (type == "address") {
        MN_TRY(const Address address, reader.address<Address>());
        return codec::to_hex_0x(address.view());
    }
    if (type == "bytes32") {
        MN_TRY(const Hash32 word, reader.word());
        return codec::to_hex_0x(word.view());
    }
    return read_number(reader);
}

/// "Name(value, …)".
Result<std::string> read_error(std::string_view signature, BytesView arguments) {
    const std::vector<std::string_view> types = types_of(signature);
    abi::Reader reader(arguments, types.size());
    std::string out(signature.substr(0, signature.find('(') + 1));
    for (std::size_t i = 0; i < types.size(); ++i) {
        MN_TRY(const std::string value, read_value(reader, types[i]));
        out += (i == 0 ? "" : ", ") + value;
    }
    MN_DO(reader.finish());
    return out + ")";
}

}  // namespace

std::span<const std::string_view> internal::error_signatures() {
    return kErrors;
}

std::string describe_revert(BytesView data) {
    if (data.size() < kSelectorBytes) {
        return "revert without a reason";
    }
    const BytesView selector = data.first(kSelectorBytes);
    for (const std::string_view signature : kErrors) {
        const Hash32 digest = internal::hash_of(signature);
        if (!std::equal(selector.begin(), selector.end(), digest.view().begin())) {
            continue;
        }
        if (auto described = read_error(signature, data.subspan(kSelectorBytes))) {
            return *std::move(described);
        }
    }
    return "revert " + codec::to_hex_0x(selector);
}

}  // namespace mednexus::chain
