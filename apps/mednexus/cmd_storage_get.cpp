#include <algorithm>

#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/local_store.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus storage get [OPTIONS] ROOT -o FILE

Writes the object of that 0G Storage root to FILE. Every byte is checked against the root; a damaged
object leaves no file.

  -o, --output FILE  where to write; a file that is there is not overwritten
  --force            overwrite it
  --home DIR         the institution's home (or MEDNEXUS_HOME)
  --json             {"file":…,"root":…,"size_bytes":…}
  --progress         show how far it is

examples:
  mednexus storage get --home north 0x<64 hex digits> -o scan.c4gh
  MEDNEXUS_HOME=north mednexus storage get 0x<64 hex digits> -o scan.c4gh --force
)";

constexpr std::uint64_t kPieceBytes = 1U << 20U;

struct Options {
    HomeOptions home;
    std::string root;
    std::string output;
    bool is_forced = false;
};

void declare(Parser& parser, Options& options) {
    declare_home(parser, options.home);
    parser.word("ROOT", options.root);
    parser.text("-o,--output", options.output, Need::required);
    parser.flag("--force", options.is_forced);
}

Result<void> copy(const storage::ByteRange& object, OutputFile& file, Terminal& terminal) {
    Progress progress(terminal, "reading", object.size_bytes());
    for (std::uint64_t at = 0; at < object.size_bytes();) {
        const auto count = std::min(kPieceBytes, object.size_bytes() - at);
        MN_TRY(const Bytes piece, object.read(at, count));
        MN_DO(file.append(piece));
        at += count;
        progress.advance(count);
    }
    return {};
}

Result<int> run_storage_get(const Options& options, Terminal& terminal) {
    const auto root = codec::parse_hex_as<ObjectRoot>(options.root);
    if (!root) {
        return terminal.report_usage(fmt::format("ROOT: {}", root.error().what),
                                     "mednexus storage get");
    }
    MN_TRY(const LocalStore local, open_local_store(options.home, terminal));
    MN_TRY(const auto ref, local.store->stat(*root));
    MN_TRY(const auto object, local.store->open(ref));
    MN_TRY(OutputFile file,
           OutputFile::create(options.output,
                              options.is_forced ? Existing::replace : Existing::refuse));
    MN_DO(copy(*object, file, terminal));
    MN_DO(file.commit());
    json::Object done;
    done.set("file", options.output);
    done.set("root", codec::to_hex_0x(root->view()));
    done.set("size_bytes", ref.size_bytes);
    terminal.result(std::move(done), fmt::format("{}: {} bytes\n", options.output, ref.size_bytes));
    return 0;
}

}  // namespace

int cmd_storage_get(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_storage_get);
}

}  // namespace mednexus::cli
