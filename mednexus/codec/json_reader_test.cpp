#include <gtest/gtest.h>

#include "mednexus/codec/json.hpp"

namespace mednexus::json {
namespace {

Value sample() {
    return *parse(R"({"s":"x","i":7,"b":false,"a":[1],"o":{},"t":["p","q"],"f":1.5,"n":null})");
}

TEST(JsonReader, GivesTypedMembers) {
    const Value value = sample();
    Reader reader(value, "doc");
    EXPECT_EQ(reader.string("s"), "x");
    EXPECT_EQ(reader.integer("i"), 7);
    EXPECT_EQ(reader.boolean("b"), false);
    EXPECT_EQ((*reader.array("a"))->size(), 1U);
    EXPECT_NE((*reader.object("o"))->as_object(), nullptr);
    EXPECT_EQ(*reader.strings("t"), (std::vector<std::string>{"p", "q"}));
    EXPECT_NE(reader.optional("f"), nullptr);
    EXPECT_TRUE(reader.optional("n")->is_null());
    EXPECT_EQ(reader.optional("absent"), nullptr);
    EXPECT_TRUE(reader.finish());
}

TEST(JsonReader, RefusesMembersNobodyAskedFor) {
    const Value value = *parse(R"({"s":"x","extra":1})");
    Reader reader(value, "doc");
    EXPECT_TRUE(reader.string("s"));
    EXPECT_EQ(reader.finish().error().what, "doc.extra: unknown member");
}

TEST(JsonReader, NamesPathAndTypes) {
    const Value value = sample();
    Reader reader(value, "doc.part");
    EXPECT_EQ(reader.string("i").error().what, "doc.part.i: expected string, found number");
    EXPECT_EQ(reader.string("z").error().what, "doc.part.z: missing");
    EXPECT_EQ(reader.integer("f").error().what, "doc.part.f: the number is no plain integer");
    EXPECT_EQ(reader.strings("a").error().what, "doc.part.a[0]: expected string, found number");
}

TEST(JsonReader, RefusesEveryOtherType) {
    const Value value = sample();
    Reader reader(value, "doc");
    EXPECT_FALSE(reader.string("n"));
    EXPECT_FALSE(reader.integer("s"));
    EXPECT_FALSE(reader.boolean("i"));
    EXPECT_FALSE(reader.array("o"));
    EXPECT_FALSE(reader.object("a"));
    EXPECT_FALSE(reader.strings("s"));
}

TEST(JsonReader, AValueThatIsNoObjectFailsAtEveryAccess) {
    const Value value = *parse("[1]");
    Reader reader(value, "doc");
    EXPECT_EQ(reader.string("s").error().what, "doc: expected object");
    EXPECT_EQ(reader.optional("s"), nullptr);
    EXPECT_FALSE(reader.finish());
}

}  // namespace
}  // namespace mednexus::json
