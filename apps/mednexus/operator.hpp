#pragma once
/// The node of a home, to an operator: the daemon that holds the home, or the home opened in this
/// process. Threads: one.
#include <memory>
#include <string_view>

#include "apps/mednexus/home.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::cli {

class Operator {
public:
    virtual ~Operator() = default;
    /// One operation of docs/api.md. Errors: the operation's own.
    [[nodiscard]] virtual Result<json::Value> execute(std::string_view operation,
                                                      const json::Value& arguments) = 0;
};

/// Asks for the passphrase only when no daemon answers.
/// Errors   as require_home, read_passphrase, Node::open and OperatorClient
[[nodiscard]] Result<std::unique_ptr<Operator>> open_operator(const HomeOptions& options,
                                                              Terminal& terminal);

/// open_operator and one operation.
[[nodiscard]] Result<json::Value> execute(const HomeOptions& options,
                                          Terminal& terminal,
                                          std::string_view operation,
                                          const json::Value& arguments);

}  // namespace mednexus::cli
