#pragma once
/// The written bounds of the HTTP layer. Source: docs/formats/http.md, section 5.
#include <cstddef>
#include <cstdint>

namespace mednexus::http {

inline constexpr std::size_t kRequestHeaderSizeBytesMax = 16U << 10U;
inline constexpr std::size_t kRequestBodySizeBytesMax = 16U << 20U;
inline constexpr std::size_t kAnswerBodySizeBytesMax = 64U << 20U;
inline constexpr std::size_t kErrorTextSizeBytesMax = 1024;

struct ServerLimits {
    std::size_t bodies_in_flight_bytes_max = 256U << 20U;  ///< request bodies held at once
    std::size_t blobs_in_flight_bytes_max = 384U << 20U;   ///< answers with blobs held at once
    std::uint32_t peer_connections_max = 256;
    std::uint32_t operator_connections_max = 32;
    std::uint32_t refused_connections_max = 16;  ///< beyond the above: told "busy", then closed
    std::uint32_t peer_threads = 4;              ///< they run the node's blocking calls
    std::uint32_t operator_threads = 2;
    std::uint32_t jobs_waiting_max = 64;  ///< per door, besides those that run
    std::uint32_t handshake_ms_max = 10'000;
    std::uint32_t idle_ms_max = 30'000;  ///< until a header is complete
    std::uint32_t body_ms_max = 120'000;
    std::uint32_t answer_ms_max = 120'000;  ///< to write one answer
    std::uint32_t stop_ms_max = 10'000;
};

struct ClientLimits {
    std::uint32_t connect_ms_max = 5'000;  ///< name, connect and TLS handshake each
    std::uint32_t send_ms_max = 30'000;
    std::uint32_t answer_ms_max = 120'000;
};

}  // namespace mednexus::http
