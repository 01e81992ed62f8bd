#include "tests/cli/script.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include <sys/wait.h>

namespace mednexus::cli_test {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// The name between "-- " and " --", or nothing.
std::optional<std::string> file_mark(std::string_view line) {
    constexpr std::string_view kOpen = "-- ";
    constexpr std::string_view kClose = " --";
    if (!line.starts_with(kOpen) || !line.ends_with(kClose) || line.size() < 7) {
        return std::nullopt;
    }
    return std::string(line.substr(kOpen.size(), line.size() - kOpen.size() - kClose.size()));
}

std::set<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

std::string joined(const std::set<std::string>& words) {
    std::string out;
    for (const auto& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out.empty() ? "." : out;
}

class Run {
public:
    explicit Run(fs::path folder) : work_(folder / "work"), folder_(std::move(folder)) {}

    Outcome all(const Script& script) {
        fs::create_directories(work_);
        for (const auto& file : script.files) {
            fs::create_directories((work_ / file.name).parent_path());
            std::ofstream(work_ / file.name, std::ios::binary) << file.content;
        }
        for (const auto& step : script.steps) {
            if (step.verb == "needs") {
                if (!fs::exists(expanded(step.rest))) {
                    std::printf("skipped: there is no %s\n", step.rest.c_str());
                    return Outcome::skipped;
                }
            } else if (const auto problem = run(step); !problem.empty()) {
                std::printf("line %zu: %s %s\n  %s\n",
                            step.line,
                            step.verb.c_str(),
                            step.rest.c_str(),
                            problem.c_str());
                std::printf("--- last command: %s\n--- stdout:\n%s--- stderr:\n%s",
                            command_.c_str(),
                            out_.c_str(),
                            err_.c_str());
                return Outcome::failed;
            }
        }
        return Outcome::passed;
    }

private:
    using Check = std::string (Run::*)(const std::string& rest);

    /// Empty, or what does not hold.
    std::string run(const Step& step) {
        static const std::map<std::string, Check> kChecks{
            {"run", &Run::run_command},
            {"stdout", &Run::stdout_has},
            {"stderr", &Run::stderr_has},
            {"no-stdout", &Run::stdout_lacks},
            {"no-stderr", &Run::stderr_lacks},
            {"stdout-is", &Run::stdout_is},
            {"files", &Run::files_are},
            {"same", &Run::are_same},
        };
        const auto check = kChecks.find(step.verb);
        return check == kChecks.end() ? "there is no such step" : (this->*check->second)(step.rest);
    }

    static std::string expanded(std::string text) {
        const auto source = variable("MEDNEXUS_SOURCE");
        const auto data = variable("MEDNEXUS_DATA");
        const std::map<std::string, std::string> values{
            {"$SOURCE", source}, {"$DATA", data.empty() ? source + "/../shared/data" : data}};
        for (const auto& [name, value] : values) {
            for (auto at = text.find(name); at != std::string::npos;
                 at = text.find(name, at + value.size())) {
                text.replace(at, name.size(), value);
            }
        }
        return text;
    }

    std::string run_command(const std::string& rest) {
        const auto space = rest.find(' ');
        const int expected = std::stoi(rest);
        command_ = expanded(rest.substr(space + 1));
        std::ofstream(folder_ / "command.sh") << command_ << "\n";
        const auto quoted = [&](const char* name) { return "'" + (folder_ / name).string() + "'"; };
        const auto shell = "cd '" + work_.string() + "' && HOME=. PATH='" +
                           variable("MEDNEXUS_BIN") + "':$PATH TMPDIR='" + folder_.string() +
                           "' sh " + quoted("command.sh") + " </dev/null >" + quoted("stdout") +
                           " 2>" + quoted("stderr");
        const int status = std::system(shell.c_str());
        out_ = read(folder_ / "stdout");
        err_ = read(folder_ / "stderr");
        const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return code == expected ? "" : "exit code " + std::to_string(code);
    }

    static std::string has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos ? "" : "is not there";
    }

    static std::string lacks(const std::string& text, const std::string& part) {
        const bool is_empty_meant = part.empty();
        const bool holds = is_empty_meant ? text.empty() : text.find(part) == std::string::npos;
        return holds ? "" : is_empty_meant ? "is not empty" : "is there";
    }

    std::string stdout_has(const std::string& rest) { return has(out_, rest); }

    std::string stderr_has(const std::string& rest) { return has(err_, rest); }

    std::string stdout_lacks(const std::string& rest) { return lacks(out_, rest); }

    std::string stderr_lacks(const std::string& rest) { return lacks(err_, rest); }

    std::string stdout_is(const std::string& rest) {
        return out_ == read(work_ / rest) ? "" : "differs";
    }

    std::string files_are(const std::string& rest) {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(work_)) {
            found.insert(entry.path().filename().string());
        }
        auto expected = words_of(rest);
        expected.erase(".");
        return found == expected ? "" : "there are: " + joined(found);
    }

    std::string are_same(const std::string& rest) {
        const auto space = rest.find(' ');
        return read(work_ / rest.substr(0, space)) == read(work_ / rest.substr(space + 1))
                   ? ""
                   : "differ";
    }

    fs::path work_;
    fs::path folder_;
    std::string command_;
    std::string out_;
    std::string err_;
};

}  // namespace

Script parse_script(std::string_view text) {
    Script script;
    std::istringstream in{std::string(text)};
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (auto name = file_mark(line)) {
            script.files.push_back({*std::move(name), ""});
        } else if (!script.files.empty()) {
            script.files.back().content += line + "\n";
        } else if (!line.empty() && line[0] != '#') {
            const auto space = std::min(line.find(' '), line.size());
            script.steps.push_back(
                {number, line.substr(0, space), line.substr(std::min(space + 1, line.size()))});
        }
    }
    return script;
}

Outcome run_script(const Script& script, const fs::path& folder) {
    return Run(folder).all(script);
}

}  // namespace mednexus::cli_test
