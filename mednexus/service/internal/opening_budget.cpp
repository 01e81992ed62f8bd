#include "mednexus/service/internal/opening_budget.hpp"

#include <algorithm>

#include "mednexus/service/internal/rows.hpp"

namespace mednexus::service::internal {

namespace {

/// A row to be: one opening of one case by one job.
struct Opening {
    std::string case_id;
    std::string consortium;
    std::string_view job;
};

/// An erasure may have removed the case since it was found.
Result<bool> is_on_file(Connection& connection, const std::string& case_id) {
    MN_TRY(Statement row, connection.prepare("SELECT 1 FROM cases WHERE id = ?1"));
    row.bind(case_id);
    return row.next();
}

Result<bool> is_taken(Connection& connection, const Opening& one) {
    MN_TRY(Statement row,
           connection.prepare("SELECT 1 FROM openings"
                              " WHERE case_id = ?1 AND consortium = ?2 AND job = ?3"));
    row.bind(one.case_id).bind(one.consortium).bind(one.job);
    return row.next();
}

Result<std::int64_t> count_taken(Connection& connection, const Opening& one) {
    MN_TRY(Statement row,
           connection.prepare("SELECT COUNT(*) FROM openings"
                              " WHERE case_id = ?1 AND consortium = ?2"));
    row.bind(one.case_id).bind(one.consortium);
    MN_TRY([[maybe_unused]] const bool has_row, row.next());
    return row.number(0);
}

Result<bool> take(Connection& connection, const Opening& one, std::uint32_t openings_max) {
    MN_TRY(const bool is_there, is_on_file(connection, one.case_id));
    if (!is_there) {
        return false;
    }
    MN_TRY(const bool was_taken, is_taken(connection, one));
    if (was_taken) {
        return true;
    }
    MN_TRY(const std::int64_t taken, count_taken(connection, one));
    if (taken >= std::int64_t{openings_max}) {
        return false;
    }
    MN_TRY(Statement insert, connection.prepare("INSERT INTO openings VALUES(?1, ?2, ?3)"));
    insert.bind(one.case_id).bind(one.consortium).bind(one.job);
    MN_DO(insert.run());
    return true;
}

}  // namespace

Result<std::vector<bool>> OpeningBudget::reserve(std::string_view job,
                                                 const Limit& limit,
                                                 std::span<const CaseId> cases) const {
    const std::string consortium = codec::to_hex_0x(limit.consortium.view());
    std::vector<bool> out;
    out.reserve(cases.size());
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Transaction transaction, Transaction::begin(*connection));
    for (const CaseId& id : cases) {
        MN_TRY(
            const bool is_permitted,
            take(*connection, {codec::to_hex_0x(id.view()), consortium, job}, limit.openings_max));
        out.push_back(is_permitted);
    }
    MN_DO(transaction.commit());
    return out;
}

Result<OpeningBudget::Use> OpeningBudget::use_of(const Limit& limit) const {
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement row,
           connection->prepare("SELECT COUNT(*) FROM openings WHERE consortium = ?1"
                               " GROUP BY case_id"));
    row.bind(codec::to_hex_0x(limit.consortium.view()));
    Use out;
    while (true) {
        MN_TRY(const bool has_row, row.next());
        if (!has_row) {
            return out;
        }
        const auto count = static_cast<std::uint64_t>(row.number(0));
        ++out.cases;
        out.most = std::max(out.most, count);
        out.used_up += count >= limit.openings_max ? 1U : 0U;
    }
}

}  // namespace mednexus::service::internal
