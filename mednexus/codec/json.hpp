#pragma once
/// JSON as RFC 8259 and our canonical form: RFC 8785, except that numbers keep their written form,
/// because FHIR decimals must (1.0 stays 1.0). See docs/formats/canonical-json.md. Threads: values
/// are plain data.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::json {

struct Limits {
    std::size_t size_bytes_max = 16U << 20U;
    std::uint32_t depth_max = 64;        ///< arrays and objects inside each other
    std::size_t values_max = 1U << 20U;  ///< all values of a text together
};

struct Null {
    friend bool operator==(Null /*a*/, Null /*b*/) = default;
};

/// A number as it was written. RFC 8259 grammar holds for `text` (parse and the makers below see to
/// it).
struct Number {
    std::string text;
    friend bool operator==(const Number&, const Number&) = default;
};

class Value;
using Array = std::vector<Value>;

/// Members in the order they were written or added; keys are unique (parse refuses duplicates, set
/// replaces).
class Object {
public:
    [[nodiscard]] const Value* find(std::string_view key) const noexcept;  ///< null when absent
    void set(std::string key, Value value);                                ///< adds or replaces

    [[nodiscard]] std::size_t size() const noexcept;

    [[nodiscard]] const std::vector<std::pair<std::string, Value>>& members() const noexcept {
        return members_;
    }

    friend bool operator==(const Object& a, const Object& b);

private:
    friend class Builder;
    std::vector<std::pair<std::string, Value>> members_;
};

/// One JSON value. `offset` is where it began in the text it was parsed from (bytes), for error
/// places; it takes no part in ==.
class Value {
public:
    using Storage = std::variant<Null, bool, Number, std::string, Array, Object>;

    Value() = default;
    Value(bool value);  // NOLINT(google-explicit-constructor): values are written as literals
    Value(std::string value);       // NOLINT(google-explicit-constructor)
    Value(std::string_view value);  // NOLINT(google-explicit-constructor)
    Value(const char* value);       // NOLINT(google-explicit-constructor)
    Value(Array value);             // NOLINT(google-explicit-constructor)
    Value(Object value);            // NOLINT(google-explicit-constructor)
    Value(Number value);            // NOLINT(google-explicit-constructor)
    Value(std::int64_t value);      // NOLINT(google-explicit-constructor)
    Value(std::uint64_t value);     // NOLINT(google-explicit-constructor)
    Value(int value);               // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool is_null() const noexcept;
    [[nodiscard]] const bool* as_bool() const noexcept;  ///< null when of another type; so below
    [[nodiscard]] const Number* as_number() const noexcept;
    [[nodiscard]] const std::string* as_string() const noexcept;
    [[nodiscard]] const Array* as_array() const noexcept;
    [[nodiscard]] const Object* as_object() const noexcept;
    [[nodiscard]] Array* as_array() noexcept;
    [[nodiscard]] Object* as_object() noexcept;

    /// The type in words for error texts: "null", "boolean", "number", "string", "array", "object".
    [[nodiscard]] std::string_view type_name() const noexcept;

    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

    friend bool operator==(const Value& a, const Value& b);

private:
    friend class Builder;
    Storage storage_;
    std::size_t offset_ = 0;
};

inline std::size_t Object::size() const noexcept {  // here: clang 14 wants Value complete
    return members_.size();
}

/// 1-based; column counts bytes.
struct Place {
    std::size_t line = 1;
    std::size_t column = 1;
};

[[nodiscard]] Place place_of(std::string_view text, std::size_t offset) noexcept;

/// Reads exactly one JSON value with nothing but white space around it; a leading UTF-8 byte order
/// mark is taken.
///
/// Errors   invalid: "line L, column C: rule" for grammar, non-UTF-8, lone surrogates, duplicate
/// keys, size,
///          depth, count of values, empty text
/// Source   RFC 8259; docs/formats/canonical-json.md
[[nodiscard]] Result<Value> parse(std::string_view text, const Limits& limits = {});

/// The canonical bytes: members sorted by the UTF-16 code units of their keys, no white space, RFC
/// 8785 string escapes, numbers as written.
[[nodiscard]] std::string write_canonical(const Value& value);

/// For people: members in their order, two spaces of indent, one final LF.
[[nodiscard]] std::string write_pretty(const Value& value);

/// The number as an integer. Errors: invalid when it has a fraction or exponent, or does not fit.
[[nodiscard]] Result<std::int64_t> to_int64(const Number& number);

/// Typed access to the members of one object, for readers of our own formats. Every error names the
/// path.
///
///     Reader reader(value, "agreement");
///     MN_TRY(const std::string hash, reader.string("terms"));
///     MN_DO(reader.finish());        // refuses members that nobody asked for
class Reader {
public:
    /// `path` begins every error text. `value` must outlive the reader. A value that is no object
    /// fails at the first access.
    Reader(const Value& value, std::string path);

    [[nodiscard]] Result<std::string> string(std::string_view key);
    [[nodiscard]] Result<std::int64_t> integer(std::string_view key);
    [[nodiscard]] Result<bool> boolean(std::string_view key);
    [[nodiscard]] Result<const Array*> array(std::string_view key);
    [[nodiscard]] Result<const Value*> object(std::string_view key);
    [[nodiscard]] Result<std::vector<std::string>> strings(std::string_view key);
    [[nodiscard]] const Value* optional(std::string_view key);  ///< null when absent
    /// Errors: invalid, naming the first member that was never asked for.
    [[nodiscard]] Result<void> finish() const;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    [[nodiscard]] Result<const Value*> member(std::string_view key);
    const Object* object_;
    std::string path_;
    std::vector<std::string> asked_;
};

}  // namespace mednexus::json
