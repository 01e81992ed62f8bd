#include "mednexus/chain/internal/signatures.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"

// What this module says and understands, against contracts/abi as it is checked in.
namespace mednexus::chain {
namespace {

constexpr Contract kContracts[] = {
    Contract::institutions, Contract::consents, Contract::cases, Contract::anchors};

struct Entry {
    std::string signature;
    std::size_t indexed_count = 0;
    bool are_indexed_first = true;
};

std::string text_in(const json::Value& object, std::string_view member) {
    const json::Value* value = object.as_object()->find(member);
    return value == nullptr ? std::string{} : *value->as_string();
}

/// The type as signatures write it: tuples by their components.
std::string type_of(const json::Value& input) {
    const std::string type = text_in(input, "type");
    if (!type.starts_with("tuple")) {
        return type;
    }
    std::string out;
    for (const json::Value& component : *input.as_object()->find("components")->as_array()) {
        out += (out.empty() ? "(" : ",") + type_of(component);
    }
    return out + ")" + type.substr(5);
}

Entry entry_of(const json::Value& item) {
    Entry out;
    std::string types;
    bool has_plain = false;
    for (const json::Value& input : *item.as_object()->find("inputs")->as_array()) {
        types += (types.empty() ? "" : ",") + type_of(input);
        const json::Value* indexed = input.as_object()->find("indexed");
        const bool is_indexed = indexed != nullptr && *indexed->as_bool();
        out.indexed_count += is_indexed ? 1 : 0;
        out.are_indexed_first = out.are_indexed_first && !(is_indexed && has_plain);
        has_plain = has_plain || !is_indexed;
    }
    out.signature = text_in(item, "name") + "(" + types + ")";
    return out;
}

/// Entries of one kind ("function", "event", "error") in a contract's ABI.
std::vector<Entry> abi_of(Contract contract, std::string_view kind) {
    std::ifstream in(
        MEDNEXUS_SOURCE_DIR "/contracts/abi/" + std::string(name_of(contract)) + ".json",
        std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const json::Value abi = json::parse(text).value();
    std::vector<Entry> out;
    for (const json::Value& item : *abi.as_array()) {
        if (text_in(item, "type") == kind) {
            out.push_back(entry_of(item));
        }
    }
    return out;
}

std::set<std::string> signatures_of(Contract contract, std::string_view kind) {
    std::set<std::string> out;
    for (const Entry& entry : abi_of(contract, kind)) {
        out.insert(entry.signature);
    }
    return out;
}

TEST(Signatures, OfTheFunctionsThatWeCallAreInTheAbi) {
    using namespace internal;
    const std::map<Contract, std::vector<std::string_view>> called{
        {Contract::institutions,
         {kAddAccreditor,
          kRemoveAccreditor,
          kAccredit,
          kRenew,
          kSuspend,
          kReinstate,
          kRevoke,
          kPublishCard}},
        {Contract::consents, {kGrantBatch, kRevokeBatch}},
        {Contract::cases, {kRegisterBatch, kTombstoneBatch}},
        {Contract::anchors, {kAnchor}}};
    for (const auto& [contract, signatures] : called) {
        const auto known = signatures_of(contract, "function");
        for (const std::string_view signature : signatures) {
            EXPECT_TRUE(known.contains(std::string(signature))) << signature;
        }
    }
}

TEST(Signatures, OfEventsAreThoseOfTheAbiNoneMoreNoneLess) {
    for (const Contract contract : kContracts) {
        std::map<std::string, std::size_t> ours;
        for (const internal::EventShape& shape : internal::event_shapes()) {
            if (shape.contract == contract) {
                ours.emplace(shape.signature, shape.indexed_count);
            }
        }
        std::map<std::string, std::size_t> theirs;
        for (const Entry& entry : abi_of(contract, "event")) {
            theirs.emplace(entry.signature, entry.indexed_count);
            EXPECT_TRUE(entry.are_indexed_first) << entry.signature;
        }
        EXPECT_EQ(ours, theirs) << name_of(contract);
    }
}

TEST(Signatures, OfErrorsAreThoseOfTheAbiAndOfSolidity) {
    std::set<std::string> theirs{"Error(string)", "Panic(uint256)"};
    for (const Contract contract : kContracts) {
        theirs.merge(signatures_of(contract, "error"));
    }
    const auto errors = internal::error_signatures();
    EXPECT_EQ(std::set<std::string>(errors.begin(), errors.end()), theirs);
}

TEST(Signatures, GiveTheKnownSelectorsAndTopics) {
    EXPECT_EQ(codec::to_hex(internal::hash_of("Transfer(address,address,uint256)").view()),
              "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    EXPECT_EQ(codec::to_hex(internal::call_of("Error(string)", abi::Writer())), "08c379a0");
}

}  // namespace
}  // namespace mednexus::chain
