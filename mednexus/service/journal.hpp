#pragma once
/// The workflow engine: every act that has effects is a row with its input, and one row per step
/// with its output, all sealed. A step that has a row is not done again; one that has none is
/// repeated, so every step must be repeatable. See docs/formats/journal.md.
/// Threads: safe. Two threads that begin the same (kind, key) at once: the second gets `busy`.
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/codec/json.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/service/database.hpp"

namespace mednexus::service {

/// Where a test may stop the world. An error from it ends the act as a crash would: nothing is
/// undone, nothing is recorded.
class StepObserver {
public:
    enum class Point : std::uint8_t {
        begun,   ///< the intent is durable, nothing else happened; the step is ""
        before,  ///< before the step's effect; also before the outcome is kept, step "close"
        after,   ///< its effect happened, its row is not written yet
        kept     ///< its row is durable
    };
    virtual ~StepObserver() = default;
    [[nodiscard]] virtual Result<void> at(Point point,
                                          std::string_view kind,
                                          std::string_view step) = 0;
};

/// What happens when the same (kind, key) is asked again after it was done.
enum class WhenDone : std::uint8_t {
    give_stored,  ///< its outcome again; another input is `conflict`
    begin_anew    ///< a new workflow
};

struct Act {
    std::string kind;
    std::string key;
    json::Value input;
    WhenDone when_done = WhenDone::give_stored;
    /// What must be equal when the key comes again; empty: the input.
    std::string identity{};
};

class Journal {
public:
    class Run;
    using Step = std::function<Result<json::Value>()>;
    using Body = std::function<Result<json::Value>(Run&)>;

    /// All three must outlive the journal.
    Journal(Database& database, Clock& clock, Random& random)
        : database_(&database), clock_(&clock), random_(&random) {}

    void set_observer(StepObserver* observer) noexcept { observer_ = observer; }

    struct Outcome {
        json::Value value;
        bool is_repeat = false;  ///< it had been done before; the body did not run
    };

    /// Writes the intent, runs the body (or what is left of it) and keeps its outcome.
    ///
    /// Errors   conflict: same key, other input; busy: under way in another thread; the body's own.
    ///          After busy, io, unavailable and internal the workflow stays open and goes on when
    ///          asked again; after any other error it is closed, and asking again begins anew.
    [[nodiscard]] Result<Outcome> perform(const Act& act, const Body& body);

    struct Unfinished {
        std::string kind;
        std::string key;
        json::Value input;
    };

    /// Open workflows, oldest first.
    [[nodiscard]] Result<std::vector<Unfinished>> unfinished() const;

    /// Closes an open act as failed: it will not be resumed. Errors: busy when it is under way; io.
    [[nodiscard]] Result<void> give_up(const Unfinished& act);

    /// The kept steps of an open act, by name. Errors: not_found.
    [[nodiscard]] Result<json::Object> steps_of(const Unfinished& act) const;

    /// Whether an act of this key is open or done.
    [[nodiscard]] Result<bool> was_begun(std::string_view kind, std::string_view key) const;

    /// Deletes finished acts of a kind whose outcome says so: asked again, they begin anew.
    [[nodiscard]] Result<void> forget_outcomes(
        std::string_view kind, const std::function<bool(const json::Value& outcome)>& says_so);

    /// The stored outcome of a finished act. Errors: not_found.
    [[nodiscard]] Result<json::Value> outcome_of(std::string_view kind, std::string_view key) const;

private:
    struct Row {
        std::string id;
        std::string state;
        std::string input_mac;
        json::Value outcome;
    };

    [[nodiscard]] std::string mac_of(const Act& act) const;
    [[nodiscard]] Result<Row> newest(std::string_view kind, std::string_view key) const;
    [[nodiscard]] Result<Row> insert(const Act& act);
    [[nodiscard]] Result<void> close(const Row& row,
                                     std::string_view state,
                                     const json::Value& outcome);
    [[nodiscard]] Result<Outcome> go_on(const Act& act, const Row& row, const Body& body);
    [[nodiscard]] Result<void> observe(StepObserver::Point point,
                                       std::string_view kind,
                                       std::string_view step) const;

    Database* database_;
    Clock* clock_;
    Random* random_;
    StepObserver* observer_ = nullptr;
    std::mutex mutex_;
    std::set<std::string> running_;  ///< "kind key" of acts that a thread is in; under mutex_
};

/// One workflow under way; lives as long as its body runs. Threads: that of its body alone, so that
/// steps are kept in one order; what other threads gathered is handed to a step of it.
class Journal::Run {
public:
    /// The stored output of this step, or that of `step`, which is stored before it is returned.
    /// Step names are unique in a workflow.
    [[nodiscard]] Result<json::Value> step(std::string_view name, const Step& step);

    /// The stored output of this step; nothing when it has none yet.
    [[nodiscard]] Result<std::optional<json::Value>> kept(std::string_view name) const;

    [[nodiscard]] const std::string& id() const noexcept { return id_; }

private:
    friend class Journal;

    [[nodiscard]] std::string row_name(std::string_view step) const;

    Run(Journal& journal, std::string id, std::string kind)
        : journal_(&journal), id_(std::move(id)), kind_(std::move(kind)) {}

    Journal* journal_;
    std::string id_;
    std::string kind_;
};

}  // namespace mednexus::service
