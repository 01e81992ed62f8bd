#pragma once
/// What institutions and patients sign: cards, agreements, consents, revocations, release requests.
/// Each is a C2SP signed note over one line of canonical JSON. See docs/formats/documents.md.
/// Threads: free functions over plain data.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/chain/types.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/crypto/x25519.hpp"
#include "mednexus/service/policy.hpp"
#include "mednexus/service/purpose.hpp"

namespace mednexus::service {

inline constexpr std::size_t kDocumentSizeBytesMax = 65536;
inline constexpr std::size_t kListItemsMax = 64;
inline constexpr std::uint32_t kTopMax = 1000;

/// 1 to 64 of a-z 0-9 . - ; first and last a letter or digit; no "..": safe as a file name.
[[nodiscard]] bool is_institution_name(std::string_view name) noexcept;
/// Two capital letters.
[[nodiscard]] bool is_jurisdiction(std::string_view place) noexcept;
/// 32 lower-case hex digits.
[[nodiscard]] bool is_document_id(std::string_view id) noexcept;

/// "mednexus/<kind>/v1" LF, canonical JSON, LF.
[[nodiscard]] std::string write_document_text(std::string_view kind, const json::Value& body);

/// A note and the JSON of its text, before any signature was looked at.
struct Document {
    codec::Note note;
    json::Value body;
    Hash32 digest;  ///< SHA-256 of note.text
};

/// Errors   invalid: not a note, another kind, not canonical, too long
[[nodiscard]] Result<Document> parse_document(std::string_view note,
                                              std::string_view kind,
                                              std::size_t size_bytes_max = kDocumentSizeBytesMax);

/// An institution as it presents itself.
struct Card {
    std::string name;
    std::string legal_name;
    std::string jurisdiction;
    std::string endpoint;
    crypto::NoteVerifier identity;
    crypto::NoteVerifier log;
    crypto::X25519PublicKey sealing_key;
    Hash32 tls_pin;
    chain::Address account;  ///< of the institution on a chain
    Hash32 digest;           ///< of the text; set by parse_card
    std::string note;        ///< the signed note; set by parse_card
};

/// Needs: names and places as the format says. Errors: invalid.
[[nodiscard]] Result<std::string> make_card(const Card& card,
                                            const crypto::NoteSigner& identity,
                                            const crypto::NoteSigner& log);
/// Errors   invalid: format; denied: not signed by both of its keys, and by them alone
[[nodiscard]] Result<Card> parse_card(std::string_view note);

struct Agreement {
    std::string id;
    std::vector<std::string> parties;
    std::vector<Purpose> purposes;
    std::vector<std::string> jurisdictions;
    Period period;
    Hash32 terms;
    Hash32 digest;     ///< set by parse_agreement
    std::string note;  ///< set by parse_agreement
};

/// The text that the parties sign. Sorts the lists. Errors: invalid.
[[nodiscard]] Result<std::string> write_agreement_text(Agreement agreement);
/// Reads without looking at signatures. Errors: invalid.
[[nodiscard]] Result<Agreement> parse_agreement(std::string_view note);
/// The same note with `signer`'s line added, or as it was if that line stands there already.
/// Errors   invalid: format; denied: the signer is no party
[[nodiscard]] Result<std::string> sign_agreement(std::string_view note,
                                                 const crypto::NoteSigner& signer);
/// Joins the signatures of two notes over one text. Errors: invalid; conflict: other texts.
[[nodiscard]] Result<std::string> merge_notes(std::string_view a, std::string_view b);
/// The parties among `known` whose signature holds. A false signature of a known party: nobody.
[[nodiscard]] std::vector<std::string> signers_of(const Agreement& agreement,
                                                  std::span<const crypto::NoteVerifier> known);

struct Consent {
    std::string id;
    CaseId case_id;
    std::vector<Purpose> purposes;
    std::vector<std::string> recipients;
    std::vector<std::string> jurisdictions;
    Period period;
};

/// The key of one consent, derived from the patient's seed.
[[nodiscard]] crypto::NoteSigner derive_consent_signer(const Secret<32>& patient_seed,
                                                       std::string_view consent_id);
/// Errors: invalid.
[[nodiscard]] Result<std::string> make_consent(const Consent& consent,
                                               const crypto::NoteSigner& signer);
/// Errors   invalid: format; denied: not signed by `signer`, or names another key
[[nodiscard]] Result<Consent> parse_consent(std::string_view note,
                                            const crypto::NoteVerifier& signer);

struct Revocation {
    std::string consent_id;
    CaseId case_id;
    UnixTime revoked;
};

[[nodiscard]] Result<std::string> make_revocation(const Revocation& revocation,
                                                  const crypto::NoteSigner& signer);
/// Errors   invalid: format; denied: not signed by `signer`
[[nodiscard]] Result<Revocation> parse_revocation(std::string_view note,
                                                  const crypto::NoteVerifier& signer);

/// What a request for a match wants opened, and to which key. docs/formats/documents.md.
struct OpeningTerms {
    Hash32 consortium;  ///< digest of the document
    Hash32 data_root;
    std::uint32_t epoch = 1;
    Hash32 opening_key;  ///< blob: the key that shares are made for
    Hash32 outputs;      ///< digest of the computing node's outputs
    Hash32 query;        ///< blob: the encrypted query
    Hash32 query_proof;  ///< blob: that it is an encryption
    friend bool operator==(const OpeningTerms&, const OpeningTerms&) = default;
};

/// A release request as it travels: for a match (opening_share) or for one case (rewrap).
/// docs/formats/documents.md, "release-request".
struct SignedRequest {
    ReleaseRequest request;  ///< reason stays empty: it is not part of the document
    UnixTime issued;
    Hash32 profile;
    std::vector<std::string> recipients;
    crypto::NoteVerifier requester_key;
    std::uint32_t top = 0;
    std::optional<OpeningTerms> opening{};  ///< present exactly when a match is asked for
    Hash32 digest;                          ///< set by parse_request
    std::string note;                       ///< set by parse_request
    bool is_signature_valid = false;        ///< one signature, by requester_key
};

[[nodiscard]] Result<std::string> make_request(const SignedRequest& request,
                                               const crypto::NoteSigner& identity);
/// Reads the request and records whether its own key signed it; whether that key is the one on the
/// requester's card is for the caller. Errors: invalid.
[[nodiscard]] Result<SignedRequest> parse_request(std::string_view note);

/// SHA-256("mednexus/commitment/v1" ‖ salt ‖ case id).
[[nodiscard]] Hash32 commit_to_case(const Hash32& salt, const CaseId& case_id);
/// The account that speaks for one consent on chain. docs/formats/chain.md section 3.
[[nodiscard]] Secret<32> derive_consent_account(const Secret<32>& patient_seed,
                                                std::string_view consent_id);
/// SHA-256("mednexus/consent-commitment/v1" ‖ salt ‖ digest of the document).
[[nodiscard]] Hash32 commit_to_consent(const Hash32& salt, const Hash32& document);
/// SHA-256("mednexus/case-handle/v1" ‖ salt ‖ case id).
[[nodiscard]] Hash32 case_handle_on_chain(const Hash32& salt, const CaseId& case_id);
/// SHA-256("mednexus/case-commitment/v1" ‖ salt ‖ manifest id).
[[nodiscard]] Hash32 commit_to_manifest(const Hash32& salt, const Hash32& manifest_id);

/// SHA-256("mednexus/query/v1" ‖ salt ‖ entries).
[[nodiscard]] Hash32 commit_to_query(const Hash32& salt, std::span<const std::int8_t> entries);

}  // namespace mednexus::service
