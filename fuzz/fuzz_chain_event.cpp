// chain::parse_event and describe_revert: contract (1 byte), number of topics (1 byte), topics of
// 32 bytes, data; the data alone is also a revert.
#include <algorithm>
#include <cstdint>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"

namespace {

using namespace mednexus;

chain::Address address(std::uint8_t last) {
    chain::Address out;
    out.mutable_array().back() = last;
    return out;
}

Result<chain::EventLog> read_log(BytesView raw) {
    codec::Cursor cursor(raw);
    chain::EventLog out;
    MN_TRY(const std::uint8_t contract, cursor.u8());
    MN_TRY(const std::uint8_t count, cursor.u8());
    out.address = address(contract);
    for (std::uint8_t i = 0; i < count; ++i) {
        MN_TRY(const BytesView topic, cursor.take(Hash32::kSizeBytes));
        MN_TRY(const Hash32 value, Hash32::from(topic));
        out.topics.push_back(value);
    }
    MN_TRY(const BytesView data, cursor.take(cursor.remaining()));
    out.data = to_bytes(data);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const chain::Deployment at{.chain_id = 1,
                               .institutions = address(1),
                               .consents = address(2),
                               .cases = address(3),
                               .anchors = address(4)};
    const auto log = read_log({data, size});
    if (!log) {
        return 0;
    }
    if (const auto event = chain::parse_event(at, *log)) {
        MN_CHECK(!log->topics.empty() && log->topics.size() <= 4);
        if (const auto* grant = std::get_if<chain::ConsentGranted>(&*event)) {
            MN_CHECK(grant->expires.seconds >= 0);
        }
    }
    const std::string told = chain::describe_revert(log->data);
    MN_CHECK(std::all_of(told.begin(), told.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    return 0;
}
