#pragma once
/// That a query is an encryption of something short, shown without an answer from anybody. Without
/// it a requester could have the key opened instead of scores: a party gives an opening share only
/// for a query that it checked. Source: docs/formats/encrypted-score.md section 11 (what it shows
/// and what not), docs/adr/0114-queries-must-be-shown-to-be-encryptions.md. Threads: free functions
/// over values.
#include "mednexus/compute/encrypted_score.hpp"

namespace mednexus::compute {

/// The proof of the query that encrypt_query makes of the same arguments: 2.8 MiB at N = 8192.
/// `use` is a hash of who asks, and for what: nobody else can use the proof, or for anything else.
/// Deterministic, so a repeated step gives the same bytes.
/// Errors   denied: dimensions differ from the ring's; invalid: a ring of one dimension
[[nodiscard]] Result<Bytes> prove_query(const Ring& ring,
                                        const PublicKey& public_key,
                                        const Secret<32>& query_seed,
                                        const Vector& vector,
                                        const Hash32& use);

/// Errors   invalid: form or ring of query or proof, a ring of one dimension; denied: of another
///          session or query, a coefficient that is too large, a proof that does not hold for `use`
[[nodiscard]] Result<void> check_query(const Ring& ring,
                                       const PublicKey& public_key,
                                       BytesView query,
                                       const Hash32& use,
                                       BytesView proof);

}  // namespace mednexus::compute
