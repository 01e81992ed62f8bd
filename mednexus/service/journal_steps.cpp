/// Looking into acts that others left open.
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/sqlite.hpp"
#include "mednexus/service/journal.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own wrapper

Result<json::Object> Journal::steps_of(const Unfinished& act) const {
    MN_TRY(const Row row, newest(act.kind, act.key));
    MN_TRY(auto connection, database_->pool().lend());
    MN_TRY(Statement step,
           connection->prepare("SELECT name, output_sealed FROM steps WHERE workflow = ?1"));
    step.bind(row.id);
    json::Object out;
    while (true) {
        MN_TRY(const bool has_row, step.next());
        if (!has_row) {
            return out;
        }
        const std::string name = step.text(0);
        MN_TRY(const Bytes plain,
               database_->seal().open({"steps", row.id + ":" + name, "output"}, step.blob(1)));
        MN_TRY(json::Value output, json::parse(text_of(plain)));
        out.set(name, std::move(output));
    }
}

Result<bool> Journal::was_begun(std::string_view kind, std::string_view key) const {
    const auto row = newest(kind, key);
    if (!row && row.error().kind == Kind::not_found) {
        return false;
    }
    if (!row) {
        return tl::unexpected(row.error());
    }
    return row->state != "failed";
}

}  // namespace mednexus::service
