#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/local_store.hpp"
#include "apps/mednexus/watched_source.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus storage put [OPTIONS] FILE

Keeps the bytes of FILE in the home's object store and prints their 0G Storage root. They are kept
as they are: seal what is not sealed yet. The same bytes again are no error.

  --home DIR  the institution's home (or MEDNEXUS_HOME)
  --json      {"root":…,"size_bytes":…}
  --progress  show how far it is

examples:
  mednexus storage put --home north scan.c4gh
  MEDNEXUS_HOME=north mednexus storage put --json scan.c4gh
)";

struct Options {
    HomeOptions home;
    std::string file;
};

void declare(Parser& parser, Options& options) {
    declare_home(parser, options.home);
    parser.word("FILE", options.file);
}

Result<int> run_storage_put(const Options& options, Terminal& terminal) {
    MN_TRY(InputFile file, InputFile::open(options.file));
    MN_TRY(const LocalStore local, open_local_store(options.home, terminal));
    WatchedSource watched(file, terminal, "storing", file.size_bytes());
    const auto kept = local.store->put(watched, std::nullopt);
    if (!kept) {
        return fail_in(options.file, kept.error());
    }
    const auto root = codec::to_hex_0x(kept->root.view());
    json::Object object;
    object.set("root", root);
    object.set("size_bytes", kept->size_bytes);
    terminal.result(std::move(object), root + "\n");
    return 0;
}

}  // namespace

int cmd_storage_put(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_storage_put);
}

}  // namespace mednexus::cli
