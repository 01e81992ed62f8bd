#pragma once
/// Two institutions on one chain as real programs: anvil, two mednexusd, mednexus for each act.
/// Set-up that fails is a failed assertion of the running test. Threads: one.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apps/mednexus/demo/child.hpp"
#include "mednexus/chain/contracts.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/http/rpc_transport.hpp"
#include "tests/integration/process.hpp"

namespace mednexus::integration {

inline constexpr const char* kNorth = "north";
inline constexpr const char* kSouth = "south";
inline constexpr const char* kCompute = "compute";
inline constexpr const char* kPurpose = "DUO:0000043";
inline constexpr const char* kUntil = "2035-01-01T00:00:00Z";

/// What there is of each thing, by name: "north log case.deposited", "chain CaseRegistered",
/// "south cases". Never negative; a name that is absent is zero.
using Census = std::map<std::string, std::int64_t>;
/// What came on top; names whose count did not change are left out.
[[nodiscard]] Census growth(const Census& before, const Census& after);

/// Members of JSON, empty when absent.
[[nodiscard]] std::string text_in(const json::Value& value, std::string_view key);
[[nodiscard]] std::int64_t number_in(const json::Value& value, std::string_view key);
[[nodiscard]] json::Array items_in(const json::Value& value, std::string_view key);
/// The last line of `out`.
[[nodiscard]] json::Value last_line(const std::string& out);

class Stage {
public:
    /// Anvil runs, the contracts are there, both institutions are accredited, know each other, have
    /// an agreement, and serve. `is_whole` tells whether all of that came to be.
    explicit Stage(const std::string& name);
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage();

    [[nodiscard]] static bool has_anvil();

    [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

    [[nodiscard]] std::string path(const std::string& relative) const;

    [[nodiscard]] const std::string& program() const noexcept { return program_; }

    /// `mednexus WORDS…` to its end.
    [[nodiscard]] demo::ChildResult run(std::vector<std::string> words) const;
    /// `mednexus WORDS… --home HOME --json`, with the passphrase at hand.
    [[nodiscard]] demo::ChildResult run_at(const std::string& home,
                                           std::vector<std::string> words) const;
    [[nodiscard]] std::vector<std::string> words_at(const std::string& home,
                                                    std::vector<std::string> words) const;
    /// run_at, which must succeed: the last line it printed.
    json::Value must(const std::string& home, std::vector<std::string> words) const;
    /// One operation through the daemon's socket.
    [[nodiscard]] Result<json::Value> ask(const std::string& home,
                                          const std::string& operation,
                                          const json::Object& arguments = {}) const;

    void start(const std::string& home);
    void stop(const std::string& home);
    void kill_and_reap(const std::string& home);
    [[nodiscard]] pid_t pid_of(const std::string& home) const;

    void start_chain() const;
    void stop_chain() const;
    /// SIGKILL, and waits for its end.
    void kill_chain() const;
    void await_end_of_chain() const;
    [[nodiscard]] pid_t pid_of_chain() const;

    [[nodiscard]] const std::string& rpc() const noexcept { return rpc_; }

    /// One RPC call. Errors: unavailable; internal: an error object.
    [[nodiscard]] Result<json::Value> call_chain(const std::string& method,
                                                 json::Array params = {}) const;

    /// A computing node serves, and both institutions have keys together and an index each.
    void found_consortium();

    /// Writes `[chain]` of a home again; its daemon must be down.
    void join(const std::string& home, std::vector<std::string> extra = {}) const;

    /// Deposits `count` cases never seen before, and gives their ids.
    [[nodiscard]] std::vector<std::string> deposit(const std::string& home, std::size_t count);
    /// A phenopacket never seen before; the path of its file.
    [[nodiscard]] std::string fresh_case(const std::string& home);
    /// Consent for the other institution, on chain when this returns.
    void consent(const std::string& home, const std::vector<std::string>& case_ids);
    [[nodiscard]] static std::vector<std::string> grant_words(const std::string& home);

    /// Mines and asks until neither home has anything to say on chain. False: not within 30 s.
    [[nodiscard]] bool settle() const;
    [[nodiscard]] Census census() const;
    /// `log export` and `log audit` of a home succeed.
    void audit(const std::string& home);
    /// Entries of one home's log, oldest first.
    [[nodiscard]] std::vector<std::string> entries(const std::string& home) const;

private:
    void found(const std::string& home, const std::string& jurisdiction);
    void build();
    void agree();
    void await_index(const std::string& home);
    void count_log(const std::string& home, Census& census) const;
    void count_chain(Census& census) const;

    std::string folder_;
    std::string program_;
    std::string rpc_;
    bool is_whole_ = false;
    int serial_ = 0;
    mutable http::RpcTransport transport_;
    std::map<std::string, std::unique_ptr<demo::Daemon>> daemons_;
};

/// "south.example" for "south".
[[nodiscard]] std::string name_of(const std::string& home);
[[nodiscard]] std::string other_than(const std::string& home);

}  // namespace mednexus::integration
