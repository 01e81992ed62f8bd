#include "apps/passphrase/passphrase.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace mednexus::passphrase {

namespace {

constexpr std::uint8_t kInterrupt = 0x03;   // Ctrl-C
constexpr std::uint8_t kEndOfInput = 0x04;  // Ctrl-D
constexpr std::uint8_t kBackspace = 0x08;
constexpr std::uint8_t kDelete = 0x7f;

class Descriptor {
public:
    explicit Descriptor(int value) noexcept : value_(value) {}

    ~Descriptor() {
        if (value_ >= 0) {
            ::close(value_);
        }
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;

    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_;
};

/// A line being typed or read. Its storage never grows, so no copy of the secret is left behind.
class Line {
public:
    [[nodiscard]] bool is_full() const noexcept { return size_ == raw_.size(); }

    void push(std::uint8_t byte) noexcept { raw_[size_++] = byte; }

    void pop() noexcept {
        if (size_ > 0) {
            raw_[--size_] = 0;
        }
    }

    void drop_final(std::uint8_t byte) noexcept {
        if (size_ > 0 && raw_[size_ - 1] == byte) {
            pop();
        }
    }

    [[nodiscard]] Result<SecretBytes> finish() {
        const BytesView line = std::span(raw_).first(size_);
        Result<SecretBytes> out = SecretBytes(to_bytes(line));
        if (line.empty()) {
            out = fail(Kind::invalid, "passphrase: it is empty");
        } else if (size_ > kSizeBytesMax) {
            out = too_long();
        }
        wipe(raw_);
        return out;
    }

    [[nodiscard]] static Failure too_long() {
        return fail(Kind::invalid,
                    "passphrase: longer than " + std::to_string(kSizeBytesMax) + " bytes");
    }

private:
    std::array<std::uint8_t, kSizeBytesMax + 1> raw_{};
    std::size_t size_ = 0;
};

std::string words_of(int error_number) {
    return std::generic_category().message(error_number);
}

/// The next byte, or nothing at the end of the input.
Result<std::pair<bool, std::uint8_t>> next_byte(int descriptor) {
    std::uint8_t byte = 0;
    ssize_t got = 0;
    do {
        got = ::read(descriptor, &byte, 1);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return fail(Kind::io, "passphrase: cannot read: " + words_of(errno));
    }
    return std::pair(got == 1, byte);
}

Result<SecretBytes> read_line(int descriptor) {
    Line line;
    while (true) {
        MN_TRY(const auto next, next_byte(descriptor));
        const auto [more, byte] = next;
        if (!more || byte == '\n') {
            line.drop_final('\r');
            return line.finish();
        }
        if (line.is_full()) {
            return Line::too_long();
        }
        line.push(byte);
    }
}

/// Characters come one by one, unechoed and without signals, until this goes out of scope.
class QuietTerminal {
public:
    explicit QuietTerminal(int descriptor) noexcept
        : descriptor_(descriptor), is_set_(::tcgetattr(descriptor_, &before_) == 0) {
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
        quiet.c_cc[VMIN] = 1;
        quiet.c_cc[VTIME] = 0;
        is_set_ = is_set_ && ::tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
    }

    ~QuietTerminal() {
        if (is_set_) {
            ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
        }
    }

    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;
    QuietTerminal(QuietTerminal&&) = delete;
    QuietTerminal& operator=(QuietTerminal&&) = delete;

    [[nodiscard]] bool is_set() const noexcept { return is_set_; }

private:
    int descriptor_;
    termios before_{};
    bool is_set_ = false;
};

Result<SecretBytes> type_line(int terminal) {
    Line line;
    while (true) {
        MN_TRY(const auto next, next_byte(terminal));
        const auto [more, byte] = next;
        if (!more || byte == kInterrupt || byte == kEndOfInput) {
            return fail(Kind::denied, "passphrase: none was given");
        }
        if (byte == '\n' || byte == '\r') {
            return line.finish();
        }
        if (byte == kBackspace || byte == kDelete) {
            line.pop();
        } else if (line.is_full()) {
            return Line::too_long();
        } else {
            line.push(byte);
        }
    }
}

void say(int terminal, std::string_view text) {
    // A prompt that cannot be shown changes nothing: the person still has to type.
    [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

}  // namespace

Result<SecretBytes> read_file(const std::string& path) {
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (opened < 0) {
        const Kind kind = errno == ENOENT ? Kind::not_found : Kind::io;
        return fail(kind, "passphrase: cannot open " + path + ": " + words_of(errno));
    }
    return read_descriptor(opened);
}

Result<SecretBytes> read_descriptor(int descriptor) {
    const Descriptor file(descriptor);
    return read_line(file.get());
}

Result<SecretBytes> ask(const std::string& prompt) {
    const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (terminal.get() < 0) {
        return fail(Kind::unavailable, "passphrase: there is no terminal to ask on");
    }
    const QuietTerminal quiet(terminal.get());
    if (!quiet.is_set()) {
        return fail(Kind::unavailable, "passphrase: cannot switch off the terminal's echo");
    }
    say(terminal.get(), prompt);
    auto line = type_line(terminal.get());
    say(terminal.get(), "\n");
    return line;
}

Result<SecretBytes> ask_twice(const std::string& prompt) {
    MN_TRY(SecretBytes first, ask(prompt + ": "));
    MN_TRY(const SecretBytes second, ask(prompt + ", again: "));
    const BytesView a = first.reveal();
    const BytesView b = second.reveal();
    // The person typed both here and now: how long the comparison takes tells nobody anything.
    if (!std::equal(a.begin(), a.end(), b.begin(), b.end())) {
        return fail(Kind::invalid, "passphrase: the two differ");
    }
    return first;
}

}  // namespace mednexus::passphrase
