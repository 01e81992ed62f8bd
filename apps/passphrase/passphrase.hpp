#pragma once
/// Where a program gets the passphrase of a home: a file, a file descriptor, or the terminal
/// without echo. Never argv and never the environment, which other processes can read.
#include <string>

#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::passphrase {

inline constexpr std::size_t kSizeBytesMax = 1024;

/// The first line of the file, without its LF (or CR LF). Bytes after that line are not looked at.
/// Errors   not_found, io: the file; invalid: empty line, or longer than kSizeBytesMax
[[nodiscard]] Result<SecretBytes> read_file(const std::string& path);

/// As read_file, from an open descriptor, which is closed: it has served its purpose.
[[nodiscard]] Result<SecretBytes> read_descriptor(int descriptor);

/// Asks on the controlling terminal, without echo. Ctrl-C and Ctrl-D give up.
/// Errors   unavailable: no terminal; denied: the person gave up; invalid: as above
[[nodiscard]] Result<SecretBytes> ask(const std::string& prompt);

/// Asks twice, for a new passphrase. Errors   as ask; invalid: the two differ
[[nodiscard]] Result<SecretBytes> ask_twice(const std::string& prompt);

}  // namespace mednexus::passphrase
