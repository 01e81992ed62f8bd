/// The form of the part `anchors`: what is not a bundle at all.
#include "mednexus/service/internal/anchor_checks.hpp"

namespace mednexus::service {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): our own checks
using ::testing::HasSubstr;

class AnchorsForm : public VerifyAnchors {
protected:
    void expect_not_a_bundle(const std::function<void(json::Object&)>& bend, const char* rule) {
        json::Value value = *json::parse(good_);
        json::Object parts = *value.as_object()->find("parts")->as_object();
        json::Object anchors = *parts.find("anchors")->as_object();
        bend(anchors);
        parts.set("anchors", anchors);
        value.as_object()->set("parts", parts);
        const auto report = verify_bundle(json::write_canonical(value), std::nullopt);
        ASSERT_FALSE(report) << rule;
        EXPECT_EQ(report.error().kind, Kind::invalid);
        EXPECT_THAT(report.error().what, HasSubstr(rule));
    }

    void expect_no_receipt(const std::function<void(json::Object&)>& bend, const char* rule) {
        expect_not_a_bundle(
            [&](json::Object& anchors) {
                json::Array receipts = *anchors.find("receipts")->as_array();
                bend(*receipts[0].as_object());
                anchors.set("receipts", receipts);
            },
            rule);
    }

    std::string good_ = anchored().bundle();
};

TEST_F(AnchorsForm, RefusesMembersThatAreUnknownOrOfAnotherForm) {
    expect_not_a_bundle([](json::Object& o) { o.set("more", 1); }, "more");
    expect_not_a_bundle([](json::Object& o) { o.set("chain_id", 0); }, "chain_id");
    expect_not_a_bundle([](json::Object& o) { o.set("chain_id", "9107"); }, "chain_id");
    expect_not_a_bundle([](json::Object& o) { o.set("contract", "0x12"); }, "");
    expect_not_a_bundle([](json::Object& o) { o.set("contract", "0x" + std::string(40, 'A')); },
                        "not canonical");
    expect_not_a_bundle([](json::Object& o) { o.set("headers", json::Array()); }, "headers");
    expect_not_a_bundle(
        [](json::Object& o) { o.set("headers", json::Array(4097, json::Value("AA=="))); },
        "headers: out of bounds");
    expect_not_a_bundle(
        [](json::Object& o) { o.set("headers", json::Array(8, json::Value("AA=="))); }, "");
    expect_not_a_bundle(
        [](json::Object& o) {
            o.set("headers", json::Array(8, json::Value(codec::to_base64(Bytes(4097, 0)))));
        },
        "4096 bytes");
    expect_not_a_bundle([](json::Object& o) { o.set("receipts", json::Array()); }, "receipts");
    expect_not_a_bundle(
        [](json::Object& o) {
            json::Array receipts = *o.find("receipts")->as_array();
            std::swap(receipts[0], receipts[1]);
            o.set("receipts", receipts);
        },
        "not sorted");
}

TEST_F(AnchorsForm, RefusesReceiptsOfAnotherForm) {
    expect_no_receipt([](json::Object& o) { o.set("more", 1); }, "more");
    expect_no_receipt([](json::Object& o) { o.set("header", 4096); }, "header");
    expect_no_receipt([](json::Object& o) { o.set("header", -1); }, "header");
    expect_no_receipt([](json::Object& o) { o.set("institution", "../x"); }, "institution");
    expect_no_receipt([](json::Object& o) { o.set("nodes", json::Array()); }, "nodes");
    expect_no_receipt([](json::Object& o) { o.set("nodes", json::Array(17, json::Value("AA=="))); },
                      "nodes");
    expect_no_receipt([](json::Object& o) { o.set("receipt", ""); }, "bytes");
    expect_no_receipt([](json::Object& o) { o.set("receipt", "A"); }, "");
    expect_no_receipt([](json::Object& o) { o.set("transaction", -1); }, "transaction");
}

}  // namespace
}  // namespace mednexus::service
