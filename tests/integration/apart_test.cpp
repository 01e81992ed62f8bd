/// Four real daemons over a real match at the release's size. The computing node runs where the
/// homes, passphrases and cases of the others do not exist, and neither its memory nor its files
/// hold a secret of theirs; and with any one party gone nothing opens.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/mednexus/demo/words.hpp"
#include "tests/integration/demo_story.hpp"
#include "tests/integration/home_secrets.hpp"
#include "tests/integration/needles.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/stage.hpp"

namespace mednexus::integration {
namespace {

namespace fs = std::filesystem;

using demo::FoundedDemo;
using demo::Institution;
using std::chrono::milliseconds;

constexpr std::size_t kCopiesMax = 6;
constexpr milliseconds kPause{500};
constexpr std::chrono::seconds kQueryMax{60};

const std::vector<std::string>& institution_keys() {
    static const std::vector<std::string> keys{"north", "south", "west"};
    return keys;
}

/// What both suites stand on: the demo's parties before anybody has asked.
class Parties : public testing::Test {
protected:
    static void raise(const std::string& name) {
        if (Stage::has_anvil()) {
            folder_ = (fs::temp_directory_path() / (name + "_" + std::to_string(::getpid())));
            fs::remove_all(folder_);
            demo_ = std::make_unique<FoundedDemo>(folder_.string());
        }
    }

    static void TearDownTestSuite() {
        demo_.reset();
        if (!testing::UnitTest::GetInstance()->Failed()) {
            fs::remove_all(folder_);
        }
    }

    void SetUp() override {
        if (!Stage::has_anvil()) {
            GTEST_SKIP() << testing::UnitTest::GetInstance()->current_test_info()->name()
                         << ": no anvil; npm ci --prefix contracts";
        }
        ASSERT_TRUE(demo_->is_whole());
    }

    [[nodiscard]] static std::string path(const std::string& relative) {
        return demo_->path(relative);
    }

    [[nodiscard]] static std::string home_of(const std::string& key) {
        return path("homes/" + key);
    }

    [[nodiscard]] static std::string passphrase_of(const std::string& key) {
        return path("passphrases/" + key + "/passphrase");
    }

    [[nodiscard]] static Institution& party(const std::string& key) {
        return key == "compute" ? *demo_->story().computing_node
                                : demo_->story().named(key + ".example");
    }

    /// `mednexus match` of north, beside the test.
    [[nodiscard]] static std::unique_ptr<Process> begin_match(const std::string& output,
                                                              std::vector<std::string> more = {
                                                                  "--json"}) {
        std::vector<std::string> words{demo::sibling_program("mednexus").value(),
                                       "match",
                                       demo_->story().query_case,
                                       "--purpose",
                                       std::string(demo::kPurpose),
                                       "--home",
                                       home_of("north"),
                                       "-o",
                                       path(output)};
        words.insert(words.end(), more.begin(), more.end());
        return std::make_unique<Process>(words, path("logs/match"));
    }

    /// What north drew for the match under way, once it did.
    [[nodiscard]] static std::optional<AskedSecrets> await_query(const Secret<32>& north) {
        const auto deadline = std::chrono::steady_clock::now() + kQueryMax;
        while (std::chrono::steady_clock::now() < deadline) {
            if (auto asked = asked_now(home_of("north"), north)) {
                return asked;
            }
            std::this_thread::sleep_for(milliseconds(20));
        }
        return std::nullopt;
    }

    static fs::path folder_;
    static std::unique_ptr<FoundedDemo> demo_;
};

fs::path Parties::folder_;
std::unique_ptr<FoundedDemo> Parties::demo_;

bool is_running(const Process& process) {
    siginfo_t about{};
    return ::waitid(P_PID, static_cast<id_t>(process.pid()), &about, WEXITED | WNOHANG | WNOWAIT) ==
               0 &&
           about.si_pid == 0;
}

std::set<std::string> names_in(const std::string& folder) {
    std::set<std::string> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        out.insert(entry.path().filename().string());
    }
    EXPECT_FALSE(error) << folder << ": " << error.message();
    return out;
}

/// Processor time of a process, in ticks.
std::uint64_t ticks_of(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string text(std::istreambuf_iterator<char>(in), {});
    std::istringstream rest(text.substr(text.rfind(')') + 1));
    std::string word;
    for (int i = 0; i < 11; ++i) {
        rest >> word;
    }
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    rest >> user >> system;
    return user + system;
}

std::string in_lines(const std::set<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        out += name + "\n";
    }
    return out;
}

