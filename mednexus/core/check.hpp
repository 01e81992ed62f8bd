#pragma once

/// MN_CHECK stops the process when an invariant of the program itself is broken. It stays on in
/// release. Expected failures (input, disk, network, people) are `Result` values instead.

namespace mednexus::internal {
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;
}

#define MN_CHECK(condition)                                                          \
    do {                                                                             \
        if (!(condition)) {                                                          \
            ::mednexus::internal::check_failed(#condition, __FILE_NAME__, __LINE__); \
        }                                                                            \
    } while (false)
