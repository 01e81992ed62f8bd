#include "mednexus/da/retrieve.hpp"

#include <algorithm>

namespace mednexus::da {

namespace {

Failure publisher_fault(const std::string& what) {
    return fail(Kind::corrupt, "da.rebuild: publisher fault: " + what);
}

/// The first k different shards, each of them the header's.
Result<std::vector<Shard>> choose(const Header& header, std::span<const Shard> shards) {
    std::vector<Shard> out;
    for (const Shard& shard : shards) {
        MN_DO(check_shard(header, shard));
        const bool is_known = std::any_of(
            out.begin(), out.end(), [&](const Shard& one) { return one.index == shard.index; });
        if (!is_known && out.size() < header.code.k) {
            out.push_back(shard);
        }
    }
    if (out.size() < header.code.k) {
        return fail(Kind::unavailable,
                    "da.rebuild: " + std::to_string(out.size()) + " of " +
                        std::to_string(header.code.k) + " shards");
    }
    return out;
}

}  // namespace

Result<void> check_shard(const Header& header, const Shard& shard) {
    const std::string name = "da.shard " + std::to_string(shard.index);
    if (shard.index >= header.shards.size()) {
        return fail(Kind::invalid, name + ": the header has no such shard");
    }
    if (shard.content.size() != header.width()) {
        return fail(Kind::invalid, name + ": another length than the header says");
    }
    if (shard_hash(shard.content) != header.shards[shard.index]) {
        return fail(Kind::invalid, name + ": another hash than the header says");
    }
    return {};
}

Result<Bytes> rebuild(const Header& header, std::span<const Shard> shards) {
    MN_TRY(const std::vector<Shard> chosen, choose(header, shards));
    auto blob = join(chosen, header.code);
    if (!blob) {
        return publisher_fault(blob.error().what);
    }
    if (const auto encoded = encode_for(header, *blob); !encoded) {
        return publisher_fault(encoded.error().what);
    }
    return blob;
}

}  // namespace mednexus::da
