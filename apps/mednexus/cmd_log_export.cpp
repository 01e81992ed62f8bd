#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/folder_view.hpp"
#include "apps/mednexus/home.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/disk/path.hpp"
#include "mednexus/ledger/audit.hpp"
#include "mednexus/ledger/tiles.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUsage = R"(usage: mednexus log export [OPTIONS] DIR

Writes the institution's log to DIR as any static web server could publish it: a C2SP tiles
directory with checkpoint, and log.vkey beside it. It holds no secret, so no passphrase is needed,
and a node may run meanwhile. What was written is audited before the command ends.

  --institution NAME  where --home holds several homes (as a demo's folder does): the one of
                      this name
  --home DIR          the institution's home (or MEDNEXUS_HOME)
  --json              {"dir":…,"files":…,"root":…,"size":…,"vkey":…}

examples:
  mednexus log export --home north exported
  mednexus log export --home demo-folder --institution north.example exported
)";

constexpr std::uint64_t kCheckpointBytesMax = 1U << 20U;

struct Options {
    HomeOptions home;
    std::string institution;
    std::string folder;
};

void declare(Parser& parser, Options& options) {
    declare_home(parser, options.home);
    parser.text("--institution", options.institution);
    parser.word("DIR", options.folder);
}

Result<service::Card> card_of(const std::string& home) {
    MN_TRY(const Bytes note, read_input(home + "/card.note", service::kDocumentSizeBytesMax));
    return service::parse_card(text_of(note));
}

/// `root` itself and the folders one and two below it.
std::vector<std::string> possible_homes(const std::string& root) {
    std::vector<std::string> homes{root};
    std::error_code error;
    for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
         at.increment(error)) {
        if (at->is_directory(error)) {
            homes.push_back(at->path().string());
        }
        if (at.depth() >= 1) {
            at.disable_recursion_pending();
        }
    }
    return homes;
}

struct FoundHome {
    std::string folder;
    service::Card card;
};

/// The home that is meant.
Result<FoundHome> find_home(const Options& options, Terminal& terminal) {
    if (options.institution.empty()) {
        MN_DO(require_home(options.home, terminal));
        MN_TRY(auto card, card_of(options.home.home));
        return FoundHome{options.home.home, std::move(card)};
    }
    std::string names;
    for (const auto& home : possible_homes(options.home.home)) {
        auto card = card_of(home);
        if (card && card->name == options.institution) {
            return FoundHome{home, *std::move(card)};
        }
        names += card ? " " + card->name : "";
    }
    terminal.hint(names.empty() ? "no home is there" : "homes there:" + names);
    return fail(Kind::not_found,
                fmt::format("{}: no home of {}", options.home.home, options.institution));
}

/// The tile at this width. A node may have replaced it by a wider one since the checkpoint was
/// read.
Result<Bytes> read_tile(const Disk& log, ledger::TileName name) {
    const auto width = name.width;
    auto raw = log.read(ledger::path_of(name), ledger::kBundleSizeBytesMax);
    if (raw || width == ledger::kTileWidth) {
        return raw;
    }
    name.width = ledger::kTileWidth;
    MN_TRY(Bytes full, log.read(ledger::path_of(name), ledger::kBundleSizeBytesMax));
    if (name.kind == ledger::TileKind::hashes) {
        full.resize(std::size_t{width} * Hash32::kSizeBytes);
        return full;
    }
    MN_TRY(const auto entries, ledger::parse_bundle(full, ledger::kTileWidth));
    Bytes cut;
    for (std::uint32_t i = 0; i < width; ++i) {
        ledger::append_to_bundle(cut, entries[i]);
    }
    return cut;
}

Result<void> copy_log(const Disk& log,
                      const crypto::NoteVerifier& verifier,
                      Disk& target,
                      Terminal& terminal) {
    if (target.size_of("checkpoint")) {
        return fail(Kind::conflict, "there is an exported log already, and is not overwritten");
    }
    MN_TRY(const Bytes note, log.read("checkpoint", kCheckpointBytesMax));
    MN_TRY(const auto checkpoint, ledger::open_checkpoint(text_of(note), verifier));
    Progress progress(terminal, "exporting", 0);
    for (const ledger::TileName& name : ledger::Tiles(checkpoint.size)) {
        MN_TRY(const Bytes tile, read_tile(log, name));
        MN_DO(target.write(ledger::path_of(name), tile));
        progress.advance(1);
    }
    MN_DO(target.write("log.vkey", bytes_of(crypto::write_vkey(verifier) + "\n")));
    return target.write("checkpoint", note);  // last: it vouches for the others
}

Result<void> export_log(const std::string& home,
                        const crypto::NoteVerifier& verifier,
                        const std::string& folder,
                        Terminal& terminal) {
    MN_TRY(const FolderView log, view_folder(home + "/log"));
    MN_TRY(const auto target, open_posix_disk(folder));
    const auto copied = copy_log(log, verifier, *target, terminal);
    std::error_code ignored;
    fs::remove(fmt::format("{}/{}", folder, disk::kTemporaryFolder), ignored);
    return copied ? copied : fail_in(folder, copied.error());
}

Result<int> run_log_export(const Options& options, Terminal& terminal) {
    MN_TRY(const auto found, find_home(options, terminal));
    MN_DO(export_log(found.folder, found.card.log, options.folder, terminal));
    MN_TRY(const FolderView written, view_folder(options.folder));
    MN_TRY(const auto report, ledger::audit_directory(written, found.card.log));
    if (report.fault) {
        return fail(
            Kind::corrupt,
            fmt::format("{}: {}: {}", options.folder, report.fault->file, report.fault->rule));
    }
    const auto root = codec::to_hex_0x(report.checkpoint.root.view());
    json::Object object;
    object.set("dir", options.folder);
    object.set("files", report.files);
    object.set("root", root);
    object.set("size", report.checkpoint.size);
    object.set("vkey", report.vkey);
    terminal.result(std::move(object),
                    fmt::format("{}: {} entries of {}, root {}\n",
                                options.folder,
                                report.checkpoint.size,
                                found.card.name,
                                root));
    return 0;
}

}  // namespace

int cmd_log_export(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_log_export);
}

}  // namespace mednexus::cli
