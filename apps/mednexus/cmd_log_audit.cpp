#include <optional>

#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/folder_view.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/ledger/audit.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus log audit [OPTIONS] DIR

Hashes an exported log from its entries up: every entry, every tile, the root that the checkpoint
names, and its signature. Without --vkey the key in DIR/log.vkey is believed, which shows that the
folder is whole, not whose it is.

  --vkey FILE  the log's key, which came to you by another way than DIR
  --json       {"fault":…,"files":…,"root":…,"size":…,"vkey":…,"whole":…}

Exit: 0 the log is whole; 1 it is not.

examples:
  mednexus log audit exported
  mednexus log audit --vkey north.vkey exported
)";

constexpr std::uint64_t kVkeyBytesMax = 4096;

struct Options {
    std::string vkey;
    std::string folder;
};

void declare(Parser& parser, Options& options) {
    parser.text("--vkey", options.vkey);
    parser.word("DIR", options.folder);
}

Result<std::optional<crypto::NoteVerifier>> read_vkey(const std::string& path) {
    if (path.empty()) {
        return std::optional<crypto::NoteVerifier>{};
    }
    MN_TRY(const Bytes raw, read_input(path, kVkeyBytesMax));
    const auto line = text_of(raw).substr(0, text_of(raw).find('\n'));
    const auto verifier = crypto::parse_vkey(line);
    if (!verifier) {
        return fail_in(path, verifier.error());
    }
    return std::optional(*verifier);
}

json::Value json_of(const ledger::AuditReport& report) {
    json::Object object;
    object.set("whole", !report.fault);
    object.set("vkey", report.vkey);
    object.set("size", report.checkpoint.size);
    object.set("root", codec::to_hex_0x(report.checkpoint.root.view()));
    object.set("files", report.files);
    json::Object fault;
    if (report.fault) {
        fault.set("file", report.fault->file);
        fault.set("rule", report.fault->rule);
    }
    object.set("fault", report.fault ? json::Value(std::move(fault)) : json::Value());
    return object;
}

std::string prose_of(const Options& options, const ledger::AuditReport& report) {
    if (report.fault) {
        return fmt::format("{}: not whole: {}: {}\n",
                           options.folder,
                           printable(report.fault->file),
                           printable(report.fault->rule));
    }
    return fmt::format("{}: whole: {} entries, {} files, root {}\nsigned by {}{}\n",
                       options.folder,
                       report.checkpoint.size,
                       report.files,
                       codec::to_hex_0x(report.checkpoint.root.view()),
                       printable(report.vkey),
                       options.vkey.empty() ? " (the folder's own log.vkey: whose key that is, is "
                                              "not established)"
                                            : "");
}

Result<int> run_log_audit(const Options& options, Terminal& terminal) {
    MN_TRY(const auto trusted, read_vkey(options.vkey));
    MN_TRY(const FolderView folder, view_folder(options.folder));
    MN_TRY(const auto report, ledger::audit_directory(folder, trusted));
    terminal.result(json_of(report), prose_of(options, report));
    return report.fault ? kExitVerificationSaysNo : 0;
}

}  // namespace

int cmd_log_audit(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_log_audit);
}

}  // namespace mednexus::cli
