#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "report/document.h"

namespace assay::report {

/// Collects the rows of a section, one column per run. A row that a run never sets stays empty for
/// it.
class SectionBuilder {
 public:
  SectionBuilder(std::string_view key, size_t num_runs, audit::Language language);

  /// Sets a number, or "not available" with `note` as the reason. The label is the wording of
  /// `key`.
  void number(size_t run, std::string_view key, std::optional<double> value, std::string_view unit,
              std::string note = {}, std::optional<Provenance> provenance = std::nullopt);
  /// Sets a text. An empty one is not available.
  void text(size_t run, std::string_view key, std::string value, std::string note = {});
  /// Sets a whole cell in a row that is named by data: `key` for machines, `label` for people.
  void cell(size_t run, std::string_view key, std::string_view label, Cell cell);

  /// The wording of an id in the section's language.
  [[nodiscard]] std::string say(std::string_view id) const;
  /// A text of a lower module in the section's language, where it is a known phrase.
  [[nodiscard]] std::string say_phrase(std::string_view text) const;
  [[nodiscard]] Section& section() { return section_; }
  [[nodiscard]] Section take() { return std::move(section_); }

 private:
  size_t num_runs_;
  audit::Language language_;
  Section section_;
};

}  // namespace assay::report
