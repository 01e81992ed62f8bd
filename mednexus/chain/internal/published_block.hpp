#pragma once
/// For tests: a block with what a proof about it needs. Threads: constant data.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::chain::internal {

/// A block that geth made, with the two headers before it: tests/vectors/evm-block.json.
struct PublishedBlock {
    std::string hash;
    std::vector<Bytes> headers;
    std::vector<Bytes> receipts;
};

inline std::vector<Bytes> hex_list(const json::Value& value, std::string_view member) {
    std::vector<Bytes> out;
    for (const json::Value& text : *value.as_object()->find(member)->as_array()) {
        out.push_back(codec::parse_hex(*text.as_string()).value());
    }
    return out;
}

inline const PublishedBlock& published() {
    static const PublishedBlock kBlock = [] {
        std::ifstream in(MEDNEXUS_TEST_VECTORS "/evm-block.json", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const json::Value value = json::parse(text).value();
        return PublishedBlock{.hash = *value.as_object()->find("hash")->as_string(),
                              .headers = hex_list(value, "headers"),
                              .receipts = hex_list(value, "receipts")};
    }();
    return kBlock;
}

}  // namespace mednexus::chain::internal
