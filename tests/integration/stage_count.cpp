/// What a stage holds: cases, leaves, events on chain.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>
#include <type_traits>

#include <gtest/gtest.h>

#include "mednexus/chain/client.hpp"
#include "mednexus/ledger/tiles.hpp"
#include "tests/integration/stage.hpp"

namespace mednexus::integration {

namespace fs = std::filesystem;

namespace {

constexpr auto kSettleMax = std::chrono::seconds(30);

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string name_of_event(const chain::ContractEvent& event) {
    return std::visit(
        [](const auto& one) -> std::string {
            using T = std::decay_t<decltype(one)>;
            if constexpr (std::is_same_v<T, chain::CaseRegistered>) {
                return "CaseRegistered";
            } else if constexpr (std::is_same_v<T, chain::CaseTombstoned>) {
                return "CaseTombstoned";
            } else if constexpr (std::is_same_v<T, chain::ConsentGranted>) {
                return "ConsentGranted";
            } else if constexpr (std::is_same_v<T, chain::ConsentRevoked>) {
                return "ConsentRevoked";
            } else if constexpr (std::is_same_v<T, chain::Anchored>) {
                return "Anchored";
            } else {
                return "of the registry";
            }
        },
        event);
}

const json::Value* member(const json::Value& value, std::string_view key) {
    return value.as_object() != nullptr ? value.as_object()->find(key) : nullptr;
}

}  // namespace

Census growth(const Census& before, const Census& after) {
    Census out;
    for (const auto& [name, count] : after) {
        const auto found = before.find(name);
        const std::int64_t old = found == before.end() ? 0 : found->second;
        if (count != old) {
            out[name] = count - old;
        }
    }
    for (const auto& [name, count] : before) {
        if (!after.contains(name)) {
            out[name] = -count;
        }
    }
    return out;
}

std::string text_in(const json::Value& value, std::string_view key) {
    const json::Value* const found = member(value, key);
    return found != nullptr && found->as_string() != nullptr ? *found->as_string() : std::string{};
}

std::int64_t number_in(const json::Value& value, std::string_view key) {
    const json::Value* const found = member(value, key);
    return found != nullptr && found->as_number() != nullptr
               ? json::to_int64(*found->as_number()).value_or(-1)
               : -1;
}

json::Array items_in(const json::Value& value, std::string_view key) {
    const json::Value* const found = member(value, key);
    return found != nullptr && found->as_array() != nullptr ? *found->as_array() : json::Array{};
}

json::Value last_line(const std::string& out) {
    const std::string_view body = std::string_view(out).substr(0, out.find_last_not_of('\n') + 1);
    const std::size_t end = body.rfind('\n');
    return json::parse(body.substr(end == std::string_view::npos ? 0 : end + 1))
        .value_or(json::Value{});
}

bool Stage::settle() const {
    const auto deadline = std::chrono::steady_clock::now() + kSettleMax;
    std::string why;
    while (std::chrono::steady_clock::now() < deadline) {
        why.clear();
        for (const std::string home : {kNorth, kSouth}) {
            const auto status = ask(home, "chain.status");
            const std::int64_t waiting = status ? number_in(*status, "waiting") : -1;
            if (waiting != 0) {
                why += home + ": " +
                       (status ? std::to_string(waiting) + " items wait; "
                               : status.error().what + "; ");
            }
        }
        if (why.empty()) {
            return true;
        }
        if (!call_chain("evm_mine")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
    ADD_FAILURE() << why;
    return false;
}

std::vector<std::string> Stage::entries(const std::string& home) const {
    // A checkpoint's lines are origin, size, root.
    std::istringstream note(read_file(path(home + "/log/checkpoint")));
    std::string origin;
    std::uint64_t size = 0;
    std::getline(note, origin);
    note >> size;
    std::vector<std::string> out;
    for (const ledger::TileName& name : ledger::Tiles(size)) {
        if (name.kind != ledger::TileKind::entries) {
            break;
        }
        const std::string raw = read_file(path(home + "/log/" + ledger::path_of(name)));
        const auto parsed = ledger::parse_bundle(bytes_of(raw), name.width);
        EXPECT_TRUE(parsed.has_value()) << home << ": " << ledger::path_of(name);
        for (const Bytes& entry : parsed.value_or(std::vector<Bytes>{})) {
            out.emplace_back(text_of(entry));
        }
    }
    return out;
}

void Stage::count_log(const std::string& home, Census& census) const {
    std::set<std::string> ids;
    for (const std::string& entry : entries(home)) {
        const auto event = json::parse(entry);
        ASSERT_TRUE(event.has_value()) << home << ": " << entry;
        EXPECT_TRUE(ids.insert(text_in(*event, "id")).second) << home << ": twice: " << entry;
        ++census[home + " log " + text_in(*event, "kind")];
    }
}

void Stage::count_chain(Census& census) const {
    const auto at = chain::parse_deployment(read_file(path("D/chain.json")));
    ASSERT_TRUE(at.has_value());
    const chain::Client client(transport_, rpc_);
    const auto newest = client.newest_block();
    ASSERT_TRUE(newest.has_value()) << newest.error().what;
    const auto logs =
        client.logs({.from_block = at->from_block,
                     .to_block = newest->number,
                     .addresses = {at->institutions, at->consents, at->cases, at->anchors}});
    ASSERT_TRUE(logs.has_value()) << logs.error().what;
    for (const chain::EventLog& log : *logs) {
        const auto event = chain::parse_event(*at, log);
        ASSERT_TRUE(event.has_value()) << event.error().what;
        ++census["chain " + name_of_event(*event)];
    }
}

Census Stage::census() const {
    Census census;
    count_chain(census);
    for (const std::string home : {kNorth, kSouth}) {
        count_log(home, census);
        const auto status = ask(home, "status");
        EXPECT_TRUE(status.has_value()) << home;
        if (status) {
            census[home + " cases"] = number_in(*status, "cases");
            census[home + " received"] = number_in(*status, "received");
            census[home + " unfinished"] = number_in(*status, "unfinished");
        }
        for (const auto& entry : fs::recursive_directory_iterator(path(home + "/objects"))) {
            census[home + " objects"] += entry.is_regular_file() ? 1 : 0;
        }
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(path(home + "/bundles"), none)) {
            census[home + " bundles"] += entry.path().extension() == ".mnx" ? 1 : 0;
        }
    }
    return census;
}

void Stage::audit(const std::string& home) {
    const std::string folder = path(home + "-export-" + std::to_string(++serial_));
    const auto exported = run({"log", "export", "--home", path(home), folder});
    EXPECT_EQ(exported.exit_code, 0) << exported.err;
    const auto audited = run({"log", "audit", "--json", folder});
    EXPECT_EQ(audited.exit_code, 0) << audited.out << audited.err;
}

std::string Stage::fresh_case(const std::string& home) {
    std::set<fs::path> files;
    for (const auto& entry :
         fs::directory_iterator(MEDNEXUS_SOURCE_DIR "/demo/cases/" + name_of(home))) {
        files.insert(entry.path());
    }
    std::string text = read_file(*files.begin());
    const std::string id = "\"id\": \"" + name_of(home) + ":";
    const std::size_t at = text.find(id);
    EXPECT_NE(at, std::string::npos);
    text.insert(at + id.size(), "t" + std::to_string(++serial_) + "-");
    const std::string file = path("case-" + std::to_string(serial_) + ".json");
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

std::vector<std::string> Stage::deposit(const std::string& home, std::size_t count) {
    std::vector<std::string> words{"case", "add"};
    for (std::size_t i = 0; i < count; ++i) {
        words.push_back(fresh_case(home));
    }
    const auto result = run_at(home, words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<std::string> ids;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
        ids.push_back(text_in(last_line(line), "case"));
    }
    EXPECT_EQ(ids.size(), count);
    return ids;
}

std::vector<std::string> Stage::grant_words(const std::string& home) {
    const std::string to = other_than(home);
    return {"consent",
            "grant",
            "--purpose",
            kPurpose,
            "--recipient",
            name_of(to),
            "--jurisdiction",
            to == kNorth ? "DE" : "FR",
            "--from",
            "2026-01-01T00:00:00Z",
            "--until",
            kUntil};
}

void Stage::consent(const std::string& home, const std::vector<std::string>& case_ids) {
    std::vector<std::string> words = grant_words(home);
    words.insert(words.end(), {"--wait", "0"});
    words.insert(words.end(), case_ids.begin(), case_ids.end());
    must(home, words);
    EXPECT_TRUE(settle());
}

}  // namespace mednexus::integration
