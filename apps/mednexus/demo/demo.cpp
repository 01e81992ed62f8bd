#include "apps/mednexus/demo/demo.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/demo/child.hpp"
#include "apps/mednexus/demo/story.hpp"
#include "apps/mednexus/demo/words.hpp"
#include "mednexus/core/clock.hpp"

namespace mednexus::demo {
namespace {

constexpr std::array kSteps{raise_chain,
                            found_institutions,
                            found_computing_node,
                            exchange_cards,
                            agree,
                            deposit_cases,
                            record_consents,
                            found_consortium,
                            write_indexes,
                            match,
                            refuse_without_consent,
                            share_best_hit,
                            disperse_logs,
                            anchor_logs,
                            refuse_after_revocation,
                            erase_a_case,
                            rebuild_a_log,
                            write_trust_policy,
                            stop_and_hide_homes,
                            verify_offline,
                            refuse_what_is_not_proven};

constexpr std::array<std::string_view, 8> kNotShown{
    "that parties and stores are independent: one person ran all processes, and the chain, here",
    "that the chain is the one others see: the trusted block was read from it, not from elsewhere",
    "that nobody holds all key shares: one person started all processes, and could read every home",
    "that the computing node had no other way to the homes: the same person ran it, beside them",
    "that shares of the key were honest, and cases and query true: the proof lists what it lacks",
    "that cases are true, or that an institution looked at every case it holds",
    "when anything happened: times are claims, only order inside a log is proven",
    "that everybody sees the same logs: no witness has cosigned them"};

Result<Inputs> write_inputs(const Workplace& workplace, const std::string& data_dir) {
    if (data_dir.empty()) {
        return write_teaching_inputs(workplace);
    }
    std::error_code error;
    return write_published_inputs(workplace, std::filesystem::absolute(data_dir, error).string());
}

/// HPO's licence asks for this wherever its content is shown.
void acknowledge(const Story& story) {
    story.report->begin("inputs", "Inputs: " + story.inputs.about);
    std::size_t cases = 0;
    for (const Shelf& shelf : story.inputs.shelves) {
        cases += shelf.labels.size();
    }
    story.report->line(fmt::format("{} cases for three institutions", cases));
    const std::string acknowledgement = fmt::format(
        "This product is using the Human Phenotype Ontology (version {}). Find out more at "
        "http://www.human-phenotype-ontology.org",
        story.inputs.hpo_release);
    story.report->line(acknowledgement);
    json::Object facts;
    facts.set("hpo_release", story.inputs.hpo_release);
    facts.set("acknowledgement", acknowledgement);
    facts.set("cases", static_cast<std::uint64_t>(cases));
    story.report->end(std::move(facts));
}

void conclude(const Story& story, std::int64_t started_ns) {
    story.report->begin("not_shown", "What one machine under one operator cannot show");
    json::Array items;
    for (const std::string_view item : kNotShown) {
        story.report->line(std::string(item));
        items.emplace_back(item);
    }
    story.report->end(object_of("items", std::move(items)));
    story.report->begin("outcome", "What is left");
    story.report->line(story.workplace->path("match.mnx"));
    story.report->line(story.workplace->path("trust.policy"));
    const std::int64_t ms = (SystemClock().monotonic_ns() - started_ns) / 1'000'000;
    story.report->line(fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100));
    json::Object facts;
    facts.set("bundle", story.workplace->path("match.mnx"));
    facts.set("trust_policy", story.workplace->path("trust.policy"));
    facts.set("duration_ms", ms);
    story.report->end(std::move(facts));
}

Result<void> run_steps(const DemoOptions& options, const Workplace& workplace, Report& report) {
    const std::int64_t started_ns = SystemClock().monotonic_ns();
    MN_TRY(const std::string program, sibling_program("mednexus"));
    MN_TRY(std::string daemon, sibling_program("mednexusd"));
    MN_TRY(Inputs inputs, write_inputs(workplace, options.data_dir));
    Story story{.workplace = &workplace,
                .report = &report,
                .command_line = CommandLine(program, workplace),
                .daemon_program = std::move(daemon),
                .inputs = std::move(inputs)};
    acknowledge(story);
    for (const auto& step : kSteps) {
        MN_DO(step(story));
        if (is_interrupted()) {
            return fail(Kind::unavailable, "demo: interrupted");
        }
    }
    conclude(story, started_ns);
    report.summarise("done");
    return {};
}

}  // namespace

Result<void> run_demo(const DemoOptions& options, std::string& where_logs_are) {
    ::unsetenv("MEDNEXUS_HOME");  // NOLINT(concurrency-mt-unsafe): one thread
    note_interruptions();
    MN_TRY(const Workplace workplace, Workplace::make(options.folder));
    Report report(options.form);
    Result<void> result = run_steps(options, workplace, report);
    if (is_interrupted()) {
        workplace.remove_all_but_outcome();
        end_by_interruption();
    }
    if (!result) {
        where_logs_are = workplace.path("logs");
        return result;
    }
    if (!options.keep) {
        workplace.remove_all_but_outcome();
    }
    return {};
}

}  // namespace mednexus::demo
