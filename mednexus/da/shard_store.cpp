#include "mednexus/da/shard_store.hpp"

#include <algorithm>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/da/batch_name.hpp"
#include "mednexus/da/retrieve.hpp"

namespace mednexus::da {

namespace {

constexpr std::string_view kHeaderFile = "/header";
constexpr std::string_view kShardFile = "/shard";
constexpr std::string_view kCompanionFile = "/companion";

std::string at(const std::string& folder, std::string_view file) {
    return folder + std::string(file);
}

/// Every batch of this log that anything is there of, in order of ranges.
Result<std::vector<BatchName>> names_in(const Disk& disk, const std::string& folder) {
    MN_TRY(const std::vector<std::string> found, disk.list(folder));
    std::vector<BatchName> out;
    for (const std::string& name : found) {
        if (!name.ends_with('/')) {
            continue;
        }
        if (const auto parsed =
                parse_batch_name(std::string_view(name).substr(0, name.size() - 1))) {
            out.push_back(*parsed);
        }
    }
    return out;
}

/// The header of a batch; nothing where a crash left no header.
Result<std::optional<std::string>> header_note_in(const Disk& disk, const std::string& folder) {
    const auto raw = disk.read(at(folder, kHeaderFile), kHeaderSizeBytesMax);
    if (!raw && raw.error().kind == Kind::not_found) {
        return std::optional<std::string>();
    }
    if (!raw) {
        return fail(raw.error().kind == Kind::io ? Kind::io : Kind::corrupt,
                    "da.store: a held header: " + raw.error().what);
    }
    return std::optional(std::string(text_of(*raw)));
}

bool overlaps(const Batch& a, const Batch& b) noexcept {
    return a.from < b.to && b.from < a.to;
}

Failure fault(const std::string& what) {
    return fail(Kind::conflict, "da.store: publisher fault: " + what);
}

std::string words_of(const Header& header) {
    return codec::to_hex_0x(commitment_of(header).view()) + " for entries " +
           std::to_string(header.batch.from) + " to " + std::to_string(header.batch.to);
}

/// One log has one root at each size.
bool is_forked(const Batch& a, const Batch& b) noexcept {
    return (a.to == b.to && a.root != b.root) || (a.from == b.from && a.before != b.before) ||
           (a.to == b.from && a.root != b.before) || (b.to == a.from && b.root != a.before);
}

/// What a holder that signed for `held` may sign for too.
Result<void> check_pair(const Header& held, const Header& offered) {
    if (is_forked(held.batch, offered.batch)) {
        return fault("the log was forked: held " + words_of(held) + ", offered " +
                     words_of(offered));
    }
    if (held.roster == offered.roster && overlaps(held.batch, offered.batch)) {
        return fault("two headers: held " + words_of(held) + ", offered " + words_of(offered));
    }
    return {};
}

}  // namespace

/// One thread's turn with one log.
class ShardStore::Turn {
public:
    [[nodiscard]] static Result<std::unique_ptr<Turn>> take(ShardStore& store,
                                                            const std::string& origin) {
        const std::scoped_lock lock(store.mutex_);
        if (!store.under_way_.insert(origin).second) {
            return fail(Kind::busy, "da.store: a batch of this log is under way");
        }
        return std::unique_ptr<Turn>(new Turn(store, origin));
    }

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Turn(Turn&&) = delete;
    Turn& operator=(Turn&&) = delete;

    ~Turn() {
        const std::scoped_lock lock(store_.mutex_);
        store_.under_way_.erase(origin_);
    }

private:
    Turn(ShardStore& store, std::string origin) : store_(store), origin_(std::move(origin)) {}

