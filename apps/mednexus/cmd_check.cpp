#include <vector>

#include <fmt/format.h>

#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "apps/mednexus/lines.hpp"
#include "apps/mednexus/sniff.hpp"
#include "apps/mednexus/watched_source.hpp"
#include "mednexus/clinical/case_line.hpp"
#include "mednexus/clinical/phenopacket.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus check [OPTIONS] FILE…

Says of each FILE whether it is a valid phenopacket (v2, JSON) or case JSONL, which it tells apart
by their shape. For one that is not: the first place that breaks a rule, and the rule. No content is
printed. FHIR resources, DICOM files and MME requests are recognised and not supported yet.

  --all       every place, up to 100 a file
  --json      one object a file:
              {"cases":…,"errors":[{"place":…,"rule":…}],"file":…,"kind":…,"supported":…,"valid":…}
  --progress  show how far it is

Exit: 0 all valid; 65 one is not; 64 one is of a kind not supported yet; 66 one cannot be found.

examples:
  mednexus check case.json
  mednexus check --all --json cases.jsonl
)";

struct Options {
    bool is_all = false;
    std::vector<std::string> files;
};

struct Finding {
    FileKind kind = FileKind::phenopacket;
    std::uint64_t cases = 0;
    std::vector<clinical::Issue> issues;
};

void declare(Parser& parser, Options& options) {
    parser.flag("--all", options.is_all);
    parser.words("FILE", options.files);
}

/// The first `kept` bytes again, then the rest of the source.
class Rejoined final : public storage::ByteSource {
public:
    Rejoined(BytesView kept, storage::ByteSource& rest) : kept_(kept), rest_(rest) {}

    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out) override {
        MN_TRY(const std::size_t got, kept_.read(out));
        return got > 0 || out.empty() ? Result<std::size_t>(got) : rest_.read(out);
    }

private:
    storage::MemorySource kept_;
    storage::ByteSource& rest_;
};

Result<void> check_phenopacket_file(storage::ByteSource& source, Finding& finding) {
    Bytes text(clinical::kPhenopacketBytesMax +
               1);  // one more: the checker sees that it is too long
    MN_TRY(const std::size_t got, storage::read_full(source, text));
    text.resize(got);
    finding.issues = clinical::check_phenopacket(text_of(text));
    finding.cases = finding.issues.empty() ? 1 : 0;
    return {};
}

Result<void> check_line_file(storage::ByteSource& source,
                             std::size_t issues_max,
                             Finding& finding) {
    LineReader lines(source, clinical::kCaseLineBytesMax);
    clinical::CaseLineChecker checker;
    const auto take = [&](const std::vector<clinical::Issue>& more) {
        finding.issues.insert(finding.issues.end(), more.begin(), more.end());
    };
    while (finding.issues.size() < issues_max) {
        MN_TRY(const auto line, lines.next());
        if (!line) {
            take(checker.finish());
            break;
        }
        take(checker.next(*line));
    }
    finding.cases = checker.lines();
    return {};
}

Result<Finding> check_file(const std::string& path, const Options& options, Terminal& terminal) {
    MN_TRY(InputFile file, InputFile::open(path));
    Bytes head(kSniffBytesMax);
    MN_TRY(const std::size_t got, storage::read_full(file, head));
    head.resize(got);
    WatchedSource watched(file, terminal, "checking " + path, file.size_bytes());
    Rejoined whole(head, watched);
    Finding finding{.kind = sniff(path, head), .cases = 0, .issues = {}};
    const std::size_t issues_max = options.is_all ? clinical::kIssuesMax : 1;
    if (finding.kind == FileKind::phenopacket) {
        MN_DO(check_phenopacket_file(whole, finding));
    } else if (finding.kind == FileKind::case_lines) {
        MN_DO(check_line_file(whole, issues_max, finding));
    }
    finding.issues.resize(std::min(finding.issues.size(), issues_max));
    return finding;
}

void print(const std::string& path, const Finding& finding, Terminal& terminal) {
    json::Array errors;
    std::string prose;
    for (const auto& issue : finding.issues) {
        json::Object error;
        error.set("place", issue.place);
        error.set("rule", issue.rule);
        errors.emplace_back(std::move(error));
        prose += fmt::format("{}: {}: {}\n", path, printable(issue.place), printable(issue.rule));
    }
    const bool is_valid = is_supported(finding.kind) && finding.issues.empty();
    if (is_valid) {
        prose = fmt::format("{}: valid {}, {} case{}\n",
                            path,
                            name_of(finding.kind),
                            finding.cases,
                            finding.cases == 1 ? "" : "s");
    } else if (!is_supported(finding.kind)) {
        const auto* const article = finding.kind == FileKind::mme ? "an" : "a";
        prose = fmt::format("{}: looks like {} {}, which is not supported yet\n",
                            path,
                            article,
                            name_of(finding.kind));
    }
    json::Object object;
    object.set("file", path);
    object.set("kind", name_of(finding.kind));
    object.set("supported", is_supported(finding.kind));
    object.set("valid", is_valid);
    object.set("cases", finding.cases);
    object.set("errors", std::move(errors));
    terminal.result(std::move(object), prose);
}

/// Invalid content outranks an unknown kind, and that a file that could not be read.
int worse(int a, int b) {
    const auto rank = [](int code) {
        return code == 0 ? 0 : code == exit_code_of(Kind::invalid) ? 3 : code == kExitUsage ? 2 : 1;
    };
    return rank(b) > rank(a) ? b : a;
}

Result<int> run_check(const Options& options, Terminal& terminal) {
    int code = 0;
    for (const auto& path : options.files) {
        const auto finding = check_file(path, options, terminal);
        if (!finding) {
            code = worse(code, terminal.report(finding.error()));
            continue;
        }
        print(path, *finding, terminal);
        if (!is_supported(finding->kind)) {
            code = worse(code, kExitUsage);
        } else if (!finding->issues.empty()) {
            code = worse(code, exit_code_of(Kind::invalid));
        }
    }
    return code;
}

}  // namespace

int cmd_check(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_check);
}

}  // namespace mednexus::cli
