#pragma once
/// A publisher and its holders, for the tests of da.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/da/certificate.hpp"
#include "mednexus/da/header.hpp"
#include "mednexus/da/roster.hpp"

namespace mednexus::da::internal {

inline crypto::NoteSigner signer(const std::string& name, std::uint8_t seed) {
    std::array<std::uint8_t, 32> raw{};
    raw.fill(seed);
    auto key = crypto::Ed25519Seed::from(raw);
    EXPECT_TRUE(key);
    return {name, std::move(*key)};
}

/// Byte i is the first byte … of SHA-256(seed ‖ u64 i / 32), 32 at a time; as da.mjs does it.
inline Bytes blob_of(std::string_view seed, std::size_t length) {
    Bytes out;
    for (std::uint64_t block = 0; out.size() < length; ++block) {
        Bytes input = to_bytes(seed);
        codec::append_be(input, block);
        append(out, crypto::sha256(input).view());
    }
    out.resize(length);
    return out;
}

/// Publisher "a.example/log", holders "a.example", "b.example", ….
struct Consortium {
    explicit Consortium(std::size_t count = 3) {
        std::vector<crypto::NoteVerifier> keys;
        for (std::size_t i = 0; i < count; ++i) {
            holders.push_back(signer(std::string(1, static_cast<char>('a' + i)) + ".example",
                                     static_cast<std::uint8_t>(i + 1)));
            keys.push_back(holders.back().verifier());
        }
        auto made = Roster::make(keys);
        EXPECT_TRUE(made);
        roster.emplace(*made);
    }

    [[nodiscard]] static Batch batch(std::uint64_t from, std::uint64_t to) {
        return {"a.example/log",
                from,
                to,
                crypto::sha256(bytes_of(std::to_string(from))),
                crypto::sha256(bytes_of(std::to_string(to)))};
    }

    [[nodiscard]] Header header(BytesView blob, const Batch& of) const {
        auto made = make_header({.batch = of, .keep_until = {1'800'000'000}}, *roster, blob);
        EXPECT_TRUE(made) << made.error().what;
        return made.value_or(Header{});
    }

    [[nodiscard]] SignedHeader sign(const Header& header) const {
        const auto note = sign_header(header, publisher);
        EXPECT_TRUE(note);
        auto opened = open_header(note.value_or(""), publisher.verifier());
        EXPECT_TRUE(opened);
        return opened.value_or(SignedHeader{});
    }

    [[nodiscard]] std::vector<std::string> attestations(const Header& header) const {
        std::vector<std::string> out;
        for (const crypto::NoteSigner& one : holders) {
            out.push_back(attest(header, one));
        }
        return out;
    }

    crypto::NoteSigner publisher = signer("a.example/log", 99);
    std::vector<crypto::NoteSigner> holders;
    std::optional<Roster> roster;
};

inline json::Value read_vectors() {
    std::ifstream in(MEDNEXUS_TEST_VECTORS "/da.json", std::ios::binary);
    std::stringstream content;
    content << in.rdbuf();
    auto value = json::parse(content.str());
    EXPECT_TRUE(value);
    return value ? std::move(*value) : json::Value();
}

}  // namespace mednexus::da::internal