    ShardStore& store_;
    std::string origin_;
};

std::string ShardStore::folder_of(std::string_view origin) const {
    return folder_ + "/" + codec::to_hex(crypto::sha256(bytes_of(origin)).view());
}

std::string ShardStore::folder_of(const Header& header) const {
    return folder_of(header.batch.origin) + "/" + write_batch_name(name_of(header));
}

Result<void> ShardStore::check_against_held(const SignedHeader& offered) const {
    const Batch& batch = offered.header.batch;
    const std::string folder = folder_of(batch.origin);
    MN_TRY(const std::vector<BatchName> names, names_in(*disk_, folder));
    if (names.size() >= kBatchesHeldMax) {
        return fail(Kind::unavailable, "da.store: too many batches of one log are held");
    }
    for (const BatchName& name : names) {
        const bool touches = name.from <= batch.to && batch.from <= name.to;
        if (!touches || name.commitment == offered.commitment) {
            continue;
        }
        MN_TRY(const auto note, header_note_in(*disk_, folder + "/" + write_batch_name(name)));
        if (!note) {
            continue;
        }
        const auto held = parse_header(*note);
        if (!held) {
            return fail(Kind::corrupt, "da.store: a held header: " + held.error().what);
        }
        MN_DO(check_pair(*held, offered.header));
    }
    return {};
}

/// The header last: it says that the others are there.
Result<void> ShardStore::write(const Offer& offer, const Bytes& shard) {
    const std::string folder = folder_of(offer.header.header);
    MN_TRY(const auto note, header_note_in(*disk_, folder));
    const auto there = disk_->read(at(folder, kShardFile), shard.size());
    if (note == offer.header.note && there && *there == shard) {
        return {};
    }
    MN_DO(disk_->write(at(folder, kShardFile), shard));
    MN_DO(disk_->write(at(folder, kCompanionFile), bytes_of(offer.companion)));
    return disk_->write(at(folder, kHeaderFile), bytes_of(offer.header.note));
}

Result<std::string> ShardStore::accept(const Offer& offer, const crypto::NoteSigner& holder) {
    const Header& header = offer.header.header;
    const auto index = offer.roster.index_of(holder.verifier());
    if (offer.roster.hash() != header.roster || !index || *index >= header.shards.size()) {
        return fail(Kind::denied, "da.store: the header is not for a roster with this holder");
    }
    if (offer.companion.size() > kCompanionSizeBytesMax) {
        return fail(Kind::invalid, "da.store: the companion has more than 64 KiB");
    }
    MN_TRY(const std::vector<Bytes> shards, encode_for(header, offer.blob));
    MN_TRY(const auto turn, Turn::take(*this, header.batch.origin));
    MN_DO(check_against_held(offer.header));
    MN_DO(write(offer, shards[*index]));
    return attest(header, holder);
}

Result<std::vector<HeldBatch>> ShardStore::list(std::string_view origin,
                                                std::size_t skip,
                                                std::size_t count) const {
    const std::string folder = folder_of(origin);
    MN_TRY(const std::vector<BatchName> names, names_in(*disk_, folder));
    std::vector<HeldBatch> out;
    for (std::size_t i = skip; i < names.size() && out.size() < count; ++i) {
        const std::string place = folder + "/" + write_batch_name(names[i]);
        MN_TRY(const auto note, header_note_in(*disk_, place));
        if (!note) {
            continue;
        }
        MN_TRY(const Bytes companion,
               disk_->read(at(place, kCompanionFile), kCompanionSizeBytesMax));
        out.push_back({*note, std::string(text_of(companion))});
    }
    return out;
}

Result<Shard> ShardStore::shard(const Header& header) const {
    const std::string place = folder_of(header);
    MN_TRY(const auto note, header_note_in(*disk_, place));
    if (!note) {
        return fail(Kind::not_found, "da.store: no such batch is held");
    }
    auto content = disk_->read(at(place, kShardFile), header.width());
    if (!content && content.error().kind == Kind::io) {
        return fail_in("da.store", content.error());
    }
    const Hash32 hash = content && !content->empty() ? shard_hash(*content) : Hash32();
    const auto found = std::find(header.shards.begin(), header.shards.end(), hash);
    if (!content || content->size() != header.width() || found == header.shards.end()) {
        return fail(Kind::corrupt, "da.store: the shard on disk does not have its hash");
    }
    const auto index = static_cast<std::uint32_t>(found - header.shards.begin());
    return Shard{.index = index, .content = *std::move(content)};
}

}  // namespace mednexus::da
