#include "mednexus/service/manifest.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::service {
namespace {

Manifest sample(std::size_t objects = 2) {
    Manifest out;
    out.salt = crypto::sha256(bytes_of("salt"));
    for (std::size_t i = 0; i < objects; ++i) {
        ManifestObject one;
        one.media_type = kPhenopacketMediaType;
        one.root.mutable_array()[0] = static_cast<std::uint8_t>(i);
        one.sealed_size_bytes = 1000 + i;
        one.plain_size_bytes = 900 + i;
        one.plain_commitment = commit_to_plaintext(out.salt, bytes_of("plain"));
        one.key_commitment = commit_to_key(out.salt, bytes_of("header"));
        out.objects.push_back(one);
    }
    return out;
}

json::Object without(const json::Object& from, const std::string& missing) {
    json::Object out;
    for (const auto& [key, value] : from.members()) {
        if (key != missing) {
            out.set(key, value);
        }
    }
    return out;
}

/// The sample with its only object replaced.
std::string with_object(const std::function<json::Object(json::Object)>& change) {
    json::Value value = *json::parse(write_manifest(sample(1)));
    const json::Array* const objects = value.as_object()->find("objects")->as_array();
    json::Array changed;
    changed.emplace_back(change(*objects->front().as_object()));
    value.as_object()->set("objects", std::move(changed));
    return json::write_canonical(value);
}

std::string with_member(const std::string& key, const json::Value& member) {
    json::Value value = *json::parse(write_manifest(sample()));
    value.as_object()->set(key, member);
    return json::write_canonical(value);
}

void expect_refused(const std::string& text, const std::string& why) {
    const auto read = parse_manifest(text);
    ASSERT_FALSE(read) << why;
    EXPECT_EQ(read.error().kind, Kind::invalid) << why;
}

TEST(Manifest, ReadsBackWhatItWrote) {
    for (const std::size_t objects : {1U, 2U, 64U}) {
        const auto read = parse_manifest(write_manifest(sample(objects)));
        ASSERT_TRUE(read) << read.error().what;
        EXPECT_EQ(*read, sample(objects));
    }
    EXPECT_EQ(manifest_id(write_manifest(sample())), manifest_id(write_manifest(sample())));
    EXPECT_NE(manifest_id(write_manifest(sample(1))), manifest_id(write_manifest(sample(2))));
}

TEST(Manifest, RefusesTextThatIsNotCanonical) {
    const std::string text = write_manifest(sample());
    expect_refused(text + "\n", "a line end");
    expect_refused(" " + text, "a space");
    expect_refused("{ " + text.substr(1), "a space inside");
    expect_refused(text.substr(0, text.size() - 1), "cut");
    expect_refused("[]", "no object");
    expect_refused("", "nothing");
    std::string upper = text;
    upper.replace(upper.find("\"salt\":\"0x"), 11, "\"salt\":\"0X");
    expect_refused(upper, "0X");
}

TEST(Manifest, RefusesMissingUnknownAndMistypedMembers) {
    const json::Value value = *json::parse(write_manifest(sample()));
    for (const auto& [key, unused] : value.as_object()->members()) {
        expect_refused(json::write_canonical(without(*value.as_object(), key)), "no " + key);
        expect_refused(with_member(key, true), key + " is a boolean");
    }
    expect_refused(with_member("more", 1), "more");
    const json::Object honest =
        *value.as_object()->find("objects")->as_array()->front().as_object();
    for (const auto& [key, unused] : honest.members()) {
        expect_refused(with_object([&](const json::Object& one) { return without(one, key); }),
                       "no " + key);
        expect_refused(with_object([&](json::Object one) {
                           one.set(key, true);
                           return one;
                       }),
                       key + " is a boolean");
    }
    expect_refused(with_object([](json::Object one) {
                       one.set("more", 1);
                       return one;
                   }),
                   "more in an object");
}

TEST(Manifest, RefusesAnotherFormatAndValuesOutOfBounds) {
    expect_refused(with_member("format", "mednexus/manifest/v2"), "v2");
    expect_refused(with_member("salt", "0x" + std::string(62, '0')), "a short salt");
    expect_refused(with_member("objects", json::Array()), "no objects");
    expect_refused(write_manifest(sample(65)), "65 objects");
    const std::vector<std::pair<std::string, json::Value>> refused{
        {"media_type", ""},
        {"media_type", std::string(128, 'x')},
        {"root", "0x" + std::string(64, 'A')},
        {"sealed_size_bytes", 0},
        {"sealed_size_bytes", -1},
        {"sealed_size_bytes", (std::int64_t{1} << 50) + 1},
        {"plain_size_bytes", 0},
        {"plain_commitment", "0x"},
        {"key_commitment", "0x"}};
    for (const auto& [key, value] : refused) {
        expect_refused(with_object([&, &key = key, &value = value](json::Object one) {
                           one.set(key, value);
                           return one;
                       }),
                       key);
    }
}

TEST(Manifest, RefusesWhatIsTooLong) {
    const auto read = parse_manifest(std::string(kManifestSizeBytesMax + 1, ' '));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, Kind::invalid);
    EXPECT_LT(write_manifest(sample(kManifestObjectsMax)).size(), kManifestSizeBytesMax)
        << "the bound leaves room for what is allowed";
}

TEST(Manifest, CommitmentsDependOnSaltContentAndLabel) {
    const Hash32 salt = crypto::sha256(bytes_of("salt"));
    const Hash32 other = crypto::sha256(bytes_of("other"));
    const Hash32 plain = commit_to_plaintext(salt, bytes_of("a"));
    EXPECT_EQ(plain, commit_to_plaintext(salt, bytes_of("a")));
    EXPECT_NE(plain, commit_to_plaintext(other, bytes_of("a")));
    EXPECT_NE(plain, commit_to_plaintext(salt, bytes_of("b")));
    EXPECT_NE(plain, commit_to_key(salt, bytes_of("a")));
}

}  // namespace
}  // namespace mednexus::service
