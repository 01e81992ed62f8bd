#include <filesystem>

#include <fmt/format.h>

#include "apps/mednexus/answers.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/folder_view.hpp"
#include "apps/mednexus/operator.hpp"
#include "mednexus/codec/base64.hpp"
#include "mednexus/disk/path.hpp"
#include "mednexus/ledger/audit.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus log rebuild [OPTIONS] -o DIR INSTITUTION

Puts the log of an institution together from the shards that this home and its peers hold for it,
as far as it was dispersed. The institution itself is not needed. Everything is held against its
signatures, and what was written is audited before the command ends; DIR is then a directory like
that of `mednexus log export`. A holder whose shard is not what it signed for is named.

  INSTITUTION             its name, as on its card; the card is on file here
  -o, --output DIR        where to write; it must hold no exported log
  --home DIR              the institution's home (or MEDNEXUS_HOME)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  the node's answer, and "dir"

examples:
  mednexus log rebuild --home south north.example -o north-log
  mednexus log audit north-log
)";

struct Options {
    HomeOptions home;
    std::string institution;
    std::string folder;
};

void declare(Parser& parser, Options& options) {
    declare_home_and_passphrase(parser, options.home);
    parser.text("-o,--output", options.folder);
    parser.word("INSTITUTION", options.institution);
}

Result<Bytes> file_of(Operator& node, const Options& options, const std::string& name) {
    json::Object arguments;
    arguments.set("institution", options.institution);
    arguments.set("file", name);
    MN_TRY(const json::Value got, node.execute("log.rebuilt", std::move(arguments)));
    MN_TRY(const std::string content, string_of(got, "content"));
    return codec::parse_base64(content);
}

/// The files come in the order in which they may be written: the checkpoint last.
Result<void> write_files(Operator& node,
                         const Options& options,
                         const json::Value& answer,
                         Terminal& terminal) {
    MN_TRY(const auto target, open_posix_disk(options.folder));
    if (target->size_of("checkpoint")) {
        return fail(Kind::conflict,
                    options.folder + ": there is a log already, and it is not overwritten");
    }
    Progress progress(terminal, "writing", 0);
    for (const json::Value& one : elements(answer, "files")) {
        if (one.as_string() == nullptr) {
            return fail(Kind::internal, "log.rebuild: a file without a name");
        }
        MN_TRY(const Bytes content, file_of(node, options, *one.as_string()));
        MN_DO(target->write(*one.as_string(), content));
        progress.advance(1);
    }
    return {};
}

Result<crypto::NoteVerifier> key_of(const json::Value& answer) {
    MN_TRY(const std::string vkey, string_of(answer, "vkey"));
    return crypto::parse_vkey(vkey);
}

/// With the key of the card on file, not with the one that came along.
Result<void> audit(const Options& options, const json::Value& answer) {
    MN_TRY(const crypto::NoteVerifier key, key_of(answer));
    MN_TRY(const FolderView written, view_folder(options.folder));
    MN_TRY(const ledger::AuditReport report, ledger::audit_directory(written, key));
    if (report.fault) {
        return fail(
            Kind::corrupt,
            fmt::format("{}: {}: {}", options.folder, report.fault->file, report.fault->rule));
    }
    return {};
}

std::string prose_of(const Options& options, const json::Value& answer) {
    std::string out = fmt::format("{}: {} entries of {}, root {}\n",
                                  options.folder,
                                  shown(answer, "size"),
                                  options.institution,
                                  shown(answer, "root"));
    for (const json::Value& fault : elements(answer, "faults")) {
        out += fmt::format("{}: {}\n", shown(fault, "holder"), shown(fault, "what"));
    }
    if (!elements(answer, "away").empty()) {
        out += fmt::format("away: {}\n", joined(answer, "away"));
    }
    return out;
}

Result<int> run_log_rebuild(const Options& options, Terminal& terminal) {
    if (options.folder.empty()) {
        return terminal.report_usage("-o DIR is needed", "mednexus log rebuild");
    }
    MN_TRY(const auto node, open_operator(options.home, terminal));
    json::Object arguments;
    arguments.set("institution", options.institution);
    MN_TRY(json::Value answer, node->execute("log.rebuild", std::move(arguments)));
    const auto written = write_files(*node, options, answer, terminal);
    std::error_code ignored;
    std::filesystem::remove(fmt::format("{}/{}", options.folder, disk::kTemporaryFolder), ignored);
    MN_DO(written);
    MN_DO(audit(options, answer));
    answer.as_object()->set("dir", options.folder);
    terminal.result(answer, prose_of(options, answer));
    return 0;
}

}  // namespace

int cmd_log_rebuild(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_log_rebuild);
}

}  // namespace mednexus::cli
