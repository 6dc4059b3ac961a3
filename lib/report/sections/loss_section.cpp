#include <fmt/format.h>

#include "report/number_text.h"
#include "report/section_builder.h"
#include "report/sections/sections.h"

namespace assay::report {
namespace {

std::string note_of(const EvalPoint& point, const SectionBuilder& section) {
  std::string note = fmt::format("{} {}", section.say("plot.step"), point.step);
  if (!point.note.empty()) note += "; " + section.say_phrase(point.note);
  return note;
}

void add_loss_rows(size_t index, const RunSummary& summary, SectionBuilder& section) {
  section.number(index, "first_loss", summary.first_loss, "nats/token");
  section.number(index, "last_loss", summary.last_loss, "nats/token");
  if (summary.last_eval) {
    section.number(index, "validation_loss", summary.last_eval->loss, "nats/token",
                   note_of(*summary.last_eval, section));
    section.number(index, "bits_per_byte", summary.last_eval->bits_per_byte, "bits/byte");
  }
  if (summary.best_eval) {
    section.number(index, "best_validation_loss", summary.best_eval->loss, "nats/token",
                   note_of(*summary.best_eval, section));
  }
  section.number(index, "unigram_entropy", summary.unigram_entropy, "nats/token",
                 section.say("unigram_entropy.note"));
}

PlotSeries training_line(const ReportInput& input, size_t index, const SectionBuilder& section) {
  PlotSeries line{.name = in_run(input, index, section.say("plot.training")),
                  .points = {},
                  .marks_only = false,
                  .colour = 2 * index};
  for (const CurvePoint& point : input.runs[index].losses) {
    const std::string steps = point.first_step == point.last_step
                                  ? fmt::format("{}", point.first_step)
                                  : fmt::format("{}–{}", point.first_step, point.last_step);
    line.points.push_back(
        {.x = static_cast<double>(point.last_step),
         .y = point.mean,
         .low = point.low,
         .high = point.high,
         .title = fmt::format("{} {}: {:.4f} ({:.4f} – {:.4f})", section.say("plot.step"), steps,
                              point.mean, point.low, point.high)});
  }
  return line;
}

PlotSeries validation_marks(const ReportInput& input, size_t index, const SectionBuilder& section) {
  PlotSeries marks{.name = in_run(input, index, section.say("plot.validation")),
                   .points = {},
                   .marks_only = true,
                   .colour = 2 * index + 1};
  for (const EvalPoint& point : input.runs[index].summary.evals) {
    marks.points.push_back({.x = static_cast<double>(point.step),
                            .y = point.loss,
                            .low = point.loss,
                            .high = point.loss,
                            .title = fmt::format("{}, {} {}: {}", section.say("plot.validation"),
                                                 section.say("plot.step"), point.step,
                                                 number_text(point.loss, "nats/token"))});
  }
  return marks;
}

}  // namespace

Section loss_section(const ReportInput& input) {
  SectionBuilder section("loss", input.runs.size(), input.language);
  LinePlot plot{.title = section.say("plot.loss"),
                .x_label = section.say("plot.step"),
                .y_label = "nats/token",
                .y_from_zero = false,
                .series = {},
                .levels = {}};
  for (size_t i = 0; i < input.runs.size(); ++i) {
    const RunSummary& summary = input.runs[i].summary;
    add_loss_rows(i, summary, section);
    if (!input.runs[i].losses.empty()) plot.series.push_back(training_line(input, i, section));
    if (!summary.evals.empty()) plot.series.push_back(validation_marks(input, i, section));
    if (summary.unigram_entropy) {
      plot.levels.push_back({.name = in_run(input, i, section.say("unigram_entropy")),
                             .y = *summary.unigram_entropy,
                             .colour = 6 + i});
    }
  }
  if (!plot.series.empty()) section.section().plots.push_back(std::move(plot));
  return section.take();
}

}  // namespace assay::report
