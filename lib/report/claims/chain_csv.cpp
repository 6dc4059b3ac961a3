#include "report/claims/chain_csv.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "formats/csv_writer.h"
#include "report/verdict_text.h"

namespace assay::report {
namespace {

constexpr std::string_view kChainHeader =
    "claim,verdict,line,step,rule,kind,result,name,text,value,low,high,interval,unit,formula,"
    "provenance,source,locator,mark,url\r\n";

/// A line; what it has not is empty.
struct ChainLine {
  std::string_view line{};
  std::optional<size_t> step{};
  std::string_view rule{};
  std::string_view kind{};
  std::string_view result{};
  std::string name{};
  std::string text{};
  std::optional<double> value{};
  std::optional<double> low{};
  std::optional<double> high{};
  std::string_view interval{};
  std::string unit{};
  std::string formula{};
  std::string_view provenance{};
  std::string source{};
  std::string locator{};
  std::string mark{};
  std::string url{};
};

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

class ChainTable {
 public:
  std::string text{kChainHeader};

  void add(const Verdict& verdict) {
    verdict_ = &verdict;
    add_headline();
    for (const CheckInput& figure : verdict.sources) write(input_line("figure", {}, figure));
    for (size_t i = 0; i < verdict.checks.size(); ++i) add_step(i);
    for (const UncertainNumber& uncertain : verdict.uncertain) add_interval(uncertain);
    for (const CostEstimate& method : verdict.cost_models) add_method(method);
  }

 private:
  void write(const ChainLine& line) {
    text += fmt::format("{},{},{},{}", csv_field(verdict_->claim_id), label_word(*verdict_),
                        line.line, line.step ? std::to_string(*line.step) : "");
    for (const std::string_view field :
         {line.rule, line.kind, line.result, std::string_view(line.name),
          std::string_view(line.text)}) {
      text += "," + csv_field(field);
    }
    text += fmt::format(",{},{},{},{}", number(line.value), number(line.low), number(line.high),
                        line.interval);
    for (const std::string_view field :
         {std::string_view(line.unit), std::string_view(line.formula), line.provenance,
          std::string_view(line.source), std::string_view(line.locator),
          std::string_view(line.mark), std::string_view(line.url)}) {
      text += "," + csv_field(field);
    }
    text += "\r\n";
  }

  void add_headline() {
    ChainLine line{.line = "verdict", .name = verdict_->title, .text = verdict_->sentence};
    if (verdict_->claimed) {
      line.value = verdict_->claimed->value;
      line.unit = verdict_->claimed->unit;
    }
    write(line);
  }

  static ChainLine input_line(std::string_view kind, std::optional<size_t> step,
                              const CheckInput& input) {
    return {.line = kind,
            .step = step,
            .name = input.name,
            .text = input.text,
            .source = source_key(input),
            .locator = source_locator(input),
            .mark = input.mark,
            .url = input.url};
  }

  void add_step(size_t index) {
    const Check& check = verdict_->checks[index];
    ChainLine line{.line = "step",
                   .step = index + 1,
                   .rule = check.rule,
                   .kind = to_string(check.kind),
                   .result = to_string(check.result),
                   .name = check.name,
                   .text = check.sentence,
                   .formula = check.formula,
                   .provenance = to_string(check.provenance)};
    if (check.computed) line.value = check.computed->value;
    const bool usual = check.expected && check.expected->is_range;
    const auto& shown = usual ? check.expected : check.computed;
    if (shown) line.unit = shown->unit;
    if (shown && shown->bounds) {
      line.low = shown->bounds->low;
      line.high = shown->bounds->high;
      line.interval = usual ? "usual" : "printed rounding";
    }
    write(line);
    for (const CheckInput& input : check.inputs) write(input_line("input", index + 1, input));
  }

  void add_interval(const UncertainNumber& uncertain) {
    ChainLine line{.line = "interval",
                   .rule = uncertain.id,
                   .name = uncertain.title,
                   .value = uncertain.value,
                   .unit = uncertain.unit,
                   .formula = uncertain.formula};
    if (uncertain.interval) {
      line.low = uncertain.interval->low;
      line.high = uncertain.interval->high;
      line.interval = "90 %";
    }
    write(line);
  }

  void add_method(const CostEstimate& method) {
    ChainLine line{.line = "method",
                   .rule = method.method,
                   .name = method.title,
                   .text = method.missing,
                   .value = method.value,
                   .unit = method.unit,
                   .formula = method.formula,
                   .source = method.source};
    if (method.interval) {
      line.low = method.interval->low;
      line.high = method.interval->high;
      line.interval = "90 %";
    }
    write(line);
  }

  const Verdict* verdict_ = nullptr;
};

}  // namespace

std::string chain_csv(const ClaimsPage& page) {
  ChainTable table;
  for (const Verdict& verdict : page.verdicts) table.add(verdict);
  return std::move(table.text);
}

}  // namespace assay::report
