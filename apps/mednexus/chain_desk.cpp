#include "apps/mednexus/chain_desk.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "apps/mednexus/chain_tools/accreditor.hpp"
#include "apps/mednexus/chain_tools/folder.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::cli {

namespace {

constexpr std::uint64_t kGwei = 1'000'000'000;

Result<Secret<32>> open_key(const ChainOptions& options,
                            const ChainDesk& desk,
                            Terminal& terminal) {
    const std::string path = desk.accreditor_path(options);
    if (!chain_tools::has_accreditor(path)) {
        terminal.hint("mednexus chain deploy, or name the key's file with --accreditor FILE");
        return fail(Kind::not_found, path + ": no accreditor's key is here");
    }
    HomeOptions asked = options.passphrase;
    asked.home = path;
    MN_TRY(const SecretBytes passphrase, read_passphrase(asked, Passphrase::existing, terminal));
    return chain_tools::open_accreditor(path, passphrase);
}

}  // namespace

void declare_chain_dir(Parser& parser, ChainOptions& options) {
    parser.text("--dir", options.dir);
}

void declare_chain(Parser& parser, ChainOptions& options) {
    declare_chain_dir(parser, options);
    parser.text("--rpc", options.rpc);
}

void declare_accreditor(Parser& parser, ChainOptions& options) {
    declare_chain(parser, options);
    parser.text("--accreditor", options.accreditor);
    parser.maybe_number("--tip-gwei", options.tip_gwei);
    parser.text("--passphrase-file", options.passphrase.passphrase_file);
    parser.maybe_number("--passphrase-fd", options.passphrase.passphrase_fd);
    parser.exclude("--passphrase-file", "--passphrase-fd");
}

Result<std::unique_ptr<ChainDesk>> ChainDesk::open(const ChainOptions& options,
                                                   Terminal& terminal) {
    MN_TRY(std::string folder, chain_tools::choose_folder(options.dir));
    auto url = chain_tools::choose_url(folder, options.rpc);
    if (!url) {
        terminal.hint("mednexus chain up, or name a node with --rpc URL");
        return Failure(url.error());
    }
    return std::unique_ptr<ChainDesk>(new ChainDesk(std::move(folder), *std::move(url)));
}

std::string ChainDesk::accreditor_path(const ChainOptions& options) const {
    return options.accreditor.empty() ? folder_ + "/" + chain_tools::kAccreditorFile
                                      : options.accreditor;
}

Result<chain_tools::Sender> ChainDesk::sender(const ChainOptions& options,
                                              const Secret<32>& key) const {
    MN_TRY(const std::uint64_t chain_id, client_.chain_id());
    const std::uint64_t known = chain_tools::tip_wei_min_of(chain_id);
    return chain_tools::Sender::open(
        client_, key, {.tip_wei_min = options.tip_gwei ? *options.tip_gwei * kGwei : known});
}

Result<chain::Deployment> ChainDesk::deployment(Terminal& terminal) const {
    MN_TRY(const auto at, chain_tools::read_deployment(folder_));
    if (!at) {
        terminal.hint("mednexus chain deploy");
        return fail(Kind::not_found, folder_ + ": no contracts were deployed from here");
    }
    MN_TRY(const std::uint64_t chain_id, client_.chain_id());
    if (chain_id != at->chain_id) {
        return fail(Kind::conflict,
                    fmt::format("{}/chain.json is of chain {}, the node of chain {}",
                                folder_,
                                at->chain_id,
                                chain_id));
    }
    return *at;
}

Result<AccreditorAct> open_act(const ChainOptions& options, Terminal& terminal) {
    AccreditorAct out;
    MN_TRY(out.desk, ChainDesk::open(options, terminal));
    MN_TRY(out.at, out.desk->deployment(terminal));
    MN_TRY(const Secret<32> key, open_key(options, *out.desk, terminal));
    MN_TRY(auto sender, out.desk->sender(options, key));
    out.sender = std::make_unique<chain_tools::Sender>(std::move(sender));
    return out;
}

json::Object act_json(std::string_view name, const chain::Receipt& receipt) {
    json::Object out;
    out.set("block", receipt.block_number);
    out.set("institution", codec::to_hex_0x(chain::institution_id(name).view()));
    out.set("name", name);
    out.set("transaction", codec::to_hex_0x(receipt.transaction.view()));
    return out;
}

Result<UnixTime> parse_expiry(const std::string& text, UnixTime now) {
    constexpr std::int64_t kDaySeconds = 86'400;
    constexpr std::uint32_t kDaysMax = 36'500;
    constexpr std::size_t kDateSize = 10;
    std::uint32_t days = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, days);
    if (!text.empty() && read.ptr == end && read.ec == std::errc()) {
        const bool is_sound = days > 0 && days <= kDaysMax;
        return is_sound ? Result<UnixTime>(UnixTime{now.seconds + days * kDaySeconds})
                        : fail(Kind::invalid, "--expires: 1 to 36500 days");
    }
    const auto date = parse_rfc3339(text.size() == kDateSize ? text + "T00:00:00Z" : text);
    if (!date) {
        return fail(Kind::invalid, "--expires: a number of days, or a date like 2030-12-31");
    }
    return *date > now ? date : fail(Kind::invalid, "--expires: that time has passed");
}

}  // namespace mednexus::cli
