#include <fmt/format.h>

#include <algorithm>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

std::string key_of(const std::string& item) {
  std::string key = "line." + item;
  std::replace(key.begin(), key.end(), ' ', '_');
  return key;
}

void add_line(size_t index, const CostLine& line, SectionBuilder& section) {
  std::string note =
      fmt::format("{} {} × {} {}/{}", plain_number(line.quantity), line.unit,
                  plain_number(line.unit_price.amount), line.unit_price.currency, line.unit);
  if (!line.source.empty()) note += fmt::format("; {}", line.source);
  section.cell(index, key_of(line.item), section.say_phrase(line.item),
               {.value = line.amount.amount,
                .unit = line.amount.currency,
                .text = number_text(line.amount.amount, line.amount.currency),
                .provenance = line.provenance,
                .note = std::move(note)});
}

void add_run_cost(size_t index, const RunReport& run, SectionBuilder& section) {
  const CostLedger& ledger = run.ledger;
  section.number(index, "device_hours", run.time.device_hours.value(), "device_h");
  for (const CostLine& line : ledger.lines) add_line(index, line, section);
  if (ledger.total) {
    section.number(index, "cost_total", ledger.total->value.amount, ledger.total->value.currency,
                   {}, ledger.total->provenance);
  } else {
    section.number(index, "cost_total", std::nullopt, "", section.say("cost.no_price"));
  }
}

}  // namespace

Section cost_section(const ReportInput& input) {
  SectionBuilder section("cost", input.runs.size(), input.language);
  for (size_t i = 0; i < input.runs.size(); ++i) {
    add_run_cost(i, input.runs[i], section);
    for (const std::string& missing : input.runs[i].ledger.not_included) {
      section.section().notes.push_back(
          in_run(input, i,
                 fmt::format(fmt::runtime(section.say("cost.not_included")),
                             section.say_phrase(missing))));
    }
  }
  return section.take();
}

}  // namespace assay::report
