#include "mednexus/da/header.hpp"

#include <functional>

#include "mednexus/codec/hex.hpp"
#include "mednexus/da/internal/test_support.hpp"

namespace mednexus::da {
namespace {

using internal::blob_of;
using internal::Consortium;

TEST(Header, IsReadBackAsItWasSigned) {
    const Consortium world;
    const Bytes blob = blob_of("header", 1234);
    const Header header = world.header(blob, Consortium::batch(3, 9));
    const SignedHeader opened = world.sign(header);
    EXPECT_EQ(opened.header, header);
    EXPECT_EQ(opened.commitment, commitment_of(header));
    EXPECT_EQ(parse_header(opened.note).value(), header);
    EXPECT_TRUE(encode_for(header, blob));
}

TEST(Header, CommitsAsTheIndependentImplementation) {
    const json::Value vectors = internal::read_vectors();
    const auto key = internal::signer("north.example/log", 1);
    for (const json::Value& one : *vectors.as_object()->find("headers")->as_array()) {
        json::Reader reader(one, "vector");
        const std::string note = crypto::make_signed_note(key, reader.string("text").value());
        const auto opened = open_header(note, key.verifier());
        ASSERT_TRUE(opened) << opened.error().what;
        EXPECT_EQ(codec::to_hex_0x(opened->commitment.view()), reader.string("commitment").value());
    }
}

TEST(Header, EveryParameterIsInTheCommitment) {
    const Consortium world;
    const Header header = world.header(blob_of("x", 500), Consortium::batch(3, 9));
    using Change = std::function<void(Header&)>;
    const std::vector<Change> changes{[](Header& h) { h.batch.origin = "b.example/log"; },
                                      [](Header& h) { h.batch.from = 2; },
                                      [](Header& h) { h.batch.to = 10; },
                                      [](Header& h) { h.batch.before.mutable_array()[31] ^= 1U; },
                                      [](Header& h) { h.batch.root.mutable_array()[0] ^= 1U; },
                                      [](Header& h) { h.code.n = 4; },
                                      [](Header& h) { h.code.k = 1; },
                                      [](Header& h) { h.length += 1; },
                                      [](Header& h) { h.keep_until.seconds += 1; },
                                      [](Header& h) { h.roster.mutable_array()[7] ^= 1U; },
                                      [](Header& h) { std::swap(h.shards[0], h.shards[1]); },
                                      [](Header& h) { h.shards[2].mutable_array()[5] ^= 1U; }};
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Header other = header;
        changes[i](other);
        EXPECT_NE(commitment_of(other), commitment_of(header)) << i;
    }
}

TEST(Header, EveryFlippedByteIsRefused) {
    const Consortium world;
    const SignedHeader opened = world.sign(world.header(blob_of("x", 9), Consortium::batch(0, 1)));
    for (std::size_t at = 0; at < opened.note.size(); ++at) {
        for (const int bit : {0, 3, 5, 7}) {
            std::string changed = opened.note;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            EXPECT_FALSE(open_header(changed, world.publisher.verifier())) << at << " " << bit;
        }
        EXPECT_FALSE(open_header(opened.note.substr(0, at), world.publisher.verifier())) << at;
    }
}

TEST(Header, RefusesParametersThatDisagreeEvenWhenSigned) {
    const Consortium world;
    const SignedHeader opened = world.sign(world.header(blob_of("x", 99), Consortium::batch(4, 7)));
    const std::string text = opened.note.substr(0, opened.note.find("\n\n") + 1);
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = text;
        const std::size_t at = changed.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        changed.replace(at, from.size(), to);
        const auto read = open_header(crypto::make_signed_note(world.publisher, changed),
                                      world.publisher.verifier());
        return read ? Kind::internal : read.error().kind;
    };
    EXPECT_EQ(with("\"k\":2", "\"k\":1"), Kind::invalid);
    EXPECT_EQ(with("\"n\":3", "\"n\":4"), Kind::invalid);
    EXPECT_EQ(with("\"width\":64", "\"width\":128"), Kind::invalid);
    EXPECT_EQ(with("\"from\":4", "\"from\":7"), Kind::invalid);
    EXPECT_EQ(with("\"from\":4", "\"from\":-1"), Kind::invalid);
    EXPECT_EQ(with("\"to\":7", "\"to\":9007199254740992"), Kind::invalid);
    EXPECT_EQ(with("\"length\":99", "\"length\":0"), Kind::invalid);
    EXPECT_EQ(with("crash-only", "crash-onlx"), Kind::invalid);
    EXPECT_EQ(with("\"length\":99", "\"length\":99.0"), Kind::invalid);
    EXPECT_EQ(with("{\"before\"", "{\"aside\":1,\"before\""), Kind::invalid);
    EXPECT_EQ(with("da-header/v1", "da-header/v2"), Kind::invalid);
    EXPECT_EQ(with("a.example/log", "b.example/log"), Kind::denied);
}

TEST(Header, RefusesAnotherKeyAndASecondSignature) {
    const Consortium world;
    const Header header = world.header(blob_of("x", 99), Consortium::batch(4, 7));
    const SignedHeader opened = world.sign(header);
    const auto stranger = internal::signer("a.example/log", 98);
    EXPECT_EQ(open_header(opened.note, stranger.verifier()).error().kind, Kind::denied);
    auto note = codec::parse_note(opened.note).value();
    note.signatures.push_back(crypto::sign_note(stranger, note.text));
    EXPECT_EQ(open_header(codec::write_note(note), world.publisher.verifier()).error().kind,
              Kind::invalid);
    EXPECT_FALSE(sign_header(header, internal::signer("b.example/log", 99)));
}

TEST(Header, RefusesABlobThatIsNotItsOwn) {
    const Consortium world;
    Bytes blob = blob_of("x", 990);
    const Header header = world.header(blob, Consortium::batch(4, 7));
    blob[989] ^= 1U;
    EXPECT_FALSE(encode_for(header, blob));
    blob[989] ^= 1U;
    blob.push_back(0);
    EXPECT_FALSE(encode_for(header, blob));
    EXPECT_FALSE(encode_for(header, {}));
}

}  // namespace
}  // namespace mednexus::da
