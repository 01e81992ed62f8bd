#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "tests/tidy/rules.hpp"

namespace mednexus::tidy {
namespace {

/// Blanks comments, strings and character literals, keeping every line where it is.
class Blanker {
public:
    explicit Blanker(const File& file) {
        for (const auto& line : file.lines) {
            text_ += line + '\n';
        }
    }

    std::string run() && {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(text_);
    }

private:
    void step() {
        if (text_[at_] == '#') {
            blank_directive();
        } else if (starts("//")) {
            blank_to("\n", 0);
        } else if (starts("/*")) {
            blank_to("*/", 2);
        } else if (starts("R\"")) {
            const auto open = text_.find('(', at_);
            blank_to(")" + text_.substr(at_ + 2, open - at_ - 2) + "\"", 1);
        } else if (text_[at_] == '"' || is_char_literal()) {
            blank_quoted(text_[at_]);
        } else {
            ++at_;
        }
    }

    [[nodiscard]] bool starts(std::string_view word) const {
        return std::string_view(text_).substr(at_).starts_with(word);
    }

    /// A quote after a letter or digit separates digits: 1'000.
    [[nodiscard]] bool is_char_literal() const {
        return text_[at_] == '\'' &&
               (at_ == 0 || std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) == 0);
    }

    void blank_to(const std::string& end, std::size_t opening) {
        const auto found = text_.find(end, at_ + opening);
        const auto stop = found == std::string::npos ? text_.size() : found + end.size();
        for (; at_ < stop; ++at_) {
            if (text_[at_] != '\n') {
                text_[at_] = ' ';
            }
        }
    }

    /// To the first end of a line without a backslash before it.
    void blank_directive() {
        for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
            if (starts("\\\n")) {
                text_[at_++] = ' ';
            } else {
                text_[at_] = ' ';
            }
        }
    }

    void blank_quoted(char quote) {
        text_[at_++] = ' ';
        while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
            const std::size_t width = text_[at_] == '\\' ? 2 : 1;
            for (std::size_t i = 0; i < width && at_ < text_.size(); ++i) {
                text_[at_++] = ' ';
            }
        }
        if (at_ < text_.size() && text_[at_] == quote) {
            text_[at_++] = ' ';
        }
    }

    std::string text_;
    std::size_t at_ = 0;
};

enum class Brace : std::uint8_t { scope, body, value };

bool has_word(std::string_view text, std::string_view word) {
    const auto at = text.find(word);
    return at != std::string_view::npos &&
           (at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0);
}

/// What a brace opens, from the text since the last `;`, `{` or `}`.
Brace brace_after(std::string_view head) {
    constexpr std::array kScopes{"namespace", "class ", "struct ", "union ", "enum ", "extern"};
    for (const auto* word : kScopes) {
        if (has_word(head, word) && head.find(')') == std::string_view::npos) {
            return Brace::scope;
        }
    }
    return head.find(')') == std::string_view::npos ? Brace::value : Brace::body;
}

void check_file(const File& file, std::size_t lines_max, Findings& out) {
    const auto text = Blanker(file).run();
    std::vector<Brace> open;
    std::size_t head = 0;
    std::size_t line = 1;
    std::size_t body_line = 0;
    std::size_t body_depth = 0;  // 0: outside every function
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        line += c == '\n' ? 1 : 0;
        if (c == '{') {
            open.push_back(brace_after(std::string_view(text).substr(head, i - head)));
            if (body_depth == 0 && open.back() == Brace::body) {
                body_depth = open.size();
                body_line = line;
            }
        } else if (c == '}' && !open.empty()) {
            if (open.size() == body_depth) {
                body_depth = 0;
                const auto length = line - body_line + 1;
                if (length > lines_max) {
                    out.push_back({file.path,
                                   body_line,
                                   "a function of " + std::to_string(length) + " lines"});
                }
            }
            open.pop_back();
        }
        if (c == ';' || c == '{' || c == '}') {
            head = i + 1;
        }
    }
}

}  // namespace

Findings find_long_functions(const Tree& tree, std::size_t lines) {
    Findings out;
    for (const auto& file : tree) {
        if (file.is_cpp()) {
            check_file(file, lines, out);
        }
    }
    return out;
}

}  // namespace mednexus::tidy
