// Steps about logs that outlive their institution.
#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/demo/story.hpp"
#include "apps/mednexus/demo/words.hpp"

namespace mednexus::demo {
namespace {

/// "entries 0 to 31 held by 3, certificate 0x…"
Result<std::string> batch_line(const json::Value& batch, std::size_t holders) {
    json::Reader reader(batch, "log disperse");
    MN_TRY(const std::int64_t from, reader.integer("from"));
    MN_TRY(const std::int64_t to, reader.integer("to"));
    MN_TRY(const std::string certificate, reader.string("certificate"));
    return fmt::format("entries {} to {} at {}, certificate {}", from, to, holders, certificate);
}

/// Puts west's log together at south, and audits it. Needs: west is away.
Result<void> rebuild_and_audit(Story& story, std::int64_t lost_size) {
    const Institution& west = story.institutions.at(2);
    const Institution& south = story.institutions.at(1);
    const std::string folder = story.workplace->path("rebuilt/west-log");
    MN_TRY(const json::Value rebuilt, south.operate({"log", "rebuild", west.name(), "-o", folder}));
    MN_TRY(const std::string root, text_at(rebuilt, "root"));
    MN_TRY(const std::int64_t size, json::Reader(rebuilt, "log rebuild").integer("size"));
    MN_TRY(const ChildResult audited,
           story.command_line.raw({"log", "audit", folder, "--json"}, Network::shared));
    const bool is_whole = audited.exit_code == 0;
    story.report->check("log audit of a rebuilt log", root, is_whole);
    if (!is_whole) {
        return fail(Kind::internal, "demo: log audit of the rebuilt log: " + audited.out);
    }
    story.report->line(fmt::format("{} entries are back at {}, root {}", size, south.name(), root));
    story.report->line(
        fmt::format("log audit: whole. The last {} entries were not dispersed, and are lost",
                    lost_size - size));
    json::Object facts;
    facts.set("institution", west.name());
    facts.set("size", size);
    facts.set("size_before", lost_size);
    facts.set("root", root);
    story.report->end(std::move(facts));
    return {};
}

}  // namespace

Result<void> disperse_logs(Story& story) {
    story.report->begin("dispersal",
                        "Each log goes to all three in shards, any two of which give it back");
    json::Array facts;
    for (const Institution& one : story.institutions) {
        story.report->progress(one.name() + ": dispersing its log");
        MN_TRY(const json::Value done, one.operate({"log", "disperse"}));
        json::Reader reader(done, "log disperse");
        MN_TRY(const json::Array* const holders, reader.array("holders"));
        MN_TRY(const json::Array* const batches, reader.array("batches"));
        for (const json::Value& batch : *batches) {
            MN_TRY(const std::string line, batch_line(batch, holders->size()));
            story.report->line(fmt::format("{:<14} {}", one.name(), line));
        }
        json::Object fact;
        fact.set("institution", one.name());
        fact.set("batches", *batches);
        facts.emplace_back(std::move(fact));
    }
    story.report->end(object_of("logs", std::move(facts)));
    return {};
}

Result<void> rebuild_a_log(Story& story) {
    Institution& west = story.institutions.at(2);
    story.report->begin("rebuilding",
                        "west.example is gone, home and all; its log comes back without it");
    MN_TRY(const json::Value status, west.operate({"log", "status"}));
    MN_TRY(const std::int64_t size, json::Reader(status, "log status").integer("size"));
    MN_DO(west.stop());
    MN_DO(story.workplace->rename("homes/west", "west-set-aside"));
    const Result<void> done = rebuild_and_audit(story, size);
    MN_DO(story.workplace->rename("west-set-aside", "homes/west"));
    return done;
}

}  // namespace mednexus::demo