/// All that only institutions may know, with the text of their cases.
class Secrets {
public:
    explicit Secrets(std::vector<HomeSecrets> homes) : homes_(std::move(homes)) {}

    void add_asked(AskedSecrets asked) { asked_ = std::move(asked); }

    [[nodiscard]] const HomeSecrets& of(const std::string& key) const {
        return *std::find_if(
            homes_.begin(), homes_.end(), [&](const HomeSecrets& one) { return one.name == key; });
    }

    [[nodiscard]] Needles needles() const {
        Needles out;
        for (const HomeSecrets& home : homes_) {
            for (const auto* keys : {&home.own_keys, &home.seeds}) {
                for (const auto& [what, key] : *keys) {
                    out.add_key(home.name + " " + what, key);
                }
            }
            for (const auto& [id, vector] : home.cases) {
                out.add_vector(home.name + " vector", vector);
            }
        }
        out.add_vector("query vector", asked_.vector);
        out.add_key("query seed", asked_.query_seed);
        out.add_key("opening seed", asked_.opening_seed);
        out.add_key("query salt", asked_.salt);
        for (const std::string& word : demo::clinical_words()) {
            out.add_word(word);
        }
        return out;
    }

private:
    std::vector<HomeSecrets> homes_;
    AskedSecrets asked_;
};

/// A process that does nothing but hold these bytes.
class Holder {
public:
    explicit Holder(const std::string& shown) : pid_(::fork()) {
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // NOLINT(cppcoreguidelines-pro-type-vararg)
            std::ofstream(shown) << "ready";
            while (true) {
                ::pause();
            }
        }
        while (!fs::exists(shown)) {
            std::this_thread::sleep_for(milliseconds(5));
        }
    }

    ~Holder() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    Holder(Holder&&) = delete;
    Holder& operator=(Holder&&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

private:
    pid_t pid_;
};

class Apart : public Parties {
protected:
    static void SetUpTestSuite() {
        if (demo::can_hide_folders()) {
            raise("mednexus_apart");
        }
    }

    void SetUp() override {
        if (!demo::can_hide_folders()) {
            GTEST_SKIP() << "Apart."
                         << testing::UnitTest::GetInstance()->current_test_info()->name()
                         << ": no user and mount namespaces here";
        }
        Parties::SetUp();
    }

    static Secrets read_secrets() {
        std::vector<HomeSecrets> homes;
        for (const std::string& key : institution_keys()) {
            homes.push_back(secrets_of(home_of(key), passphrase_of(key)));
        }
        return Secrets(std::move(homes));
    }

    [[nodiscard]] static std::string copy_of(pid_t pid, const std::string& name) {
        std::string file = path("logs/" + name + ".memory");
        const std::uint64_t count = copy_memory(pid, file);
        EXPECT_GT(count, 1U << 20U) << name;
        std::cout << name << ": " << (count >> 20U) << " MiB of memory\n";
        return file;
    }

    /// Copies the computing node's memory again and again until the match has ended.
    static std::vector<std::string> copy_while(const Process& match) {
        const pid_t node = party("compute").pid();
        const std::uint64_t before = ticks_of(node);
        std::vector<std::string> out;
        std::vector<std::uint64_t> ticks;
        while (is_running(match) && out.size() < kCopiesMax) {
            out.push_back(copy_of(node, "compute-" + std::to_string(out.size())));
            ticks.push_back(ticks_of(node));
            std::this_thread::sleep_for(kPause);
        }
        while (is_running(match)) {
            std::this_thread::sleep_for(kPause);
        }
        const std::uint64_t after = ticks_of(node);
        const auto amid = std::count_if(ticks.begin(), ticks.end(), [&](std::uint64_t at) {
            return at > before && at < after;
        });
        EXPECT_GT(amid, 0) << "no copy while it computed: " << before << " to " << after
                           << " ticks";
        std::cout << out.size() << " copies, " << amid << " while it computed\n";
        return out;
    }

    /// What people read: one case of west has no consent, and no number.
    static void expect_numbers_of_permitted_cases_only(const std::string& out) {
        EXPECT_NE(out.find("\nsouth.example: 6 cases in its index, 0 not permitted\n"),
                  std::string::npos)
            << out;
        EXPECT_NE(out.find("\nwest.example: 6 cases in its index, 1 not permitted\n"),
                  std::string::npos)
            << out;
        const auto count_of = [&](const std::string& ending) {
            std::size_t count = 0;
            for (std::size_t at = out.find(ending); at != std::string::npos;
                 at = out.find(ending, at + 1)) {
                ++count;
            }
            return count;
        };
        EXPECT_EQ(count_of("  south.example\n"), 6U) << out;
        EXPECT_EQ(count_of("  west.example\n"), 5U) << out;
    }

