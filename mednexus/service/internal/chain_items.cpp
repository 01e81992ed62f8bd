/// Payloads of the outbox, and the calls they become.
#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/chain_relay.hpp"

namespace mednexus::service::internal {

namespace {

void set_signature(json::Object& out, const crypto::RecoverableSignature& signature) {
    out.set("r", hex(signature.r));
    out.set("s", hex(signature.s));
    out.set("parity", std::uint64_t{signature.parity});
}

Result<crypto::RecoverableSignature> read_signature(json::Reader& reader) {
    crypto::RecoverableSignature out;
    MN_TRY(out.r, read_hash(reader, "r"));
    MN_TRY(out.s, read_hash(reader, "s"));
    MN_TRY(const std::int64_t parity, reader.integer("parity"));
    out.parity = static_cast<std::uint8_t>(parity & 1);
    return out;
}

/// Reads every payload with `read` and hands the list to `call`.
template <typename T, typename Read, typename Call>
Result<Bytes> batch_of(const std::vector<Item>& items, Read read, Call call) {
    std::vector<T> list;
    for (const Item& item : items) {
        MN_TRY(const json::Value value, json::parse(item.payload));
        json::Reader reader(value, "item");
        MN_TRY(T one, read(reader));
        list.push_back(std::move(one));
    }
    return call(list);
}

Result<chain::Signed<chain::ConsentGrant>> read_grant(json::Reader& reader) {
    chain::Signed<chain::ConsentGrant> out;
    MN_TRY(out.message.handle, read_hash(reader, "handle"));
    MN_TRY(out.message.commitment, read_hash(reader, "commitment"));
    MN_TRY(out.message.expires.seconds, reader.integer("expires"));
    MN_TRY(const std::int64_t version, reader.integer("version"));
    out.message.version = static_cast<std::uint32_t>(version);
    MN_TRY(out.signature, read_signature(reader));
    return out;
}

Result<chain::Signed<chain::ConsentRevocation>> read_revocation(json::Reader& reader) {
    chain::Signed<chain::ConsentRevocation> out;
    MN_TRY(out.message.handle, read_hash(reader, "handle"));
    MN_TRY(out.signature, read_signature(reader));
    return out;
}

Result<chain::CaseEntry> read_entry(json::Reader& reader) {
    chain::CaseEntry out;
    MN_TRY(out.handle, read_hash(reader, "handle"));
    MN_TRY(out.commitment, read_hash(reader, "commitment"));
    return out;
}

Result<Bytes> anchor_calldata(const Item& item) {
    MN_TRY(const json::Value value, json::parse(item.payload));
    json::Reader reader(value, "item");
    MN_TRY(const std::int64_t size, reader.integer("size"));
    MN_TRY(const Hash32 root, read_hash(reader, "root"));
    return chain::anchor_call(static_cast<std::uint64_t>(size), root);
}

Result<Bytes> calldata_unfenced(const std::vector<Item>& items) {
    switch (items.front().kind) {
        case ItemKind::grant:
            return batch_of<chain::Signed<chain::ConsentGrant>>(
                items, &read_grant, &chain::grant_batch_call);
        case ItemKind::revoke:
            return batch_of<chain::Signed<chain::ConsentRevocation>>(
                items, &read_revocation, &chain::revoke_batch_call);
        case ItemKind::register_case:
            return batch_of<chain::CaseEntry>(items, &read_entry, &chain::register_batch_call);
        case ItemKind::tombstone:
            return batch_of<Hash32>(
                items,
                [](json::Reader& reader) { return read_hash(reader, "handle"); },
                &chain::tombstone_batch_call);
        case ItemKind::anchor:
            break;
    }
    return anchor_calldata(items.front());
}

}  // namespace

std::string write_grant_item(const chain::Signed<chain::ConsentGrant>& grant) {
    json::Object out;
    out.set("handle", hex(grant.message.handle));
    out.set("commitment", hex(grant.message.commitment));
    out.set("expires", grant.message.expires.seconds);
    out.set("version", std::uint64_t{grant.message.version});
    set_signature(out, grant.signature);
    return json::write_canonical(json::Value(std::move(out)));
}

std::string write_revocation_item(const chain::Signed<chain::ConsentRevocation>& revocation) {
    json::Object out;
    out.set("handle", hex(revocation.message.handle));
    set_signature(out, revocation.signature);
    return json::write_canonical(json::Value(std::move(out)));
}

std::string write_register_item(const chain::CaseEntry& entry) {
    json::Object out;
    out.set("handle", hex(entry.handle));
    out.set("commitment", hex(entry.commitment));
    return json::write_canonical(json::Value(std::move(out)));
}

std::string write_tombstone_item(const Hash32& handle) {
    json::Object out;
    out.set("handle", hex(handle));
    return json::write_canonical(json::Value(std::move(out)));
}

std::string write_anchor_item(std::uint64_t size,
                              const Hash32& root,
                              const std::string& checkpoint) {
    json::Object out;
    out.set("checkpoint", checkpoint);
    out.set("size", size);
    out.set("root", hex(root));
    return json::write_canonical(json::Value(std::move(out)));
}

Result<std::string> checkpoint_of(const Item& anchor) {
    MN_TRY(const json::Value value, json::parse(anchor.payload));
    return json::Reader(value, "item").string("checkpoint");
}

Result<Bytes> calldata_of(const std::vector<Item>& items) {
    auto out = calldata_unfenced(items);
    if (!out) {
        return fail(Kind::corrupt, "database: chain_items: " + out.error().what);
    }
    return out;
}

}  // namespace mednexus::service::internal
