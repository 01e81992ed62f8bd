#include "apps/mednexus/arguments.hpp"

namespace mednexus::cli {

json::Array array_of(const std::vector<std::string>& words) {
    return {words.begin(), words.end()};
}

std::string time_or_now(const std::string& given, const Terminal& terminal) {
    return given.empty() ? to_rfc3339(terminal.clock().now()) : given;
}

}  // namespace mednexus::cli
