#pragma once
/// A service::Node of canned answers, and a place where its handlers can be held.
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "mednexus/http/internal/testing/identity.hpp"
#include "mednexus/service/node.hpp"

namespace mednexus::http::internal {

/// Handlers wait here until the test opens it. Threads: safe.
class Gate {
public:
    void open() {
        const std::scoped_lock lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }

    void pass() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return is_open_; });
    }

    void await_waiting(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_open_ = false;  // both guarded by mutex_
    int waiting_ = 0;
};

class FakeNode final : public service::Node {
public:
    FakeNode() : identity_(make_test_identity()) {}

    [[nodiscard]] const TestIdentity& identity() const { return identity_; }

    void know(std::string name, const Hash32& pin) {
        const std::scoped_lock lock(mutex_);
        names_[pin] = std::move(name);
    }

    void forget(const Hash32& pin) {
        const std::scoped_lock lock(mutex_);
        names_.erase(pin);
    }

    [[nodiscard]] Gate& gate() { return gate_; }

    [[nodiscard]] int calls() const { return calls_.load(); }

    [[nodiscard]] Result<json::Value> execute(std::string_view operation,
                                              const json::Value& body) override {
        return answer("operator", operation, body);
    }

    [[nodiscard]] Result<json::Value> answer_peer(std::string_view peer,
                                                  std::string_view operation,
                                                  const json::Value& body) override {
        return answer(peer, operation, body);
    }

    [[nodiscard]] Result<Bytes> object_for_peer(std::string_view peer,
                                                const ObjectRoot& root) override {
        if (root != ObjectRoot()) {
            return fail(Kind::not_found, "storage.get: no such object");
        }
        return to_bytes("ciphertext for " + std::string(peer));
    }

    /// The zero hash names what set_blob was given.
    [[nodiscard]] Result<Bytes> blob_for_peer(std::string_view peer, const Hash32& hash) override {
        if (hash != Hash32() || peer == "") {
            return fail(Kind::denied, "blob: not for this peer");
        }
        if (waits_before_blobs) {
            gate_.pass();
        }
        return blob_;
    }

    /// While no request is under way.
    void set_blob(Bytes blob) { blob_ = std::move(blob); }

    std::atomic<bool> waits_before_blobs{false};

    [[nodiscard]] Result<void> tick() override { return {}; }

    [[nodiscard]] Result<Bytes> log_file(std::string_view path) const override {
        if (path == "checkpoint") {
            return to_bytes(std::string_view("north.example/log\n0\n"));
        }
        return fail(Kind::not_found, "ledger: no such file");
    }

    [[nodiscard]] Result<std::string> peer_named_by_pin(const Hash32& pin) const override {
        const std::scoped_lock lock(mutex_);
        const auto found = names_.find(pin);
        if (found == names_.end()) {
            return fail(Kind::denied, "peers: no card has this key");
        }
        return found->second;
    }

    service::TlsIdentity tls_identity() const override { return identity_.tls(); }

    std::string metrics() const override { return "mednexus_fake 1\n"; }

private:
    [[nodiscard]] Result<json::Value> answer(std::string_view who,
                                             std::string_view operation,
                                             const json::Value& body) {
        constexpr std::string_view kFailAs = "fail.";
        ++calls_;
        if (operation == "wait") {
            gate_.pass();
        }
        if (operation.substr(0, kFailAs.size()) == kFailAs) {
            return fail(kind_named(operation.substr(kFailAs.size())), "fake: it did not go well");
        }
        json::Object out;
        out.set("who", who);
        out.set("operation", operation);
        out.set("body", body);
        return json::Value(std::move(out));
    }

    TestIdentity identity_;
    Bytes blob_ = to_bytes(std::string_view("a blob"));
    Gate gate_;
    mutable std::mutex mutex_;
    std::map<Hash32, std::string> names_;  // guarded by mutex_
    std::atomic<int> calls_{0};
};

}  // namespace mednexus::http::internal
