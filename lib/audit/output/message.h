#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>

#include "audit/output/language.h"

namespace assay::audit {

/// A fixed wording in both languages. Placeholders are numbered: {0}, {1}.
struct Message {
  std::string_view id;
  std::string_view en;
  std::string_view ja;
};

/// Titles of rules and words of reports.
std::span<const Message> title_messages();
/// Words and sentences of intervals, cost methods and the reader's own assumptions.
std::span<const Message> reckoning_messages();
/// Titles and sentences of the rules for table rows, and words of their summary.
std::span<const Message> bulk_messages();
/// Titles and sentences of the rules for bounds that hold by definition or physics.
std::span<const Message> limit_messages();
/// Titles and sentences of the rules for what lies beyond a whole, a peak or all that is published.
std::span<const Message> bound_messages();
/// Titles and sentences of the rules for currencies, electricity, embodied carbon and evidence.
std::span<const Message> account_messages();
/// Titles and sentences of the rules for reinforcement learning and for prices of serving.
std::span<const Message> rollout_messages();
/// Words of the comparison of own runs.
std::span<const Message> run_messages();
/// Sentences of verdicts, and words of their files and intervals.
std::span<const Message> verdict_messages();
/// Sentences of rules.
std::span<const Message> sentence_messages();

/// The wording of an id. Throws: InternalError where there is none.
std::string_view wording(Language language, std::string_view id);

/// The wording with its placeholders filled.
template <class... Args>
std::string say(Language language, std::string_view id, const Args&... args) {
  return fmt::format(fmt::runtime(wording(language, id)), args...);
}

}  // namespace assay::audit
