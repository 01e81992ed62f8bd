#include "mednexus/service/manifest.hpp"

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::string_view kFormat = "mednexus/manifest/v1";
constexpr std::int64_t kObjectSizeBytesMax = 1LL << 50U;

Hash32 commit(std::string_view label, const Hash32& salt, BytesView content) {
    Bytes data = to_bytes(label);
    append(data, salt.view());
    append(data, content);
    return crypto::sha256(data);
}

json::Value object_json(const ManifestObject& one) {
    json::Object out;
    out.set("media_type", one.media_type);
    out.set("root", hex_of(one.root));
    out.set("sealed_size_bytes", one.sealed_size_bytes);
    out.set("plain_size_bytes", one.plain_size_bytes);
    out.set("plain_commitment", hex(one.plain_commitment));
    out.set("key_commitment", hex(one.key_commitment));
    return out;
}

Result<std::uint64_t> read_size(json::Reader& reader, std::string_view key) {
    MN_TRY(const std::int64_t size, reader.integer(key));
    if (size < 1 || size > kObjectSizeBytesMax) {
        return fail(Kind::invalid, reader.path() + "." + std::string(key) + ": out of bounds");
    }
    return static_cast<std::uint64_t>(size);
}

Result<ManifestObject> read_object(const json::Value& value) {
    json::Reader reader(value, "manifest.objects");
    ManifestObject out;
    MN_TRY(out.media_type, reader.string("media_type"));
    MN_TRY(const Hash32 root, read_hash(reader, "root"));
    MN_TRY(out.root, ObjectRoot::from(root.view()));
    MN_TRY(out.sealed_size_bytes, read_size(reader, "sealed_size_bytes"));
    MN_TRY(out.plain_size_bytes, read_size(reader, "plain_size_bytes"));
    MN_TRY(out.plain_commitment, read_hash(reader, "plain_commitment"));
    MN_TRY(out.key_commitment, read_hash(reader, "key_commitment"));
    MN_DO(reader.finish());
    if (out.media_type.empty() || out.media_type.size() > 127) {
        return fail(Kind::invalid, "manifest.objects.media_type: not 1 to 127 bytes");
    }
    return out;
}

}  // namespace

std::string write_manifest(const Manifest& manifest) {
    json::Array objects;
    for (const ManifestObject& one : manifest.objects) {
        objects.push_back(object_json(one));
    }
    json::Object out;
    out.set("format", kFormat);
    out.set("salt", hex(manifest.salt));
    out.set("objects", std::move(objects));
    return json::write_canonical(out);
}

Result<Manifest> parse_manifest(std::string_view text) {
    MN_TRY(const json::Value value, json::parse(text, {.size_bytes_max = kManifestSizeBytesMax}));
    json::Reader reader(value, "manifest");
    MN_TRY(const std::string format, reader.string("format"));
    if (format != kFormat) {
        return fail(Kind::invalid, "manifest.format: not mednexus/manifest/v1");
    }
    Manifest out;
    MN_TRY(out.salt, read_hash(reader, "salt"));
    MN_TRY(const json::Array* objects, reader.array("objects"));
    MN_DO(reader.finish());
    if (objects->empty() || objects->size() > kManifestObjectsMax) {
        return fail(Kind::invalid, "manifest.objects: not 1 to 64");
    }
    for (const json::Value& one : *objects) {
        MN_TRY(ManifestObject object, read_object(one));
        out.objects.push_back(std::move(object));
    }
    if (write_manifest(out) != text) {
        return fail(Kind::invalid, "manifest: not canonical");
    }
    return out;
}

Hash32 manifest_id(std::string_view canonical) {
    return crypto::keccak256(bytes_of(canonical));
}

Hash32 commit_to_plaintext(const Hash32& salt, BytesView plain) {
    return commit("mednexus/plaintext/v1", salt, crypto::sha256(plain).view());
}

Hash32 commit_to_key(const Hash32& salt, BytesView header) {
    return commit("mednexus/object-key/v1", salt, header);
}

}  // namespace mednexus::service
