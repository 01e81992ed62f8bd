#include <algorithm>
#include <array>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/embedded.hpp"
#include "mednexus/codec/abi.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {

namespace {

constexpr std::string_view kType = "mednexus/deployment/v1";
constexpr std::size_t kDeploymentSizeBytesMax = 4096;
constexpr std::array kContracts{
    Contract::institutions, Contract::consents, Contract::cases, Contract::anchors};

BytesView embedded(Contract contract, std::string_view ending) {
    const std::string path = std::string(name_of(contract)) + std::string(ending);
    for (const internal::EmbeddedFile& file : internal::contract_files()) {
        if (file.path == path) {
            return file.bytes;
        }
    }
    MN_CHECK(false);  // the build embeds all of them
    return {};
}

json::Object abi_hashes() {
    json::Object out;
    for (const Contract contract : kContracts) {
        out.set(std::string(name_of(contract)), codec::to_hex_0x(abi_hash(contract).view()));
    }
    return out;
}

Failure refuse(std::string_view member, std::string_view what) {
    return fail(Kind::invalid, "deployment." + std::string(member) + ": " + std::string(what));
}

Result<Address> read_address(json::Reader& reader, std::string_view member) {
    MN_TRY(const std::string text, reader.string(member));
    const auto address = crypto::parse_evm_address(text);
    if (!address || codec::to_hex_0x(address->view()) != text || *address == Address()) {
        return refuse(member, "not a lower-case address");
    }
    return *address;
}

Result<std::uint64_t> read_number(json::Reader& reader, std::string_view member) {
    MN_TRY(const std::int64_t value, reader.integer(member));
    if (value < 0) {
        return refuse(member, "below zero");
    }
    return static_cast<std::uint64_t>(value);
}

Result<void> check_type(json::Reader& reader) {
    MN_TRY(const std::string type, reader.string("type"));
    if (type != kType) {
        return refuse("type", "not mednexus/deployment/v1");
    }
    return {};
}

Result<void> check_abi(json::Reader& reader) {
    MN_TRY(const json::Value* given, reader.object("abi"));
    json::Reader hashes(*given, "deployment.abi");
    for (const Contract contract : kContracts) {
        MN_TRY(const std::string hash, hashes.string(name_of(contract)));
        if (hash != codec::to_hex_0x(abi_hash(contract).view())) {
            return refuse("abi." + std::string(name_of(contract)),
                          "not the contract that this program speaks to");
        }
    }
    return hashes.finish();
}

/// Events are told apart by where they come from.
Result<void> check_distinct(const Deployment& at) {
    std::array all{at.institutions, at.consents, at.cases, at.anchors};
    std::sort(all.begin(), all.end());
    if (std::adjacent_find(all.begin(), all.end()) != all.end()) {
        return fail(Kind::invalid, "deployment: two contracts at one address");
    }
    return {};
}

}  // namespace

std::string_view name_of(Contract contract) noexcept {
    switch (contract) {
        case Contract::institutions:
            return "InstitutionRegistry";
        case Contract::consents:
            return "ConsentRegistry";
        case Contract::cases:
            return "CaseRegistry";
        case Contract::anchors:
            break;
    }
    return "AnchorRegistry";
}

Hash32 abi_hash(Contract contract) {
    return crypto::sha256(embedded(contract, ".json"));
}

Bytes creation_code(Contract contract, const Address& argument) {
    std::string_view text = text_of(embedded(contract, ".bin"));
    MN_CHECK(text.ends_with('\n'));
    text.remove_suffix(1);
    auto code = codec::parse_hex(text);
    MN_CHECK(code.has_value());
    append(*code, abi::Writer().address(argument).encode());
    return *std::move(code);
}

std::string write_deployment(const Deployment& deployment) {
    json::Object out;
    out.set("type", kType);
    out.set("chain_id", deployment.chain_id);
    out.set("institutions", codec::to_hex_0x(deployment.institutions.view()));
    out.set("consents", codec::to_hex_0x(deployment.consents.view()));
    out.set("cases", codec::to_hex_0x(deployment.cases.view()));
    out.set("anchors", codec::to_hex_0x(deployment.anchors.view()));
    out.set("from_block", deployment.from_block);
    out.set("abi", abi_hashes());
    return json::write_canonical(out) + "\n";
}

Result<Deployment> parse_deployment(std::string_view text) {
    MN_TRY(const json::Value value, json::parse(text, {.size_bytes_max = kDeploymentSizeBytesMax}));
    json::Reader reader(value, "deployment");
    MN_DO(check_type(reader));
    Deployment out;
    MN_TRY(out.chain_id, read_number(reader, "chain_id"));
    MN_TRY(out.institutions, read_address(reader, "institutions"));
    MN_TRY(out.consents, read_address(reader, "consents"));
    MN_TRY(out.cases, read_address(reader, "cases"));
    MN_TRY(out.anchors, read_address(reader, "anchors"));
    MN_TRY(out.from_block, read_number(reader, "from_block"));
    MN_DO(check_abi(reader));
    MN_DO(reader.finish());
    MN_DO(check_distinct(out));
    if (write_deployment(out) != text) {
        return fail(Kind::invalid, "deployment: not canonical");
    }
    return out;
}

}  // namespace mednexus::chain
