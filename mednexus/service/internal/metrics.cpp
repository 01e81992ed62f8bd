#include "mednexus/service/internal/metrics.hpp"

#include <fmt/format.h>

namespace mednexus::service::internal {

namespace {

void add(std::string& out,
         std::string_view name,
         std::string_view type,
         std::string_view help,
         std::uint64_t value) {
    out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
}

}  // namespace

std::string Metrics::text(std::uint64_t log_entries, std::uint64_t cases) const {
    std::string out;
    add(out, "mednexus_deposits_total", "counter", "Cases deposited since start.", deposits_);
    add(out, "mednexus_matches_asked_total", "counter", "Matches asked of peers.", matches_asked_);
    add(out,
        "mednexus_matches_answered_total",
        "counter",
        "Matches answered for peers.",
        matches_answered_);
    add(out, "mednexus_log_entries", "gauge", "Entries of the audit log.", log_entries);
    add(out, "mednexus_cases", "gauge", "Own cases that take part in matches.", cases);
    out +=
        "# HELP mednexus_decisions_total Decisions by kind and outcome since start.\n"
        "# TYPE mednexus_decisions_total counter\n";
    for (std::size_t kind = 0; kind < decisions_.size(); ++kind) {
        for (const std::size_t permitted : {0U, 1U}) {
            out += fmt::format("mednexus_decisions_total{{kind=\"{}\",outcome=\"{}\"}} {}\n",
                               name_of(static_cast<ReleaseKind>(kind)),
                               permitted == 1 ? "permitted" : "denied",
                               decisions_.at(kind).at(permitted).load());
        }
    }
    return out;
}

}  // namespace mednexus::service::internal
