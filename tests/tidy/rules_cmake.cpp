#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "tests/tidy/rules.hpp"

namespace mednexus::tidy {
namespace {

using Words = std::set<std::string, std::less<>>;

/// A list of mednexus_module() starts with a word in capitals and ends before the next one.
bool is_keyword(const std::string& word) {
    return word.size() > 3 && std::all_of(word.begin(), word.end(), [](unsigned char c) {
               return std::isupper(c) != 0 || c == '_';
           });
}

/// The words after `keyword` in a CMake file, over all its calls.
Words words_after(const File& cmake, const std::string& keyword) {
    Words words;
    bool is_inside = false;
    for (const auto& line : cmake.lines) {
        std::istringstream in(line.substr(0, line.find('#')));
        for (std::string word; in >> word;) {
            if (is_keyword(word)) {
                is_inside = word == keyword;
            } else if (is_inside) {
                words.insert(word.substr(0, word.find(')')));
            }
        }
    }
    return words;
}

const File* find(const Tree& tree, const std::string& path) {
    const auto at =
        std::find_if(tree.begin(), tree.end(), [&](const File& f) { return f.path == path; });
    return at == tree.end() ? nullptr : &*at;
}

}  // namespace

Findings check_header_lists(const Tree& tree) {
    Findings out;
    for (const auto& file : tree) {
        if (!file.is_public_header()) {
            continue;
        }
        const auto folder = "mednexus/" + file.module() + "/";
        const auto* cmake = find(tree, folder + "CMakeLists.txt");
        const auto name = file.path.substr(folder.size());
        if (cmake == nullptr || words_after(*cmake, "HEADERS").count(name) == 0) {
            out.push_back({file.path, 0, "not in HEADERS of " + folder + "CMakeLists.txt"});
        }
    }
    return out;
}

Findings check_fuzz_list(const Tree& tree) {
    constexpr std::string_view kPrefix = "fuzz/fuzz_";
    constexpr std::string_view kEnding = ".cpp";
    const auto* cmake = find(tree, "fuzz/CMakeLists.txt");
    Findings out;
    for (const auto& file : tree) {
        if (!file.path.starts_with(kPrefix) || !file.path.ends_with(kEnding)) {
            continue;
        }
        const auto name =
            file.path.substr(kPrefix.size(), file.path.size() - kPrefix.size() - kEnding.size());
        const auto is_its_line = [call = "mednexus_fuzz(" + name + " "](const std::string& line) {
            return line.starts_with(call);
        };
        if (cmake == nullptr ||
            std::none_of(cmake->lines.begin(), cmake->lines.end(), is_its_line)) {
            out.push_back({file.path, 0, "not registered in fuzz/CMakeLists.txt"});
        }
    }
    return out;
}

}  // namespace mednexus::tidy
