#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kVerdicts{
    Message{"nothing_testable", "nothing contradicts it", "矛盾するものはない"},
    Message{"compare_pass", "Recomputed {0}; printed {1}: they agree within printed rounding.",
            "再計算すると{0}、記載は{1}。記載の丸めの範囲で一致する。"},
    Message{"compare_pass_rounding",
            "Recomputed {0}; printed {1} ({2}): they agree only within printed rounding, which "
            "explains up to {3}.",
            "再計算すると{0}、記載は{1}（{2}）。記載の丸め（最大{3}"
            "まで説明可能）の範囲でのみ一致する。"},
    Message{"compare_formula_pass", "The formula gives {0}; printed {1} ({2}).",
            "式による値は{0}、記載は{1}（{2}）。"},
    Message{"compare_flag", "Recomputed {0}; printed {1} ({2}): more than rounding explains.",
            "再計算すると{0}、記載は{1}（{2}）。丸めだけでは説明できない。"},
    Message{"compare_fail",
            "Recomputed {0}; printed {1} ({2}): as stated, these numbers do not fit.",
            "再計算すると{0}、記載は{1}（{2}）。記載どおりではこれらの数値は両立しない。"},
    Message{"compare_rows",
            "The rows give {0}, the printed total is {1} ({2}): rows may be missing.",
            "行の合計は{0}、記載の合計は{1}（{2}）。欠けている行があるかもしれない。"},
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
    Message{
        "verdict_only_rounding",
        "The two agree only within printed rounding: the recomputed value is {0} from the "
        "printed one, and rounding explains up to {1}.",
        "両者は記載の丸めの範囲でのみ一致する（再計算値の差は{0}、丸めで説明できるのは{1}まで）。"},
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
