/// Signed documents, manifests and mednexus.toml: no text makes their readers stumble, and what is
/// read is what is written again.
#include "mednexus/core/check.hpp"
#include "mednexus/service/documents.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/documents_index.hpp"
#include "mednexus/service/home.hpp"
#include "mednexus/service/manifest.hpp"
#include "mednexus/service/session_part.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mednexus;
    const std::string_view text = text_of({data, size});
    const crypto::NoteVerifier stranger{
        .name = "patient", .type = crypto::NoteKeyType::ed25519, .key = {}};
    if (const auto card = service::parse_card(text)) {
        MN_CHECK(card->note == text);
    }
    if (const auto agreement = service::parse_agreement(text)) {
        MN_CHECK(service::signers_of(*agreement, {}).empty());
    }
    if (const auto request = service::parse_request(text)) {
        MN_CHECK(request->note == text);
    }
    if (const auto consortium = service::parse_consortium(text)) {
        MN_CHECK(text.starts_with(*service::write_consortium_text(*consortium)));
        MN_CHECK(service::signers_of_note(text, {}).empty());
    }
    if (const auto keys = service::parse_keys(text)) {
        MN_CHECK(text.starts_with(*service::write_keys_text(*keys)));
        MN_CHECK(!service::check_keys(*keys, {}, {}));
    }
    if (const auto index = service::parse_index(text)) {
        MN_CHECK(text.starts_with(*service::write_index_text(*index)));
        MN_CHECK(!service::check_signature(*index, stranger));
    }
    if (const auto outputs = service::parse_outputs(text)) {
        MN_CHECK(text.starts_with(*service::write_outputs_text(*outputs)));
        MN_CHECK(!service::check_signature(*outputs, stranger));
        (void)service::data_root_of(outputs->indexes);
    }
    MN_CHECK(!service::parse_session_part(text, stranger));
    MN_CHECK(!service::parse_consent(text, stranger));
    MN_CHECK(!service::parse_revocation(text, stranger));
    if (const auto manifest = service::parse_manifest(text)) {
        MN_CHECK(service::write_manifest(*manifest) == text);
    }
    (void)service::parse_home_config(text);
    return 0;
}
