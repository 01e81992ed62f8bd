#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/watched_source.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/storage/object_store.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus storage root [OPTIONS] FILE

Prints the 0G Storage root of FILE as it is: the name that every 0G node would give these bytes.

  --json      {"root":…,"size_bytes":…}
  --progress  show how far it is

examples:
  mednexus storage root scan.c4gh
  mednexus storage root --json scan.c4gh
)";

struct Options {
    std::string file;
};

void declare(Parser& parser, Options& options) {
    parser.word("FILE", options.file);
}

Result<int> run_storage_root(const Options& options, Terminal& terminal) {
    MN_TRY(InputFile file, InputFile::open(options.file));
    WatchedSource watched(file, terminal, "hashing", file.size_bytes());
    const auto found = storage::root_of(watched);
    if (!found) {
        return fail_in(options.file, found.error());
    }
    const auto root = codec::to_hex_0x(found->root.view());
    json::Object object;
    object.set("root", root);
    object.set("size_bytes", found->size_bytes);
    terminal.result(std::move(object), root + "\n");
    return 0;
}

}  // namespace

int cmd_storage_root(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_storage_root);
}

}  // namespace mednexus::cli
