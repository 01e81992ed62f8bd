#include "apps/mednexus/demo/institution.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mednexus::demo {
namespace {

constexpr int kPortTriesMax = 5;
constexpr std::chrono::seconds kReadyMax{60};
constexpr std::chrono::seconds kCommandMax{600};

/// The kind behind an exit code of ARCHITECTURE section 7; where two share one, the commoner.
Kind kind_of_exit(int code) {
    for (const Kind kind :
         {Kind::invalid, Kind::not_found, Kind::denied, Kind::io, Kind::busy, Kind::unavailable}) {
        if (exit_code_of(kind) == code) {
            return kind;
        }
    }
    return Kind::internal;
}

/// The text behind the last "mednexus: error: " of what a command said.
std::string error_words(std::string_view err) {
    constexpr std::string_view kMark = "mednexus: error: ";
    const std::size_t mark = err.rfind(kMark);
    if (mark == std::string_view::npos) {
        return "no error text";
    }
    const std::string_view rest = err.substr(mark + kMark.size());
    return std::string(rest.substr(0, rest.find('\n')));
}

}  // namespace

const std::vector<InstitutionFacts>& institutions_of_demo() {
    static const std::vector<InstitutionFacts> facts{
        {"north", "north.example", "North Children's Hospital (demo)", "DE"},
        {"south", "south.example", "South University Hospital (demo)", "FR"},
        {"west", "west.example", "West Institute of Genetics (demo)", "NL"}};
    return facts;
}

const InstitutionFacts& computing_node_of_demo() {
    static const InstitutionFacts facts{
        "compute", "compute.example", "Computing node (demo)", "DE"};
    return facts;
}

Error error_of(const ChildResult& result) {
    // With --json the last line of standard output is {"error":{"kind":…,"what":…}}.
    std::string_view last = result.out;
    last = last.substr(0, last.find_last_not_of('\n') + 1);
    last.remove_prefix(last.rfind('\n') == std::string_view::npos ? 0 : last.rfind('\n') + 1);
    if (const auto value = json::parse(last)) {
        json::Reader reader(*value, "error");
        if (const auto error = reader.object("error")) {
            json::Reader inner(**error, "error");
            const auto kind = inner.string("kind");
            const auto what = inner.string("what");
            if (kind && what) {
                return {kind_named(*kind), *what};
            }
        }
    }
    return {kind_of_exit(result.exit_code), error_words(result.err)};
}

Result<ChildResult> CommandLine::raw(std::vector<std::string> words, Network network) const {
    words.insert(words.begin(), program_);
    return run_child(words,
                     {.log_path = workplace_->path("logs/mednexus.log"),
                      .network = network,
                      .time_max = kCommandMax});
}

Result<std::vector<json::Value>> CommandLine::lines(std::vector<std::string> words) const {
    words.emplace_back("--json");
    MN_TRY(const ChildResult result, raw(words, Network::shared));
    if (result.exit_code != 0) {
        return fail_in(fmt::format("mednexus {}: exit {}", fmt::join(words, " "), result.exit_code),
                       error_of(result));
    }
    std::vector<json::Value> values;
    std::string_view rest = result.out;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        MN_TRY(json::Value value, json::parse(line));
        values.push_back(std::move(value));
    }
    return values;
}

Result<json::Value> CommandLine::one(std::vector<std::string> words) const {
    MN_TRY(std::vector<json::Value> values, lines(words));
    if (values.size() != 1) {
        return fail(Kind::internal, "demo: mednexus " + words.at(0) + ": not one line of JSON");
    }
    return std::move(values[0]);
}

Institution::Institution(const InstitutionFacts& facts,
                         const Workplace& workplace,
                         const CommandLine& command_line)
    : facts_(facts),
      workplace_(&workplace),
      command_line_(&command_line),
      home_(workplace.path("homes/" + facts.key)),
      passphrase_(workplace.path("passphrases/" + facts.key + "/passphrase")) {}

Result<void> Institution::make_home(const std::string& ontology_dir, std::uint16_t port) {
    std::error_code error;
    std::filesystem::remove_all(home_, error);
    std::filesystem::remove(passphrase_, error);
    std::filesystem::create_directory(workplace_->path("passphrases/" + facts_.key), error);
    endpoint_ = "https://127.0.0.1:" + std::to_string(port);
    std::vector<std::string> words{"init",
                                   "--name",
                                   facts_.name,
                                   "--legal-name",
                                   facts_.legal_name,
                                   "--jurisdiction",
                                   facts_.jurisdiction,
                                   "--endpoint",
                                   endpoint_,
                                   "--new-passphrase-file",
                                   passphrase_};
    if (ontology_dir.empty()) {
        words.insert(words.end(), {"--role", "compute"});
    } else {
        words.insert(words.end(), {"--ontology", ontology_dir});
    }
    MN_TRY(const json::Value made, command_line_->one(at_home(std::move(words))));
    MN_TRY(card_, workplace_->read("homes/" + facts_.key + "/card.note"));
    return {};
}

Result<void> Institution::start_daemon(const FoundingOptions& options, std::uint16_t port) {
    MN_TRY(Daemon daemon,
           Daemon::start({options.daemon_program,
                          "--home",
                          home_,
                          "--listen",
                          "127.0.0.1:" + std::to_string(port),
                          "--passphrase-file",
                          passphrase_,
                          "--die-with-parent"},
                         {.log_path = workplace_->path("logs/" + facts_.key + ".log"),
                          .ready_max = kReadyMax,
                          .hidden = options.hidden}));
    daemon_.emplace(std::move(daemon));
    return {};
}

Result<Institution> Institution::found(const InstitutionFacts& facts,
                                       const Workplace& workplace,
                                       const CommandLine& command_line,
                                       const FoundingOptions& options) {
    Institution institution(facts, workplace, command_line);
    for (int tries = 1;; ++tries) {
        MN_TRY(const std::uint16_t port, choose_free_port());
        MN_DO(institution.make_home(options.ontology_dir, port));
        MN_DO(options.before_start(institution));
        const Result<void> started = institution.start_daemon(options, port);
        if (started) {
            return institution;
        }
        // The card names the endpoint, so another port needs another home.
        if (tries == kPortTriesMax || is_interrupted() || is_port_free(port)) {
            return fail_in(facts.name, started.error());
        }
    }
}

std::vector<std::string> Institution::at_home(std::vector<std::string> words) const {
    words.insert(words.end(), {"--home", home_});
    return words;
}

Result<json::Value> Institution::operate(std::vector<std::string> words) const {
    return command_line_->one(at_home(std::move(words)));
}

Result<std::vector<json::Value>> Institution::operate_lines(std::vector<std::string> words) const {
    return command_line_->lines(at_home(std::move(words)));
}

Result<ChildResult> Institution::operate_raw(std::vector<std::string> words) const {
    return command_line_->raw(at_home(std::move(words)), Network::shared);
}

Result<void> Institution::stop() {
    if (!daemon_) {
        return {};
    }
    Result<void> stopped = daemon_->stop();
    daemon_.reset();
    return stopped;
}

}  // namespace mednexus::demo
