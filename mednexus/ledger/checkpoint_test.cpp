#include "mednexus/ledger/checkpoint.hpp"

#include "mednexus/ledger/internal/test_support.hpp"

namespace mednexus::ledger {
namespace {

using internal::expect_kind;
using internal::expect_refused;
using internal::test_signer;

/// The example of C2SP tlog-checkpoint.
constexpr std::string_view kExample =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

TEST(Checkpoint, ReadsAndWritesThePublishedExample) {
    const auto checkpoint = parse_checkpoint_text(kExample);
    ASSERT_TRUE(checkpoint) << checkpoint.error().what;
    EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
    EXPECT_EQ(checkpoint->size, 20852163U);
    EXPECT_EQ(write_checkpoint_text(*checkpoint), kExample);
}

TEST(Checkpoint, RefusesEveryOtherForm) {
    const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    for (const std::string& text : {std::string(),
                                    std::string("\n\n\n"),
                                    std::string("origin\n"),
                                    "origin\n1\n" + root,
                                    "origin\n01\n" + root + "\n",
                                    "origin\n\n" + root + "\n",
                                    "origin\n-1\n" + root + "\n",
                                    "origin\n+1\n" + root + "\n",
                                    "origin\n1 \n" + root + "\n",
                                    "origin\n0x1\n" + root + "\n",
                                    "origin\n9223372036854775808\n" + root + "\n",
                                    "origin\n99999999999999999999999\n" + root + "\n",
                                    "two words\n1\n" + root + "\n",
                                    "plus+sign\n1\n" + root + "\n",
                                    "\n1\n" + root + "\n",
                                    "origin\n1\n" + root.substr(0, 43) + "\n",
                                    "origin\n1\n" + root.substr(0, 40) + "\n",
                                    "origin\n1\n" + root + root + "\n",
                                    "origin\n1\n" + root + "\nextension\n",
                                    "origin\n1\n" + root + "\n\n"}) {
        SCOPED_TRACE(text);
        expect_kind(parse_checkpoint_text(text), Kind::invalid);
    }
}

TEST(Checkpoint, RefusesAnEmptyTreeWithTheRootOfSomething) {
    const Checkpoint empty{.origin = "o", .size = 0, .root = empty_root()};
    EXPECT_TRUE(parse_checkpoint_text(write_checkpoint_text(empty)));
    const Checkpoint wrong{.origin = "o", .size = 0, .root = Hash32()};
    expect_refused(
        parse_checkpoint_text(write_checkpoint_text(wrong)), Kind::invalid, "size 0 with");
}

TEST(Checkpoint, OpensUnderItsOwnKeyOnly) {
    const auto signer = test_signer("north.example/log");
    const Checkpoint head{.origin = signer.name, .size = 0, .root = empty_root()};
    const std::string note = crypto::make_signed_note(signer, write_checkpoint_text(head));
    ASSERT_TRUE(open_checkpoint(note, signer.verifier()));
    EXPECT_EQ(*open_checkpoint(note, signer.verifier()), head);

    expect_kind(open_checkpoint(note, test_signer(signer.name, "other").verifier()), Kind::denied);
    expect_refused(open_checkpoint(note, test_signer("south.example/log").verifier()),
                   Kind::invalid,
                   "origin");
    expect_kind(open_checkpoint(write_checkpoint_text(head), signer.verifier()), Kind::invalid);
}

TEST(Checkpoint, RefusesAFlipOfEveryByteOfASignedNote) {
    const auto signer = test_signer("a/log");
    const Checkpoint head{.origin = signer.name, .size = 1, .root = Hash32()};
    const std::string note = crypto::make_signed_note(signer, write_checkpoint_text(head));
    for (std::size_t at = 0; at < note.size(); ++at) {
        for (const int flip : {0x01, 0x20, 0x80}) {
            std::string bad = note;
            bad[at] = static_cast<char>(bad[at] ^ flip);
            EXPECT_FALSE(open_checkpoint(bad, signer.verifier())) << at;
        }
    }
}

}  // namespace
}  // namespace mednexus::ledger
