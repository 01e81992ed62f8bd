#pragma once
/// What the demo says: numbered steps for people, or one JSON object per step and a summary at the
/// end for machines. Threads: one.
#include <string>
#include <string_view>

#include "mednexus/codec/json.hpp"

namespace mednexus::demo {

enum class Form : std::uint8_t { people, json };

class Report {
public:
    explicit Report(Form form) : form_(form) {}

    /// Begins step 1, 2, …; `name` is for machines, `title` for people.
    void begin(std::string name, std::string_view title);
    /// One finding of the step, computed from evidence, never assumed.
    void line(const std::string& text);
    /// Ends the step. The facts go to the JSON step and into the summary under the step's name.
    void end(json::Object facts);
    /// Talk about something that takes time; to standard error, at most once a second.
    void progress(const std::string& text);
    /// A check that the demo made, e.g. {"flipped byte", "refused", true}.
    void check(const std::string& name, const std::string& found, bool holds);
    /// The last object in JSON form; nothing for people, who read the lines.
    void summarise(std::string_view result);

private:
    Form form_;
    int number_ = 0;
    std::string name_;
    json::Array lines_;
    json::Object facts_;
    json::Array checks_;
    std::int64_t last_progress_ns_ = 0;
};

}  // namespace mednexus::demo
