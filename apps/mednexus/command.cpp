#include "apps/mednexus/command.hpp"

#include <algorithm>

namespace mednexus::cli {

bool show_usage_if_asked(std::string_view usage, Args args, Terminal& terminal) {
    // Words after "--" are names, whatever they look like.
    const auto end = std::find(args.begin(), args.end(), "--");
    const auto is_asking = [](const std::string& word) { return word == "-h" || word == "--help"; };
    if (std::none_of(args.begin(), end, is_asking)) {
        return false;
    }
    terminal.raw(usage);
    return true;
}

std::string command_of(std::string_view usage) {
    constexpr std::string_view kStart = "usage: ";
    const auto from = usage.starts_with(kStart) ? kStart.size() : 0;
    // Arguments are in capitals, brackets or dashes; the words of a command in small letters.
    std::size_t end = from;
    for (std::size_t at = from; at < usage.size() && usage[at] >= 'a' && usage[at] <= 'z';) {
        end = std::min(usage.find_first_of(" \n", at), usage.size());
        at = end + 1;
    }
    return std::string(usage.substr(from, end - from));
}

Result<void> parse_words(Parser& parser, Args args, Terminal& terminal) {
    bool is_json = false;
    bool is_progress = false;
    parser.flag("--json", is_json);
    parser.flag("--progress", is_progress);
    // Also when the other words are wrong: a machine that asked for JSON reads the error as JSON.
    terminal.set_json(std::find(args.begin(), args.end(), "--json") != args.end());
    MN_DO(parser.parse(args));
    terminal.set_json(is_json);
    terminal.set_progress(is_progress);
    return {};
}

}  // namespace mednexus::cli
