#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kVerdicts{
    Message{"nothing_testable", "nothing contradicts it", "矛盾するものはない"},
    Message{"verdict_inconsistent", "{0}: {1}", "{0}：{1}"},
    Message{"verdict_reproduced", "{0} was recomputed from other published figures as {1}: {2}.",
            "{0}は、ほかの公表値から{1}と再計算できた：{2}。"},
    Message{"verdict_plausible", "{0}", "{0}"},
    Message{"verdict_against", "Against it: {0}", "これに反する点：{0}"},
    Message{"verdict_unverifiable", "It cannot be computed from what was published; missing: {0}.",
            "公表された情報からは計算できない。不足：{0}。"},
    Message{"verdict_open", "No independent figure supports it and none contradicts it.",
            "裏づける独立した数値も、矛盾する数値もない。"},
    Message{"verdict_unsupported", "No independent figure supports it.",
            "裏づける独立した数値がない。"},
    Message{"verdict_context", "No testable figure; shown as context.",
            "検証できる数値がないため、背景情報として示す。"},
    Message{"verdict_arithmetic", "Its arithmetic holds ({0}: {1}), and nothing else supports it.",
            "計算は合う（{0}：{1}）が、ほかに裏づけはない。"},
    Message{
        "verdict_outside_interval",
        "The printed value lies outside the 90 % interval of the recomputed one ({0} - {1} {2}).",
        "記載値は再計算値の90 %区間（{0}～{1} {2}）の外にある。"},
    Message{"verdicts_counted", "{0} claims: {1}.", "主張{0}件：{1}。"},
    Message{"word.verdict", "verdict", "判定"},
    Message{"word.found", "what was found", "判定の理由"},
    Message{"word.rounding", "printed rounding", "表記の丸め"},
    Message{"word.file", "file", "ファイル"},
    Message{"file_alone", "{0} (sha256 {1}), not of the registry",
            "{0}（sha256 {1}）、レジストリ外"},
    Message{"file_replaces",
            "{0} (sha256 {1}), not of the registry; it stands for the registry's claim of this id",
            "{0}（sha256 {1}）、レジストリ外。同じIDのレジストリの主張に代わる"},
};

}  // namespace

std::span<const Message> verdict_messages() { return kVerdicts; }

}  // namespace assay::audit
