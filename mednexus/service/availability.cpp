#include "mednexus/service/availability.hpp"

#include <algorithm>

#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::string_view kFolder = "da/own";
constexpr std::string_view kHeaderFile = "/header";
constexpr std::string_view kCompanionFile = "/companion";
constexpr std::string_view kCertificateFile = "/certificate";

std::string place_of(const da::BatchName& name, std::string_view file) {
    return std::string(kFolder) + "/" + da::write_batch_name(name) + std::string(file);
}

Failure corrupt(const std::string& what) {
    return fail(Kind::corrupt, "da/own: " + what);
}

Result<OwnBatch::Certified> parse_certified(std::string_view text) {
    MN_TRY(const json::Value value, json::parse(text));
    json::Reader reader(value, "certificate");
    OwnBatch::Certified out;
    MN_TRY(out.certificate, reader.string("certificate"));
    MN_TRY(out.leaf, read_count(reader, "leaf", da::kLogSizeMax));
    MN_DO(reader.finish());
    return out;
}

Result<std::string> read_text(const Disk& disk, const std::string& path) {
    MN_TRY(const Bytes raw, disk.read(path, kDocumentSizeBytesMax));
    return std::string(text_of(raw));
}

Result<std::optional<OwnBatch::Certified>> read_certified(const Disk& disk,
                                                          const da::BatchName& name) {
    const auto text = read_text(disk, place_of(name, kCertificateFile));
    if (!text && text.error().kind == Kind::not_found) {
        return std::optional<OwnBatch::Certified>();
    }
    if (!text) {
        return tl::unexpected(text.error());
    }
    auto certified = parse_certified(*text);
    if (!certified) {
        return corrupt(certified.error().what);
    }
    return std::optional(std::move(*certified));
}

}  // namespace

json::Object to_json(const LogDispersedData& data) {
    json::Object out;
    out.set("certificate", hex(data.certificate));
    out.set("from", data.from);
    out.set("header", hex(data.header));
    out.set("profile", da::name_of(data.profile));
    out.set("to", data.to);
    return out;
}

Result<LogDispersedData> parse_log_dispersed(const Event& event) {
    if (event.kind != EventKind::log_dispersed) {
        return fail(Kind::invalid, "event: is not of kind log.dispersed");
    }
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    LogDispersedData out;
    MN_TRY(out.certificate, read_hash(reader, "certificate"));
    MN_TRY(out.from, read_count(reader, "from", da::kLogSizeMax));
    MN_TRY(out.header, read_hash(reader, "header"));
    MN_TRY(const std::string profile, reader.string("profile"));
    MN_TRY(out.profile, da::parse_profile(profile));
    MN_TRY(out.to, read_count(reader, "to", da::kLogSizeMax));
    MN_DO(reader.finish());
    return out;
}

Result<std::vector<da::BatchName>> OwnBatches::names() const {
    MN_TRY(const std::vector<std::string> found, disk_->list(std::string(kFolder)));
    std::vector<da::BatchName> out;
    for (const std::string& name : found) {
        if (const auto parsed = da::parse_batch_name(name.substr(0, name.size() - 1))) {
            out.push_back(*parsed);
        }
    }
    return out;
}

Result<OwnBatch> OwnBatches::read(const da::BatchName& name) const {
    OwnBatch out;
    MN_TRY(out.header_note, read_text(*disk_, place_of(name, kHeaderFile)));
    auto header = da::parse_header(out.header_note);
    if (!header || da::name_of(*header) != name) {
        return corrupt(header ? "a header under another name" : header.error().what);
    }
    out.header = std::move(*header);
    MN_TRY(out.checkpoint, read_text(*disk_, place_of(name, kCompanionFile)));
    MN_TRY(out.certified, read_certified(*disk_, name));
    return out;
}

Result<std::uint64_t> OwnBatches::certified_size() const {
    MN_TRY(const std::vector<da::BatchName> all, names());
    std::uint64_t out = 0;
    for (const da::BatchName& name : all) {
        if (name.to <= out) {
            continue;
        }
        const auto size = disk_->size_of(place_of(name, kCertificateFile));
        if (!size && size.error().kind != Kind::not_found) {
            return tl::unexpected(size.error());
        }
        out = size ? name.to : out;
    }
    return out;
}

Result<std::optional<OwnBatch>> OwnBatches::find(std::uint64_t from, const Hash32& roster) const {
    MN_TRY(const std::vector<da::BatchName> all, names());
    for (const da::BatchName& name : all) {
        if (name.from != from) {
            continue;
        }
        auto batch = read(name);
        if (!batch && batch.error().kind == Kind::not_found) {
            continue;  // a crash's leftover: nobody has seen this header
        }
        if (!batch) {
            return tl::unexpected(batch.error());
        }
        if (batch->header.roster == roster) {
            return std::optional(std::move(*batch));
        }
    }
    return std::optional<OwnBatch>();
}

/// The header last: it says that the other is there.
Result<void> OwnBatches::keep_header(const da::SignedHeader& header,
                                     const std::string& checkpoint) {
    const da::BatchName name = da::name_of(header.header);
    MN_DO(disk_->write(place_of(name, kCompanionFile), bytes_of(checkpoint)));
    return disk_->write(place_of(name, kHeaderFile), bytes_of(header.note));
}

Result<void> OwnBatches::keep_certificate(const da::Header& header,
                                          const OwnBatch::Certified& certified) {
    json::Object out;
    out.set("certificate", certified.certificate);
    out.set("leaf", certified.leaf);
    return disk_->write(place_of(da::name_of(header), kCertificateFile),
                        bytes_of(json::write_canonical(json::Value(std::move(out)))));
}

}  // namespace mednexus::service