    /// The match, with the computing node held until north has drawn its query.
    static std::vector<std::string> copies_of_a_match(Secrets& secrets, std::string& of_north) {
        const pid_t node = party("compute").pid();
        ::kill(node, SIGSTOP);
        const auto match = begin_match("apart.mnx", {"--top", "100"});
        auto asked = await_query(secrets.of("north").home_key);
        of_north = copy_of(party("north").pid(), "north");
        ::kill(node, SIGCONT);
        std::vector<std::string> out = copy_while(*match);
        const auto result = match->wait();
        EXPECT_EQ(result.exit_code, 0) << result.err;
        expect_numbers_of_permitted_cases_only(result.out);
        EXPECT_TRUE(asked.has_value());
        secrets.add_asked(asked.value_or(AskedSecrets{}));
        out.push_back(copy_of(node, "compute-after"));
        return out;
    }
};

TEST_F(Apart, TheComputingNodeSeesNoHomePassphraseOrCaseOfOthers) {
    const std::string process = "/proc/" + std::to_string(party("compute").pid());
    const std::string root = process + "/root";
    std::vector<std::string> hidden{path("inputs"), path("passphrases/accreditor")};
    for (const std::string& key : institution_keys()) {
        hidden.push_back(home_of(key));
        hidden.push_back(path("passphrases/" + key));
    }
    for (const std::string& folder : hidden) {
        EXPECT_EQ(names_in(root + folder), std::set<std::string>()) << folder;
        EXPECT_NE(names_in(folder), std::set<std::string>()) << folder << " is there for us";
    }
    EXPECT_EQ(names_in(root + home_of("compute")), names_in(home_of("compute")));
    for (const char* space : {"/ns/mnt", "/ns/user"}) {
        EXPECT_NE(fs::read_symlink(process + space),
                  fs::read_symlink("/proc/self" + std::string(space)));
    }
    // None of its capabilities is left by which it could change that.
    std::ifstream status(process + "/status");
    const std::string text(std::istreambuf_iterator<char>(status), {});
    EXPECT_NE(text.find("CapEff:\t0000000000000000"), std::string::npos) << text;
}

