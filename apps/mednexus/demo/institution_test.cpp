#include "apps/mednexus/demo/institution.hpp"

#include <gtest/gtest.h>

namespace mednexus::demo {
namespace {

TEST(ErrorOf, TakesKindAndWordsOfTheJsonError) {
    const Error error = error_of({.exit_code = 74,
                                  .out = "{\"case\":\"0x00\"}\n"
                                         "{\"error\":{\"kind\":\"corrupt\",\"what\":\"tag\"}}\n",
                                  .err = "mednexus: error: tag\n"});
    EXPECT_EQ(error.kind, Kind::corrupt);
    EXPECT_EQ(error.what, "tag");
}

TEST(ErrorOf, WithoutJsonGoesByExitCodeAndTheLastErrorLine) {
    const Error error = error_of(
        {.exit_code = 77,
         .out = "",
         .err = "mednexus: error: first\nmednexus: error: no consent\nmednexus: hint: x\n"});
    EXPECT_EQ(error.kind, Kind::denied);
    EXPECT_EQ(error.what, "no consent");
}

TEST(ErrorOf, AnotherObjectOnStandardOutputIsNoError) {
    const Error error = error_of({.exit_code = 69, .out = "{\"error\":3}\n", .err = ""});
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_EQ(error.what, "no error text");
}

TEST(ErrorOf, AnExitCodeOfNoKindIsInternal) {
    EXPECT_EQ(error_of({.exit_code = 139, .out = "", .err = ""}).kind, Kind::internal);
    EXPECT_EQ(error_of({.exit_code = kExitUsage, .out = "", .err = ""}).kind, Kind::internal);
}

}  // namespace
}  // namespace mednexus::demo
