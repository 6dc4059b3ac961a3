#include "report/section_builder.h"

#include <algorithm>
#include <utility>

#include "report/number_text.h"
#include "report/wording.h"

namespace assay::report {

SectionBuilder::SectionBuilder(std::string_view key, size_t num_runs, audit::Language language)
    : num_runs_(num_runs), language_(language) {
  section_.key = key;
  section_.title = say("section." + section_.key);
}

void SectionBuilder::number(size_t run, std::string_view key, std::optional<double> value,
                            std::string_view unit, std::string note,
                            std::optional<Provenance> provenance) {
  Cell filled{.value = value,
              .unit = std::string(unit),
              .text = value ? number_text(*value, unit) : std::string(),
              .provenance = provenance,
              .note = std::move(note)};
  cell(run, key, say(key), std::move(filled));
}

void SectionBuilder::text(size_t run, std::string_view key, std::string value, std::string note) {
  cell(run, key, say(key), Cell{.text = std::move(value), .note = std::move(note)});
}

void SectionBuilder::cell(size_t run, std::string_view key, std::string_view label, Cell cell) {
  auto row = std::find_if(section_.rows.begin(), section_.rows.end(),
                          [&](const Row& candidate) { return candidate.key == key; });
  if (row == section_.rows.end()) {
    section_.rows.push_back({.key = std::string(key), .label = std::string(label), .cells = {}});
    row = std::prev(section_.rows.end());
    row->cells.resize(num_runs_);
  }
  row->cells[run] = std::move(cell);
}

std::string SectionBuilder::say(std::string_view id) const {
  return std::string(wording(language_, id));
}

std::string SectionBuilder::say_phrase(std::string_view text) const {
  return phrase(language_, text);
}

}  // namespace assay::report
