#include "apps/mednexus/parser.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace mednexus::cli {

class Parser::Impl {
public:
    Impl() {
        app.set_help_flag();  // -h is looked for before
        app.allow_windows_style_options(false);
    }

    void require(CLI::Option& option, Need need) {
        if (need == Need::required) {
            option.required();
        }
    }

    CLI::App app;
};

Parser::Parser() : impl_(std::make_unique<Impl>()) {}

Parser::~Parser() = default;

void Parser::flag(const std::string& names, bool& target) {
    impl_->app.add_flag(names, target);
}

void Parser::text(const std::string& names, std::string& target, Need need) {
    impl_->require(*impl_->app.add_option(names, target)->expected(1), need);
}

void Parser::number(const std::string& names, std::uint32_t& target) {
    impl_->app.add_option(names, target)->expected(1);
}

void Parser::maybe_number(const std::string& names, std::optional<std::uint32_t>& target) {
    impl_->app.add_option(names, target)->expected(1);
}

void Parser::texts(const std::string& names, std::vector<std::string>& target, Need need) {
    impl_->require(*impl_->app.add_option(names, target)->allow_extra_args(false), need);
}

void Parser::word(const std::string& name, std::string& target, Need need) {
    impl_->require(*impl_->app.add_option(name, target)->expected(1), need);
}

void Parser::words(const std::string& name, std::vector<std::string>& target) {
    impl_->app.add_option(name, target)
        ->required()
        ->expected(1, CLI::detail::expected_max_vector_size);
}

void Parser::exclude(const std::string& one, const std::string& other) {
    impl_->app.get_option(one)->excludes(impl_->app.get_option(other));
}

Result<void> Parser::parse(Args args) {
    std::vector<std::string> reversed(args.rbegin(), args.rend());  // as CLI11 wants them
    try {
        impl_->app.parse(std::move(reversed));
        return {};
    } catch (const CLI::Error& error) {  // its text is about our own options, never about content
        return fail(Kind::invalid, error.what());
    }
}

}  // namespace mednexus::cli
