#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/output/language.h"
#include "audit/verdict.h"

namespace assay::audit {

/// A verdict for a terminal: label, sentence, what was claimed and recomputed, flags with their
/// reasons, what is missing, tables. With `explain` also every check with its formula, inputs,
/// sources and addresses; with `uncertainty` the 90 % intervals, what moves them and what would
/// have to be true. Text from files is made printable.
std::string verdict_text(const Verdict& verdict, Language language, bool explain,
                         bool uncertainty = false);

/// One line a verdict, aligned: label, id, sentence; cut at `width` columns where there is one.
std::string verdict_list(const std::vector<Verdict>& verdicts, Language language,
                         std::optional<size_t> width);

/// The same as a table: the names of its columns, and how many verdicts there are of each label.
std::string verdict_table(const std::vector<Verdict>& verdicts, Language language,
                          std::optional<size_t> width);

/// The label in a language; "no verdict" for context entries.
std::string label_text(const Verdict& verdict, Language language);

}  // namespace assay::audit
