#pragma once
/// Files that people name on the command line: read within a bound, written whole or not at all.
#include <cstdint>
#include <memory>
#include <string>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/storage/stream.hpp"

namespace mednexus::cli {

/// Errors   not_found; invalid: a folder, or larger than size_bytes_max; io
[[nodiscard]] Result<Bytes> read_input(const std::string& path, std::uint64_t size_bytes_max);

/// A file read in order. Threads: one.
class InputFile final : public storage::ByteSource {
public:
    /// Errors   not_found; invalid: a folder; io
    [[nodiscard]] static Result<InputFile> open(const std::string& path);
    InputFile(InputFile&& other) noexcept;
    InputFile& operator=(InputFile&&) = delete;
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile() override;

    /// As the system said when it was opened; 0 for a pipe.
    [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }

    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out) override;

private:
    InputFile(int descriptor, std::string path, std::uint64_t size_bytes);

    int descriptor_;
    std::string path_;
    std::uint64_t size_bytes_;
};

enum class Existing : std::uint8_t { refuse, replace };

/// A file under a temporary name in the folder of its later name; gone unless committed.
/// Readable by its owner alone, since it may hold patient data.
class OutputFile {
public:
    /// Errors   conflict: the name is taken (Existing::refuse); not_found: its folder; io
    [[nodiscard]] static Result<OutputFile> create(const std::string& path, Existing existing);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    /// Errors: io.
    [[nodiscard]] Result<void> append(BytesView more);
    /// Makes it durable under its name. Errors: conflict: the name was taken meanwhile; io.
    [[nodiscard]] Result<void> commit();

private:
    OutputFile(int descriptor, std::string path, std::string temporary, Existing existing);

    int descriptor_;
    std::string path_;
    std::string temporary_;  ///< empty once committed
    Existing existing_;
};

/// create, append, commit.
[[nodiscard]] Result<void> write_output(const std::string& path,
                                        BytesView content,
                                        Existing existing);

}  // namespace mednexus::cli
