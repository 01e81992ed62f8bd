#include "apps/passphrase/passphrase.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mednexus::passphrase {
namespace {

Result<SecretBytes> read_text(std::string_view text) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
    return read_descriptor(ends[0]);
}

/// What ask() gives a child whose terminal we type into: the passphrase, or the kind of its error;
/// then everything the terminal showed.
struct Typed {
    std::string outcome;
    std::string shown;
};

std::string read_all(int descriptor) {
    std::string out;
    std::array<char, 256> part{};
    ssize_t got = 0;
    while ((got = ::read(descriptor, part.data(), part.size())) > 0) {
        out.append(part.data(), static_cast<std::size_t>(got));
    }
    return out;
}

Typed type_at_prompt(std::string_view keys) {
    std::array<int, 2> answer{};
    EXPECT_EQ(::pipe(answer.data()), 0);
    int master = -1;
    const pid_t child = ::forkpty(&master, nullptr, nullptr, nullptr);
    if (child == 0) {
        const auto secret = ask("passphrase: ");
        const std::string text = secret ? std::string(text_of(secret->reveal()))
                                        : "error " + std::string(name_of(secret.error().kind));
        const ssize_t written = ::write(answer[1], text.data(), text.size());
        ::_exit(written < 0 ? 1 : 0);
    }
    ::close(answer[1]);
    Typed typed;
    std::array<char, 64> part{};
    while (typed.shown.find("passphrase: ") == std::string::npos) {  // ask() flushes older input
        const ssize_t got = ::read(master, part.data(), part.size());
        if (got <= 0) {
            break;
        }
        typed.shown.append(part.data(), static_cast<std::size_t>(got));
    }
    EXPECT_EQ(::write(master, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
    typed.outcome = read_all(answer[0]);
    typed.shown += read_all(master);
    ::close(answer[0]);
    ::close(master);
    ::waitpid(child, nullptr, 0);
    return typed;
}

TEST(Passphrase, IsTheFirstLineOfADescriptor) {
    for (const std::string_view text :
         {"open sesame\nsecond\n", "open sesame", "open sesame\r\n"}) {
        const auto secret = read_text(text);
        ASSERT_TRUE(secret) << text;
        EXPECT_EQ(text_of(secret->reveal()), "open sesame") << text;
    }
}

TEST(Passphrase, RefusesAnEmptyLine) {
    for (const std::string_view text : {"", "\n", "\r\n", "\nsecond\n"}) {
        const auto secret = read_text(text);
        ASSERT_FALSE(secret);
        EXPECT_EQ(secret.error().kind, Kind::invalid);
    }
}

TEST(Passphrase, RefusesOneByteTooManyAndTakesTheLongestAllowed) {
    EXPECT_TRUE(read_text(std::string(kSizeBytesMax, 'x') + "\n"));
    const auto secret = read_text(std::string(kSizeBytesMax + 1, 'x') + "\n");
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().kind, Kind::invalid);
}

TEST(Passphrase, NamesTheFileThatIsMissing) {
    const auto secret = read_file("/nonexistent/passphrase");
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().kind, Kind::not_found);
    EXPECT_NE(secret.error().what.find("/nonexistent/passphrase"), std::string::npos);
}

TEST(Passphrase, RefusesADescriptorThatIsNotOpen) {
    const auto secret = read_descriptor(999);
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().kind, Kind::io);
}

TEST(Passphrase, TypedOneIsNotShown) {
    const Typed typed = type_at_prompt("hush\x7fsh now\n");
    EXPECT_EQ(typed.outcome, "hussh now");
    EXPECT_EQ(typed.shown.find("hu"), std::string::npos) << typed.shown;
}

TEST(Passphrase, CtrlCAndCtrlDGiveUp) {
    EXPECT_EQ(type_at_prompt("half\x03").outcome, "error denied");
    EXPECT_EQ(type_at_prompt("half\x04").outcome, "error denied");
}

TEST(Passphrase, RefusesAnEmptyTypedLine) {
    EXPECT_EQ(type_at_prompt("\n").outcome, "error invalid");
}

}  // namespace
}  // namespace mednexus::passphrase
