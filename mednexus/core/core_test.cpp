#include <stdexcept>
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/core/clock.hpp"
#include "mednexus/core/fence.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/log.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"
#include "mednexus/core/sensitive.hpp"

namespace mednexus {
namespace {

TEST(Fixed, IdsOfDifferentThingsDoNotConvert) {
    static_assert(!std::is_convertible_v<CaseId, ObjectRoot>);
    static_assert(!std::is_constructible_v<CaseId, ObjectRoot>);
    EXPECT_TRUE(CaseId::from(Bytes(32, 7)));
}

TEST(Fixed, RefusesEveryOtherLength) {
    for (const std::size_t size : {0UL, 1UL, 31UL, 33UL, 64UL}) {
        const auto id = CaseId::from(Bytes(size));
        ASSERT_FALSE(id);
        EXPECT_EQ(id.error().kind, Kind::invalid);
    }
}

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

template <typename T>
concept Comparable = requires(const T& a, const T& b) {
    a == b;
};

TEST(Secret, CannotBeCopiedPrintedOrCompared) {
    static_assert(!std::is_copy_constructible_v<Secret<32>>);
    static_assert(!std::is_copy_constructible_v<SecretBytes>);
    static_assert(!Printable<Secret<32>> && !Printable<SecretBytes>);
    static_assert(!Comparable<Secret<32>> && !Comparable<SecretBytes>);
    static_assert(!Printable<Sensitive<std::string>>);
    static_assert(!std::is_copy_constructible_v<Sensitive<std::string>>);
    static_assert(!std::is_convertible_v<Sensitive<std::string>, std::string>);
}

TEST(Secret, IsWipedWhereItWasMovedFrom) {
    Secret<4> from = *Secret<4>::from(Bytes{1, 2, 3, 4});
    const Secret<4> to = std::move(from);
    EXPECT_THAT(from.reveal(),
                testing::Each(0));  // NOLINT(bugprone-use-after-move): that is the point
    EXPECT_THAT(to.reveal(), testing::ElementsAre(1, 2, 3, 4));
}

TEST(Sensitive, IsReadOnPurposeOnly) {
    const Sensitive<std::string> name("a");
    EXPECT_EQ(name.clone().reveal(), "a");
}

TEST(Result, EveryKindHasTheExitCodeOfTheArchitecture) {
    EXPECT_EQ(exit_code_of(Kind::invalid), 65);
    EXPECT_EQ(exit_code_of(Kind::not_found), 66);
    EXPECT_EQ(exit_code_of(Kind::denied), 77);
    EXPECT_EQ(exit_code_of(Kind::conflict), 65);
    EXPECT_EQ(exit_code_of(Kind::corrupt), 74);
    EXPECT_EQ(exit_code_of(Kind::io), 74);
    EXPECT_EQ(exit_code_of(Kind::busy), 75);
    EXPECT_EQ(exit_code_of(Kind::unavailable), 69);
    EXPECT_EQ(exit_code_of(Kind::internal), 70);
    EXPECT_EQ(http_status_of(Kind::busy), 503);
    EXPECT_EQ(kind_named("not_found"), Kind::not_found);
    EXPECT_EQ(kind_named("no such kind"), Kind::internal);
}

Result<int> half(int value) {
    if (value % 2 != 0) {
        return fail(Kind::invalid, "odd");
    }
    return value / 2;
}

Result<int> quarter(int value) {
    MN_TRY(const int once, half(value));
    MN_TRY(const int twice, half(once));
    return twice;
}

TEST(Result, TryPassesValuesOnAndReturnsErrors) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().what, "odd");
    EXPECT_EQ(fail_in("here", quarter(6).error()).value().what, "here: odd");
}

TEST(Fence, TurnsExceptionsIntoErrorsWithoutTheirText) {
    const Result<int> out =
        fenced("test.call", []() -> int { throw std::runtime_error("content"); });
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().kind, Kind::internal);
    EXPECT_EQ(out.error().what, "test.call: the library refused");
    EXPECT_EQ(fenced("test.call", [] { return half(3); }).error().what, "odd");
    EXPECT_EQ(fenced("test.call", [] { return 4; }).value(), 4);
}

TEST(FenceDeathTest, LetsBadAllocPass) {
    EXPECT_THROW((void)fenced("test.call", []() -> int { throw std::bad_alloc(); }),
                 std::bad_alloc);
}

TEST(CheckDeathTest, StopsTheProcess) {
    EXPECT_DEATH(MN_CHECK(1 == 2), "broken invariant: 1 == 2");
}

TEST(Clock, WritesAndReadsRfc3339) {
    EXPECT_EQ(to_rfc3339(UnixTime{0}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_rfc3339(UnixTime{-1}), "1969-12-31T23:59:59Z");
    EXPECT_EQ(to_rfc3339(UnixTime{951782400}), "2000-02-29T00:00:00Z");
    for (const std::int64_t seconds : {0L, -1L, 951782400L, 1795369232L, 253402300799L}) {
        EXPECT_EQ(parse_rfc3339(to_rfc3339(UnixTime{seconds})).value().seconds, seconds);
    }
}

TEST(Clock, RefusesTimesThatDoNotExist) {
    for (const char* text : {"",
                             "2026-02-29T00:00:00Z",
                             "2026-01-01T24:00:00Z",
                             "2026-01-01T00:60:00Z",
                             "2026-01-01T00:00:60Z",
                             "2026-13-01T00:00:00Z",
                             "2026-01-01 00:00:00Z",
                             "2026-01-01T00:00:00",
                             "2026-01-01T00:00:00+00:00",
                             "x026-01-01T00:00:00Z"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

TEST(Log, KeepsOneEventOnOneLine) {
    std::vector<std::string> lines;
    set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
    log(LogLevel::info, "store.put", {{"root", "0xab"}, {"note", "a b\nc"}});
    log(LogLevel::debug, "hidden");
    set_log_sink({});
    EXPECT_THAT(lines, testing::ElementsAre("info store.put root=0xab note=a_b_c"));
}

}  // namespace
}  // namespace mednexus
