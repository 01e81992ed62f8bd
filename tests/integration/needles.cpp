#include "tests/integration/needles.hpp"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "mednexus/codec/base64.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::integration {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kAnchorBytes = 8;
constexpr unsigned kFilterBits = 22;
constexpr std::size_t kWindow = 32;  ///< entries of a vector

std::uint64_t word_at(BytesView bytes, std::size_t offset) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + offset, sizeof(word));
    return word;
}

std::size_t place_in_filter(std::uint64_t word) {
    return (word * 0x9E3779B97F4A7C15U) >> (64U - kFilterBits);
}

/// Where the eight bytes stand that are least like one another: the rarest in a hay.
std::size_t best_anchor(BytesView bytes) {
    std::size_t best = 0;
    std::size_t most = 0;
    for (std::size_t i = 0; i + kAnchorBytes <= bytes.size(); ++i) {
        const auto part = bytes.subspan(i, kAnchorBytes);
        const std::size_t kinds = std::set<std::uint8_t>(part.begin(), part.end()).size();
        if (kinds > most) {
            best = i;
            most = kinds;
        }
    }
    return best;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

/// Half of it is not zero, and it is not one entry again and again.
bool says_something(std::span<const std::int8_t> window) {
    const auto zeros = std::count(window.begin(), window.end(), std::int8_t{0});
    return static_cast<std::size_t>(zeros) <= window.size() / 2 &&
           std::set<std::int8_t>(window.begin(), window.end()).size() >= 4;
}

Bytes as_bytes(std::span<const std::int8_t> entries) {
    Bytes out;
    for (const std::int8_t entry : entries) {
        out.push_back(static_cast<std::uint8_t>(entry));
    }
    return out;
}

Bytes as_integers(std::span<const std::int8_t> entries) {
    Bytes out;
    for (const std::int8_t entry : entries) {
        const auto word = static_cast<std::uint32_t>(std::int32_t{entry});
        for (unsigned shift = 0; shift < 32; shift += 8) {
            out.push_back(static_cast<std::uint8_t>(word >> shift));
        }
    }
    return out;
}

/// One region of /proc/PID/maps that may be read.
struct Region {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

std::vector<Region> readable_regions(pid_t pid) {
    std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
    std::vector<Region> out;
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        Region region;
        char dash = 0;
        std::string rights;
        words >> std::hex >> region.begin >> dash >> region.end >> rights;
        if (!rights.empty() && rights[0] == 'r') {
            out.push_back(region);
        }
    }
    return out;
}

/// False: not one byte of it may be read.
bool copy_region(pid_t pid, const Region& region, std::ofstream& out, std::uint64_t& count) {
    constexpr std::uint64_t kPiece = 4U << 20U;
    Bytes piece(kPiece);
    for (std::uint64_t at = region.begin; at < region.end;) {
        const iovec to{piece.data(), std::min(kPiece, region.end - at)};
        // NOLINTNEXTLINE: an address in another process
        const iovec from{reinterpret_cast<void*>(at), to.iov_len};
        const ssize_t got = ::process_vm_readv(pid, &to, 1, &from, 1, 0);
        if (got <= 0) {
            return at > region.begin;
        }
        out.write(reinterpret_cast<const char*>(piece.data()), got);  // NOLINT: bytes as they are
        at += static_cast<std::uint64_t>(got);
        count += static_cast<std::uint64_t>(got);
    }
    return true;
}

/// A file in memory, as it is.
class MappedFile {
public:
    explicit MappedFile(const std::string& path) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);  // NOLINT: open's mode

        struct stat about {};

        is_read_ = file >= 0 && ::fstat(file, &about) == 0;
        size_ = is_read_ ? static_cast<std::size_t>(about.st_size) : 0;
        if (size_ > 0) {
            address_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
            is_read_ = address_ != MAP_FAILED;  // NOLINT: the interface's own constant
        }
        ::close(file);
    }

    ~MappedFile() {
        if (is_read_ && size_ > 0) {
            ::munmap(address_, size_);
        }
    }

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    MappedFile(MappedFile&&) = delete;
    MappedFile& operator=(MappedFile&&) = delete;

    [[nodiscard]] bool is_read() const noexcept { return is_read_; }

    [[nodiscard]] BytesView bytes() const {
        return is_read_ ? BytesView(static_cast<const std::uint8_t*>(address_), size_)
                        : BytesView();
    }