TEST_F(Apart, ItsMemoryAndFilesHoldNoSecretAndNoPlaintextOfOthers) {
    Secrets secrets = read_secrets();
    std::string of_north;
    const std::vector<std::string> copies = copies_of_a_match(secrets, of_north);
    const std::string of_south = copy_of(party("south").pid(), "south");
    ASSERT_FALSE(HasFailure());
    const Needles needles = secrets.needles();
    ASSERT_GT(needles.size(), 10'000U);
    for (const std::string& copy : copies) {
        const auto found = needles.found_in_file(copy);
        EXPECT_TRUE(found.empty()) << copy << " holds\n" << in_lines(found);
    }
    const auto in_files = needles.found_below(home_of("compute"));
    EXPECT_TRUE(in_files.empty()) << in_lines(in_files);

    // The scan finds what is there: in the requester while it waits, in an owner, in the computing
    // node its own, and everything in a process and a file that hold it.
    const auto north = needles.found_in_file(of_north);
    for (const char* what : {"north identity", "query seed", "opening seed", "query vector"}) {
        EXPECT_EQ(north.count(what), 1U) << what;
    }
    EXPECT_EQ(north.count("south identity"), 0U);
    EXPECT_EQ(needles.found_in_file(of_south).count("south identity"), 1U);
    const auto in_inputs = needles.found_below(path("inputs"));
    for (const std::string& word : demo::clinical_words()) {
        EXPECT_TRUE(std::any_of(in_inputs.begin(), in_inputs.end(), [&](const std::string& one) {
            return one.ends_with(": " + word);
        })) << word;
    }
    Needles own;
    for (const auto& [what, key] :
         secrets_of(home_of("compute"), passphrase_of("compute")).own_keys) {
        own.add_key(what, key);
    }
    EXPECT_EQ(own.found_in_file(copies.front()).count("identity"), 1U);
}

TEST_F(Apart, TheScanFindsEachSecretWhereItIs) {
    Secrets secrets = read_secrets();
    const HomeSecrets& south = secrets.of("south");
    Needles needles;
    std::set<std::string> all;
    for (const auto& [what, seed] : south.seeds) {
        needles.add_key(what, seed);
        all.insert(what);
    }
    const auto& [id, vector] = *south.cases.begin();
    needles.add_vector("vector", vector);
    all.insert("vector");
    ASSERT_GE(all.size(), 4U) << "share seed, data seed, patients, a vector";
    const Holder holder(path("logs/holder"));
    EXPECT_EQ(needles.found_in_file(copy_of(holder.pid(), "holder")), all);
}

/// One party is killed while a match waits for it.
class KillDuringMatch : public Parties {
protected:
    static void SetUpTestSuite() { raise("mednexus_kill_match"); }

    static void TearDownTestSuite() {
        restarted_.clear();
        Parties::TearDownTestSuite();
    }

    [[nodiscard]] static pid_t pid_of(const std::string& key) {
        const auto found = restarted_.find(key);
        return found != restarted_.end() ? found->second->pid() : party(key).pid();
    }

    static void restart(const std::string& key) {
        restarted_.erase(key);
        EXPECT_FALSE(party(key).stop().has_value()) << "it did not end by itself";
        const std::string endpoint = party(key).endpoint();
        auto daemon = demo::Daemon::start({demo::sibling_program("mednexusd").value(),
                                           "--home",
                                           home_of(key),
                                           "--listen",
                                           endpoint.substr(endpoint.rfind('/') + 1),
                                           "--passphrase-file",
                                           passphrase_of(key),
                                           "--die-with-parent"},
                                          {.log_path = path("logs/" + key + ".log")});
        ASSERT_TRUE(daemon.has_value()) << daemon.error().what;
        restarted_[key] = std::make_unique<demo::Daemon>(*std::move(daemon));
    }

    static void await_step(const std::string& step) {
        const auto deadline = std::chrono::steady_clock::now() + kQueryMax;
        while (!is_kept(home_of("north"), step)) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "no step " << step;
            std::this_thread::sleep_for(milliseconds(20));
        }
    }

    /// Institutions and scores of the ranking.
    [[nodiscard]] static std::vector<std::pair<std::string, std::int64_t>> whole_match(
        const std::string& output) {
        const auto match = begin_match(output);
        const auto result = match->wait();
        EXPECT_EQ(result.exit_code, 0) << result.err;
        EXPECT_TRUE(fs::exists(path(output)));
        std::vector<std::pair<std::string, std::int64_t>> out;
        for (const json::Value& one : items_in(last_line(result.out), "ranking")) {
            out.emplace_back(text_in(one, "institution"), number_in(one, "score"));
        }
        return out;
    }

    [[nodiscard]] static std::size_t bundles_of_north() {
        std::error_code none;
        const fs::directory_iterator folder(home_of("north") + "/bundles", none);
        return static_cast<std::size_t>(std::distance(folder, fs::directory_iterator()));
    }

    /// `held` stands still, so that the match waits for it when `victim` is killed.
    void expect_no_score(const std::string& victim,
                         const std::string& held,
                         const std::string& step) {
        const auto before = whole_match(victim + "-before.mnx");
        ASSERT_FALSE(before.empty());
        const std::size_t bundles = bundles_of_north();
        ASSERT_FALSE(is_kept(home_of("north"), step)) << "no match is under way";
        ::kill(pid_of(held), SIGSTOP);
        const auto match = begin_match(victim + "-killed.mnx");
        await_step(step);
        std::this_thread::sleep_for(kPause);
        ASSERT_TRUE(is_running(*match));
        ::kill(pid_of(victim), SIGKILL);
        const auto result = match->wait();
        ::kill(pid_of(held), SIGCONT);
        EXPECT_EQ(result.exit_code, exit_code_of(Kind::unavailable)) << result.out << result.err;
        EXPECT_EQ(result.out.find("score"), std::string::npos) << result.out;
        EXPECT_EQ(result.out.find("ranking"), std::string::npos) << result.out;
        EXPECT_FALSE(fs::exists(path(victim + "-killed.mnx")));
        EXPECT_EQ(bundles_of_north(), bundles);
        restart(victim);
        EXPECT_EQ(whole_match(victim + "-after.mnx"), before) << "with everybody there again";
    }

    static std::map<std::string, std::unique_ptr<demo::Daemon>> restarted_;
};

std::map<std::string, std::unique_ptr<demo::Daemon>> KillDuringMatch::restarted_;

TEST_F(KillDuringMatch, OfAMemberGives69AndNoScore) {
    for (const char* member : {"south", "west"}) {
        SCOPED_TRACE(member);
        expect_no_score(member, member, "outputs");
    }
}

TEST_F(KillDuringMatch, OfTheComputingNodeGives69AndNoScore) {
    expect_no_score("compute", "compute", "query");
}

TEST_F(KillDuringMatch, OfTheRequesterGives69AndNoScore) {
    expect_no_score("north", "west", "outputs");
}

}  // namespace
}  // namespace mednexus::integration
