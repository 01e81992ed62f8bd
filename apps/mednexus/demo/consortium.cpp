// Who computes, keys that nobody holds alone, and indexes under encryption.
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "apps/mednexus/demo/story.hpp"
#include "apps/mednexus/demo/words.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::demo {
namespace {

constexpr int kSyncTriesMax = 120;
constexpr std::chrono::milliseconds kSyncPause{500};

std::string note_path(const Story& story, std::size_t number) {
    return story.workplace->path("consortium/" + std::to_string(number) + ".note");
}

/// A running daemon syncs by itself too: then the command is busy for a moment.
Result<json::Value> sync(const Institution& one) {
    for (int tries = 1;; ++tries) {
        auto done = one.operate({"index", "sync"});
        if (done || done.error().kind != Kind::busy || tries == kSyncTriesMax) {
            return done;
        }
        std::this_thread::sleep_for(kSyncPause);
    }
}

/// North proposes, the others sign: the last note bears all signatures.
Result<std::string> sign_document(Story& story) {
    MN_DO(story.workplace->write("consortium/about.txt",
                                 bytes_of(std::string_view("notes of the demo's consortium\n"))));
    std::vector<std::string> words{"consortium",
                                   "propose",
                                   "--compute",
                                   story.computing_node->name(),
                                   "--until",
                                   next_year(),
                                   "-o",
                                   note_path(story, 0)};
    for (std::size_t i = 1; i < story.institutions.size(); ++i) {
        words.insert(words.end(), {"--member", story.institutions[i].name()});
    }
    MN_TRY(const json::Value proposed, story.north().operate(words));
    for (std::size_t i = 1; i < story.institutions.size(); ++i) {
        MN_TRY(const json::Value is_signed,
               story.institutions[i].operate(
                   {"consortium", "sign", note_path(story, i - 1), "-o", note_path(story, i)}));
    }
    return note_path(story, story.institutions.size() - 1);
}

/// What the computing node must not see: the homes and passphrases of others, and their cases.
std::vector<std::string> kept_from_computing_node(const Story& story) {
    std::vector<std::string> out{story.workplace->path("inputs"),
                                 story.workplace->path("passphrases/accreditor")};
    for (const Institution& one : story.institutions) {
        out.push_back(story.workplace->path("homes/" + one.facts().key));
        out.push_back(story.workplace->path("passphrases/" + one.facts().key));
    }
    return out;
}

}  // namespace

Result<void> found_computing_node(Story& story) {
    story.report->begin("computing_node", "A fourth process that will score, and holds no key");
    const bool is_apart = can_hide_folders();
    const auto write_card = [&story](const Institution& made) {
        return story.workplace->write("cards/" + made.facts().key + ".note", bytes_of(made.card()));
    };
    MN_TRY(Institution made,
           Institution::found(computing_node_of_demo(),
                              *story.workplace,
                              story.command_line,
                              {.daemon_program = story.daemon_program,
                               .ontology_dir = "",
                               .before_start = write_card,
                               .hidden = is_apart ? kept_from_computing_node(story)
                                                  : std::vector<std::string>{}}));
    story.computing_node.emplace(std::move(made));
    story.report->line(fmt::format("{:<14} process {}, {}",
                                   story.computing_node->name(),
                                   story.computing_node->pid(),
                                   story.computing_node->endpoint()));
    story.report->line(is_apart
                           ? "the homes, passphrases and cases of the others do not exist for it"
                           : "no namespaces here: it runs beside the homes of the others");
    json::Object facts = object_of("name", story.computing_node->name());
    facts.set("sees_other_homes", !is_apart);
    story.report->end(std::move(facts));
    return {};
}

Result<void> found_consortium(Story& story) {
    story.report->begin("consortium",
                        "They make keys together: no process ever holds the secret of all");
    story.report->progress("making keys");
    MN_TRY(const std::string note, sign_document(story));
    MN_TRY(const json::Value added, story.north().operate({"consortium", "add", note}));
    MN_TRY(const json::Value founded, story.north().operate({"consortium", "found"}));
    story.report->line("every share was committed to before any was shown; a test opened right");
    story.report->end(object_of("founded", founded));
    return {};
}

Result<void> write_indexes(Story& story) {
    story.report->begin("indexes",
                        "Each seals its cases under its own key, and publishes an encrypted index");
    json::Array facts;
    for (const Institution& one : story.institutions) {
        story.report->progress(one.name() + ": writing its index");
        MN_TRY(const json::Value done, sync(one));
        MN_TRY(const json::Value status, one.operate({"index", "status"}));
        json::Reader reader(status, "index status");
        MN_TRY(const std::int64_t cases, reader.integer("cases"));
        MN_TRY(const std::int64_t batches, reader.integer("batches"));
        story.report->line(
            fmt::format("{:<14} {} cases in {} batch(es)", one.name(), cases, batches));
        facts.push_back(status);
    }
    story.report->end(object_of("indexes", std::move(facts)));
    return {};
}

}  // namespace mednexus::demo