private:
    bool is_read_ = false;
    void* address_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace

Needles::Needles() : filter_(std::size_t{1} << kFilterBits, false) {}

void Needles::add(const std::string& what, BytesView bytes) {
    ASSERT_GE(bytes.size(), kAnchorBytes) << what;
    const std::size_t offset = best_anchor(bytes);
    const std::uint64_t word = word_at(bytes, offset);
    anchors_.emplace(word, Anchor{needles_.size(), offset});
    filter_[place_in_filter(word)] = true;
    needles_.push_back({what, to_bytes(bytes)});
}

void Needles::add_key(const std::string& what, BytesView key) {
    const std::string hex = codec::to_hex(key);
    add(what, key);
    add(what, bytes_of(hex));
    add(what, bytes_of(upper(hex)));
    add(what, bytes_of(codec::to_base64(key)));
}

void Needles::add_vector(const std::string& what, std::span<const std::int8_t> entries) {
    std::size_t windows = 0;
    for (std::size_t i = 0; i + kWindow <= entries.size(); ++i) {
        const auto window = entries.subspan(i, kWindow);
        if (says_something(window)) {
            const Bytes bytes = as_bytes(window);
            add(what, bytes);
            add(what, bytes_of(codec::to_hex(bytes)));
            add(what, as_integers(window));
            ++windows;
        }
    }
    EXPECT_GT(windows, 0U) << what << " is nearly empty";
}

void Needles::add_word(std::string_view word) {
    if (word.size() > kAnchorBytes) {
        add(std::string(word), bytes_of(word));
        return;
    }
    for (const char* before : {R"("id":")", R"("id": ")", R"("label":")", R"("label": ")"}) {
        const std::string text = std::string(before).append(word).append("\"");
        add(std::string(word), bytes_of(text));
    }
}

std::set<std::string> Needles::found_in(BytesView hay) const {
    std::set<std::string> out;
    for (std::size_t at = 0; at + kAnchorBytes <= hay.size(); ++at) {
        const std::uint64_t word = word_at(hay, at);
        if (!filter_[place_in_filter(word)]) {
            continue;
        }
        const auto [first, last] = anchors_.equal_range(word);
        for (auto anchor = first; anchor != last; ++anchor) {
            const Needle& needle = needles_[anchor->second.needle];
            const std::size_t offset = anchor->second.offset;
            if (at >= offset && hay.size() - (at - offset) >= needle.bytes.size() &&
                std::equal(needle.bytes.begin(),
                           needle.bytes.end(),
                           hay.begin() + static_cast<std::ptrdiff_t>(at - offset))) {
                out.insert(needle.what);
            }
        }
    }
    return out;
}

std::set<std::string> Needles::found_in_file(const std::string& path) const {
    const MappedFile file(path);
    EXPECT_TRUE(file.is_read()) << path;
    return found_in(file.bytes());
}

std::set<std::string> Needles::found_below(const std::string& folder) const {
    std::set<std::string> out;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            for (const std::string& what : found_in_file(entry.path().string())) {
                out.insert(entry.path().string() + ": " + what);
            }
        }
    }
    return out;
}

std::uint64_t copy_memory(pid_t pid, const std::string& file) {
    ::kill(pid, SIGSTOP);
    std::uint64_t count = 0;
    std::ofstream out(file, std::ios::binary);
    for (const Region& region : readable_regions(pid)) {
        // What the kernel lends to every process, such as [vvar], cannot be copied.
        [[maybe_unused]] const bool is_copied = copy_region(pid, region, out, count);
    }
    ::kill(pid, SIGCONT);
    return out.good() ? count : 0;
}

}  // namespace mednexus::integration
