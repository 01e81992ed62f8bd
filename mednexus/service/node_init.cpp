/// Making a home: everything in a folder beside it, which then gets the home's name.
#include <filesystem>

#include "mednexus/crypto/secp256k1.hpp"
#include "mednexus/crypto/tls_identity.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_open.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service {

namespace internal {

namespace {

namespace fs = std::filesystem;

Result<Card> card_of(const InitOptions& options, const Keys& keys) {
    Card card;
    card.name = options.name;
    card.legal_name = options.legal_name;
    card.jurisdiction = options.jurisdiction;
    card.endpoint = options.endpoint;
    card.sealing_key = crypto::x25519_public_of(keys.sealing);
    MN_TRY(card.tls_pin, crypto::tls_pin_of_certificate(keys.tls.certificate));
    MN_TRY(card.account, crypto::evm_address_of(keys.account));
    MN_TRY(const std::string note, make_card(card, keys.identity, keys.log));
    return parse_card(note);
}

/// Refuses bad options before any key is made.
Result<HomeConfig> config_of(const InitOptions& options) {
    if (!is_institution_name(options.name)) {
        return fail(Kind::invalid, "init: name: 1 to 64 of a-z 0-9 . - is what a name may hold");
    }
    if (options.passphrase.size_bytes() == 0) {
        return fail(Kind::invalid, "init: the passphrase is empty");
    }
    if (options.role == Role::compute && !options.ontology_dir.empty()) {
        return fail(Kind::invalid, "init: a computing node has no ontology: it holds no case");
    }
    MN_TRY(std::string listen, listen_of(options.endpoint));
    return HomeConfig{.name = options.name,
                      .legal_name = options.legal_name,
                      .jurisdiction = options.jurisdiction,
                      .endpoint = options.endpoint,
                      .listen = std::move(listen),
                      .ontology = options.ontology_dir,
                      .role = options.role};
}

Result<void> begin_log(
    Disk& disk, const Keys& keys, const Card& card, Clock& clock, Random& random) {
    MN_TRY(const auto log, ledger::Log::open(disk, {keys.log.name, keys.log.seed.clone()}));
    json::Object data;
    data.set("card", hex(card.digest));
    MN_TRY(const Bytes leaf,
           write_event({.id = fresh_id(random),
                        .time = clock.now(),
                        .kind = EventKind::home_created,
                        .actor = card.name,
                        .job = std::nullopt,
                        .data = std::move(data)}));
    MN_TRY([[maybe_unused]] const ledger::Appended appended, log->append(leaf));
    return {};
}

Result<std::string> fill(const std::string& folder,
                         const InitOptions& options,
                         const HomeConfig& config,
                         Clock& clock,
                         Random& random,
                         crypto::Argon2idCost cost) {
    MN_TRY(const std::unique_ptr<Disk> disk, open_posix_disk(folder));
    MN_TRY(const Keys keys, make_keys(options.name, clock.now(), random));
    MN_TRY(const Card card, card_of(options, keys));
    MN_TRY(const auto store, open_file_keystore(*disk, {options.passphrase.clone(), cost}, random));
    MN_DO(save_keys(*store, keys));
    MN_DO(disk->write("card.note", bytes_of(card.note)));
    MN_DO(begin_log(*disk, keys, card, clock, random));
    MN_TRY([[maybe_unused]] const auto database,
           Database::open(folder + "/node.sqlite", keys.home, random));
    MN_DO(disk->write("mednexus.toml", bytes_of(write_home_config(config))));
    return card.note;
}

}  // namespace

Result<std::string> make_home(const InitOptions& options,
                              Clock& clock,
                              Random& random,
                              crypto::Argon2idCost cost) {
    MN_TRY(const HomeConfig config, config_of(options));
    std::error_code error;
    fs::path home = fs::absolute(options.home, error).lexically_normal();
    if (!home.has_filename()) {
        home = home.parent_path();
    }
    if (fs::exists(home, error) && !(fs::is_directory(home, error) && fs::is_empty(home, error))) {
        return fail(Kind::conflict, "init: the home exists and is not an empty folder");
    }
    const fs::path draft = home.string() + ".draft-" + fresh_id(random);
    if (home.has_parent_path()) {
        fs::create_directories(home.parent_path(), error);
    }
    auto card = fill(draft.string(), options, config, clock, random, cost);
    if (card) {
        fs::rename(draft, home, error);  // replaces an empty folder
        if (error) {
            card = fail(Kind::io, "init: cannot give the home its name");
        }
    }
    if (!card) {
        fs::remove_all(draft, error);
    }
    return card;
}

}  // namespace internal

Result<std::string> init_home(const InitOptions& options, Clock& clock, Random& random) {
    return internal::make_home(options, clock, random, crypto::Argon2idCost{});
}

}  // namespace mednexus::service
