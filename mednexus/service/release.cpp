#include "mednexus/service/release.hpp"

#include <string>

namespace mednexus::service {

Decision::Decision(const Verdict& verdict, std::uint64_t leaf_index)
    : is_permitted_(verdict.is_permitted()),
      kind_(verdict.request.kind),
      object_(verdict.request.object),
      leaf_index_(leaf_index) {}

Result<Decision> DecisionRecorder::record(const Verdict& verdict, BytesView leaf) {
    MN_TRY(const std::uint64_t index, log_->append_durably(leaf));
    return Decision(verdict, index);
}

Release::Release(const Decision& decision) noexcept
    : kind_(decision.kind()), object_(decision.object()), leaf_index_(decision.leaf_index()) {}

Result<Release> Release::from(const Decision& decision, ReleaseKind kind, const Hash32& object) {
    if (!decision.is_permitted()) {
        return fail(Kind::denied,
                    "release: decision " + std::to_string(decision.leaf_index()) + " denied");
    }
    Release release(decision);
    MN_DO(release.permits(kind, object));
    return release;
}

Result<void> Release::permits(ReleaseKind kind, const Hash32& object) const {
    if (kind_ != kind || object_ != object) {
        return fail(
            Kind::denied,
            "release: decision " + std::to_string(leaf_index_) + " is about another act or object");
    }
    return {};
}

}  // namespace mednexus::service
