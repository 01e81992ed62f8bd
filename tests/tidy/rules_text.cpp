#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>
#include <string_view>

#include "tests/tidy/rules.hpp"

namespace mednexus::tidy {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(' ');
    return from == std::string_view::npos ? std::string_view{} : text.substr(from);
}

/// Drops `word` and the spaces after it; true when it was there.
bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) {
        return false;
    }
    text = trimmed(text.substr(word.size()));
    return true;
}

/// Drops a balanced <…>; true when there was one.
bool take_angles(std::string_view& text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '<' ? 1 : 0;
        depth -= text[i] == '>' ? 1 : 0;
        if (depth == 0) {
            text = trimmed(text.substr(i == 0 ? 0 : i + 1));
            return i > 0;
        }
    }
    return false;
}

bool is_name_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// `Result<…> name(`, whatever specifiers stand before it.
bool declares_result_function(std::string_view line) {
    auto text = trimmed(line);
    if (take(text, "template")) {
        take_angles(text);
    }
    bool again = true;
    while (again) {
        again = take(text, "virtual ") || take(text, "static ") || take(text, "inline ") ||
                take(text, "constexpr ") || take(text, "friend ");
    }
    take(text, "mednexus::");
    if (!take(text, "Result") || !take_angles(text)) {
        return false;
    }
    const auto name_end = std::find_if_not(text.begin(), text.end(), is_name_char);
    return name_end != text.begin() && name_end != text.end() && *name_end == '(';
}

std::size_t columns(std::string_view line) {
    const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), is_start));
}

bool contains_word(std::string_view line, std::string_view word) {
    for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool opens = at == 0 || !is_name_char(line[at - 1]);
        if (opens && (end == line.size() || !is_name_char(line[end]))) {
            return true;
        }
    }
    return false;
}

/// Calls `visit(file, line number, line)` for the lines of the files that `is_meant` picks.
template <typename Pick, typename Visit>
void for_each_line(const Tree& tree, Pick is_meant, Visit visit) {
    for (const auto& file : tree) {
        for (std::size_t i = 0; is_meant(file) && i < file.lines.size(); ++i) {
            visit(file, i + 1, std::string_view(file.lines[i]));
        }
    }
}

bool is_any(const File& /*file*/) {
    return true;
}

}  // namespace

Findings check_nodiscard(const Tree& tree) {
    Findings out;
    std::string_view before;
    for_each_line(
        tree,
        [](const File& f) { return f.is_header(); },
        [&](const File& file, std::size_t number, std::string_view line) {
            const bool is_marked = number > 1 && before.ends_with("[[nodiscard]]");
            if (!is_marked && declares_result_function(line)) {
                out.push_back({file.path, number, "a Result without [[nodiscard]]"});
            }
            before = line;
        });
    return out;
}

Findings check_headers(const Tree& tree) {
    Findings out;
    for (const auto& file : tree) {
        const auto begin = file.lines.begin();
        if (file.is_header() &&
            std::find(begin, file.lines.end(), "#pragma once") == file.lines.end()) {
            out.push_back({file.path, 1, "no #pragma once"});
        }
    }
    for_each_line(
        tree,
        [](const File& f) { return f.is_header(); },
        [&](const File& file, std::size_t number, std::string_view line) {
            if (trimmed(line).starts_with("using namespace ")) {
                out.push_back({file.path, number, "using namespace in a header"});
            }
        });
    return out;
}

Findings check_columns(const Tree& tree) {
    constexpr std::size_t kColumnsMax = 100;
    Findings out;
    for_each_line(
        tree,
        [](const File& f) { return f.is_cpp(); },
        [&](const File& file, std::size_t number, std::string_view line) {
            if (columns(line) > kColumnsMax) {
                out.push_back({file.path, number, std::to_string(columns(line)) + " columns"});
            }
        });
    return out;
}

Findings check_folders(const Tree& tree) {
    constexpr std::array<std::string_view, 4> kNames{"utils", "util", "common", "helpers"};
    std::set<std::string> folders;
    for (const auto& file : tree) {
        std::filesystem::path folder;
        for (const auto& part : std::filesystem::path(file.path).parent_path()) {
            folder /= part;
            if (std::find(kNames.begin(), kNames.end(), part.string()) != kNames.end()) {
                folders.insert(folder.generic_string());
            }
        }
    }
    Findings out;
    for (const auto& folder : folders) {
        out.push_back({folder, 0, "a folder is named for what it holds"});
    }
    return out;
}

Findings check_marks(const Tree& tree) {
    // Written in halves, so that this file passes its own rule.
    static const std::array<std::string, 3> kMarks{
        std::string("TO") + "DO", std::string("FIX") + "ME", std::string("X") + "XX"};
    static const std::array<std::string, 2> kPaths{std::string("/wo") + "rk/",
                                                   std::string("/fa") + "rm/"};
    Findings out;
    for_each_line(tree, is_any, [&](const File& file, std::size_t number, std::string_view line) {
        for (const auto& mark : kMarks) {
            if (contains_word(line, mark)) {
                out.push_back({file.path, number, "unfinished: " + mark});
            }
        }
        for (const auto& path : kPaths) {
            if (line.find(path) != std::string_view::npos) {
                out.push_back({file.path, number, "a path of one machine: " + path});
            }
        }
    });
    return out;
}

}  // namespace mednexus::tidy
