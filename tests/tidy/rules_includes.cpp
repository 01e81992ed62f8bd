#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "tests/tidy/rules.hpp"

namespace mednexus::tidy {
namespace {

using Names = std::set<std::string, std::less<>>;

/// STYLE section 3 as a table: module, and what it may include beside itself.
/// disk: ADR 0002. clinical uses codec: ADR 0020.
const std::map<std::string, Names, std::less<>>& arrows() {
    static const Names kRow0{"core", "codec", "merkle", "crypto", "clinical"};
    static const auto kWith = [](Names names, const Names& more) {
        names.insert(more.begin(), more.end());
        return names;
    };
    static const Names kPillars{"storage", "compute", "chain", "ledger", "da"};
    static const Names kService = kWith(kWith(kRow0, kPillars), {"disk"});
    static const std::map<std::string, Names, std::less<>> kArrows{
        {"core", {}},
        {"codec", {"core"}},
        {"merkle", {"core"}},
        {"crypto", {"core", "codec"}},
        {"disk", {"core"}},
        {"clinical", {"core", "codec"}},
        {"storage", kWith(kRow0, {"disk"})},
        {"ledger", kWith(kRow0, {"disk"})},
        {"compute", kRow0},
        {"chain", kRow0},
        {"da", kWith(kRow0, {"disk"})},
        {"service", kService},
        {"http", kWith(kService, {"service"})},
        {"testing", kWith(kService, {"service"})},
    };
    return kArrows;
}

/// What is between the quotes or brackets of an #include, with its opening mark; else nothing.
std::string_view included(std::string_view line) {
    constexpr std::string_view kInclude = "#include ";
    if (!line.starts_with(kInclude)) {
        return {};
    }
    line.remove_prefix(kInclude.size());
    const auto end = line.find_first_of(">\"", 1);
    return end == std::string_view::npos ? std::string_view{} : line.substr(0, end);
}

/// The module a quoted include reaches into, or nothing.
std::string_view module_of(std::string_view include) {
    constexpr std::string_view kPrefix = "\"mednexus/";
    if (!include.starts_with(kPrefix)) {
        return {};
    }
    include.remove_prefix(kPrefix.size());
    return include.substr(0, include.find('/'));
}

/// Tests may use the test doubles, and in row 0 a neighbour (merkle takes its hash as a parameter).
bool may_test_include(const Names& allowed, std::string_view to) {
    constexpr std::array kRow0{"core", "codec", "merkle", "crypto", "clinical", "disk"};
    const bool is_row0 = allowed.count("merkle") == 0;
    return to == "testing" || (is_row0 && std::find(kRow0.begin(), kRow0.end(), to) != kRow0.end());
}

bool may_include(const File& file, std::string_view from, std::string_view to) {
    if (from == to) {
        return true;
    }
    const auto row = arrows().find(from);
    if (row == arrows().end()) {
        return false;
    }
    return row->second.count(to) > 0 || (file.is_test() && may_test_include(row->second, to));
}

void check_include(const File& file, std::size_t line, std::string_view include, Findings& out) {
    const auto to = module_of(include);
    if (to.empty()) {
        return;
    }
    const auto from = file.module();
    const bool is_private = include.find("/internal/") != std::string_view::npos;
    if (is_private && from != to) {
        out.push_back({file.path, line, "private header of " + std::string(to)});
    }
    if (!from.empty() && !may_include(file, from, to)) {
        out.push_back({file.path, line, "arrow from " + from + " to " + std::string(to)});
    }
    if (file.path.starts_with("apps/") && to == "testing" && !file.is_test()) {
        out.push_back({file.path, line, "arrow from apps to testing"});
    }
}

}  // namespace

Findings check_arrows(const Tree& tree) {
    Findings out;
    for (const auto& file : tree) {
        for (std::size_t i = 0; file.is_cpp() && i < file.lines.size(); ++i) {
            check_include(file, i + 1, included(file.lines[i]), out);
        }
    }
    return out;
}

Findings check_vendors(const Tree& tree) {
    constexpr std::array<std::string_view, 10> kVendors{"<openssl/",
                                                        "<sodium",
                                                        "<boost/",
                                                        "<rapidjson/",
                                                        "<sqlite3",
                                                        "<cryptopp/",
                                                        "<secp256k1",
                                                        "<CLI/",
                                                        "<isa-l",
                                                        "<toml++"};
    Findings out;
    for (const auto& file : tree) {
        for (std::size_t i = 0; file.is_public_header() && i < file.lines.size(); ++i) {
            const auto include = included(file.lines[i]);
            const auto is_prefix = [&](std::string_view v) { return include.starts_with(v); };
            if (std::any_of(kVendors.begin(), kVendors.end(), is_prefix)) {
                out.push_back({file.path, i + 1, "a vendor's header in a public one"});
            }
        }
    }
    return out;
}

}  // namespace mednexus::tidy
