#include "mednexus/compute/opening.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/compute/internal/test_session.hpp"

namespace mednexus::compute {
namespace {

using internal::inner_product;
using internal::Session;

void expect_plain_scores(const Session& session,
                         const Vector& asked,
                         std::span<const Vector> cases) {
    const Bytes finished = session.finished(asked, cases);
    const auto scores = session.open(finished, session.shares(finished));
    ASSERT_TRUE(scores) << scores.error().what;
    ASSERT_EQ(scores->size(), session.ring->slots());
    for (std::size_t i = 0; i < scores->size(); ++i) {
        EXPECT_EQ((*scores)[i], i < cases.size() ? inner_product(asked, cases[i]) : 0) << i;
    }
}

TEST(EncryptedScores, EqualPlainOnesForEveryShape) {
    testing::SeededRandom random(5);
    for (const std::uint32_t dimensions : {1U, 2U, 3U, 31U, 32U, 33U, 64U}) {
        const std::uint32_t parties = 2 + dimensions % 3;
        const Session session({.degree = 64, .dimensions = dimensions, .parties = parties});
        expect_plain_scores(session,
                            session.random_vector(random),
                            session.random_vectors(random, 64 - dimensions / 2));
    }
}

}  // namespace
}  // namespace mednexus::compute
